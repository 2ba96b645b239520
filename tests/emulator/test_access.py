"""Rights and pulls, without any server: who may do what where, and why an image cannot be pulled."""

import hashlib
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from foundry_emulator import access
from foundry_emulator.arm.state import SUBSCRIPTION_ID, Resource, RoleAssignment
from foundry_emulator.clock import Clock
from foundry_emulator.home import Home
from foundry_emulator.identity.directory import DEPLOYER_OBJECT_ID, READER_OBJECT_ID
from foundry_emulator.registry import content
from foundry_emulator.registry.pull import ManifestInfo, PullProblem, check_pull
from foundry_emulator.registry.state import RegistryContent
from foundry_emulator.settings import Settings
from foundry_emulator.state import State
from foundry_emulator.world import World

SUBSCRIPTION = f"/subscriptions/{SUBSCRIPTION_ID}"
GROUP = f"{SUBSCRIPTION}/resourceGroups/rg"
REGISTRY = f"{GROUP}/providers/Microsoft.ContainerRegistry/registries/acr12345"
PROJECT = f"{GROUP}/providers/Microsoft.CognitiveServices/accounts/a1/projects/p1"
AGENTS_WRITE = "Microsoft.CognitiveServices/accounts/AIServices/agents/write"
FOUNDRY_USER = "53ca6127-db72-4b80-b1b0-d745d6d5456d"
AI_DEVELOPER = "64702f94-c441-49e6-a78b-ef80e0188fee"
ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
REPOSITORY_READER = "b93aa761-3e63-49ed-ac28-beffa264f7ac"
SOMEBODY = "11111111-1111-4111-8111-111111111111"
HOST = "localhost:5000"
OCI = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"


@pytest.fixture
def world(tmp_path: Path) -> World:
    settings = Settings(time_scale=1, role_propagation_seconds=60)
    made = World(home=Home.at(tmp_path), settings=settings, state=State(), clock=Clock(settings))
    made.servers = cast(Any, SimpleNamespace(port=lambda _name: 5000))
    return made


def grant(world: World, role: str, scope: str, principal: str = SOMEBODY, age: float = 3600) -> None:
    name = f"{role}-{scope}-{principal}"
    world.state.arm.role_assignments[name] = RoleAssignment(
        id=name,
        name=name,
        scope=scope,
        role_definition_id=f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{role}",
        principal_id=principal,
        created_at=world.clock.now() - age,
    )


# --- Actions ------------------------------------------------------------------------------------------


def test_owner_may_do_everything_but_touch_data(world: World) -> None:
    assert access.has_action(world, DEPLOYER_OBJECT_ID, "Microsoft.CognitiveServices/accounts/write", GROUP)
    assert access.has_action(world, DEPLOYER_OBJECT_ID, "Microsoft.Authorization/roleAssignments/write", GROUP)
    assert not access.has_data_action(world, DEPLOYER_OBJECT_ID, AGENTS_WRITE, PROJECT)


def test_reader_reads(world: World) -> None:
    assert access.has_action(world, READER_OBJECT_ID, "Microsoft.CognitiveServices/accounts/read", GROUP)
    assert not access.has_action(world, READER_OBJECT_ID, "Microsoft.CognitiveServices/accounts/write", GROUP)


@pytest.mark.parametrize("scope", [SUBSCRIPTION, GROUP, PROJECT, PROJECT.upper()])
def test_grant_reaches_down_whatever_the_case(world: World, scope: str) -> None:
    grant(world, FOUNDRY_USER, scope)
    assert access.has_data_action(world, SOMEBODY, AGENTS_WRITE, PROJECT)


@pytest.mark.parametrize("scope", [f"{PROJECT}2", f"{GROUP}2", f"{PROJECT}/deeper"])
def test_grant_does_not_reach_sideways_or_up(world: World, scope: str) -> None:
    grant(world, FOUNDRY_USER, scope)
    assert not access.has_data_action(world, SOMEBODY, AGENTS_WRITE, PROJECT)


def test_azure_ai_developer_is_not_enough_for_agents(world: World) -> None:
    grant(world, AI_DEVELOPER, SUBSCRIPTION)
    assert not access.has_data_action(world, SOMEBODY, AGENTS_WRITE, PROJECT)


def test_new_grant_has_no_effect_yet(world: World) -> None:
    grant(world, FOUNDRY_USER, PROJECT, age=59)
    assert not access.has_data_action(world, SOMEBODY, AGENTS_WRITE, PROJECT)
    grant(world, FOUNDRY_USER, PROJECT, age=61)
    assert access.has_data_action(world, SOMEBODY, AGENTS_WRITE, PROJECT)


# --- Pulls --------------------------------------------------------------------------------------------


@pytest.fixture
def registry(world: World) -> Resource:
    """A registry with `app:v1` for linux/amd64, `app:arm` for something else, `app:both` for both."""
    resource = Resource(id=REGISTRY, type="Microsoft.ContainerRegistry/registries", name="acr12345")
    world.state.arm.resources[REGISTRY.lower()] = resource
    held = RegistryContent(arm_id=REGISTRY)
    world.state.registries.registries["acr12345"] = held
    amd = _image(held, "v1", "amd64")
    arm = _image(held, "arm", "arm64")
    parts = [(amd, "amd64"), (arm, "arm64")]
    manifests = [{"digest": one, "platform": {"os": "linux", "architecture": kind}} for one, kind in parts]
    index = json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": manifests}).encode()
    content.put_manifest(held, "app", "both", body=index, content_type=INDEX, now=0)
    return resource


def _image(held: RegistryContent, tag: str, architecture: str) -> str:
    config = json.dumps({"os": "linux", "architecture": architecture}).encode()
    digest = f"sha256:{hashlib.sha256(config).hexdigest()}"
    upload = content.begin_upload(held)
    content.append(held, upload, config)
    content.finish_upload(held, upload, digest)
    body = json.dumps({"schemaVersion": 2, "mediaType": OCI, "config": {"digest": digest}, "layers": []})
    made = content.put_manifest(held, "app", tag, body=body.encode(), content_type=OCI, now=0)
    return made.digest


def _cause(world: World, reference: str, principal: str | None = SOMEBODY) -> str:
    found = check_pull(world, principal, reference)
    return found.cause if isinstance(found, PullProblem) else ""


@pytest.mark.parametrize("role", [ACR_PULL, REPOSITORY_READER])
def test_image_is_pulled_with_the_role_for_it(world: World, registry: Resource, role: str) -> None:
    grant(world, role, REGISTRY)
    found = check_pull(world, SOMEBODY, f"{HOST}/app:v1")
    assert isinstance(found, ManifestInfo) and found.digest == found.platform_digest
    assert _cause(world, f"{HOST}/app@{found.digest}") == ""
    both = check_pull(world, SOMEBODY, f"{HOST}/app:both")
    assert isinstance(both, ManifestInfo) and both.platform_digest == found.digest


@pytest.mark.parametrize(
    ("reference", "cause"),
    [
        ("app:v1", "reference"),
        ("docker.io/library/app:v1", "registry"),
        ("acr12345.azurecr.io/app:v1", "registry"),
        (f"{HOST}/other:v1", "repository"),
        (f"{HOST}/app:v9", "manifest"),
        (f"{HOST}/app", "manifest"),
        (f"{HOST}/app@sha256:{'0' * 64}", "manifest"),
        (f"{HOST}/app:arm", "platform"),
    ],
)
def test_image_that_is_not_there_says_which_part_is_missing(
    world: World, registry: Resource, reference: str, cause: str
) -> None:
    grant(world, ACR_PULL, REGISTRY)
    assert _cause(world, reference) == cause


def test_pull_without_identity_role_or_time_is_refused(world: World, registry: Resource) -> None:
    assert _cause(world, f"{HOST}/app:v1", None) == "identity"
    assert _cause(world, f"{HOST}/app:v1") == "role"
    grant(world, ACR_PULL, REGISTRY, age=1)
    assert _cause(world, f"{HOST}/app:v1") == "role"


def test_pull_needs_the_policy_for_arm_tokens(world: World, registry: Resource) -> None:
    grant(world, ACR_PULL, REGISTRY)
    registry.properties["policies"] = {"azureADAuthenticationAsArmPolicy": {"status": "disabled"}}
    assert _cause(world, f"{HOST}/app:v1") == "policy"


def test_abac_registry_does_not_know_acr_pull(world: World, registry: Resource) -> None:
    registry.properties["roleAssignmentMode"] = "AbacRepositoryPermissions"
    grant(world, ACR_PULL, REGISTRY)
    assert _cause(world, f"{HOST}/app:v1") == "role"
    grant(world, REPOSITORY_READER, REGISTRY)
    assert _cause(world, f"{HOST}/app:v1") == ""


def test_anonymous_registry_needs_nothing(world: World, registry: Resource) -> None:
    registry.properties["anonymousPullEnabled"] = True
    assert _cause(world, f"{HOST}/app:v1", None) == ""
