"""Why an image cannot be pulled: policy, role, manifest or platform."""

import hashlib
import json
from dataclasses import dataclass

import pytest

from foundry_emulator.arm.state import Resource
from foundry_emulator.identity.tokens import Tokens
from foundry_emulator.registry import content
from foundry_emulator.registry.pull import ImagePull, ManifestInfo, PullProblem
from foundry_emulator.registry.registries import Registries
from foundry_emulator.registry.rights import RegistryRights
from foundry_emulator.registry.state import RegistriesState, RegistryContent

from ..conftest import GROUP, SOMEBODY, Subscription

REGISTRY = f"{GROUP}/providers/Microsoft.ContainerRegistry/registries/acr12345"
ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
REPOSITORY_READER = "b93aa761-3e63-49ed-ac28-beffa264f7ac"
HOST = "localhost:5000"
OCI = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"


@dataclass
class Registry:
    """A registry with `app:v1` for linux/amd64, `app:arm` for something else, `app:both` for both."""

    resource: Resource
    pull: ImagePull

    def cause(self, reference: str, principal: str | None = SOMEBODY) -> str:
        """Why the image cannot be pulled; empty if it can."""
        found = self.pull.check(principal, reference)
        return found.cause if isinstance(found, PullProblem) else ""


@pytest.fixture
def registry(subscription: Subscription) -> Registry:
    resource = Resource(id=REGISTRY, type="Microsoft.ContainerRegistry/registries", name="acr12345")
    subscription.state.resources[REGISTRY.lower()] = resource
    state = RegistriesState(registries={"acr12345": _content()})
    rights = RegistryRights(subscription.rights, subscription.settings)
    tokens = Tokens(b"key", subscription.clock, subscription.directory)
    registries = Registries(state, subscription.resources, rights, tokens, subscription.clock)
    return Registry(resource, ImagePull(registries, {HOST: "acr12345"}.get))


def _content() -> RegistryContent:
    held = RegistryContent(arm_id=REGISTRY)
    amd = _image(held, "v1", "amd64")
    arm = _image(held, "arm", "arm64")
    parts = [(amd, "amd64"), (arm, "arm64")]
    manifests = [{"digest": one, "platform": {"os": "linux", "architecture": kind}} for one, kind in parts]
    index = json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": manifests}).encode()
    content.put_manifest(held, "app", "both", body=index, content_type=INDEX, now=0)
    return held


def _image(held: RegistryContent, tag: str, architecture: str) -> str:
    config = json.dumps({"os": "linux", "architecture": architecture}).encode()
    digest = f"sha256:{hashlib.sha256(config).hexdigest()}"
    upload = content.begin_upload(held)
    content.append(held, upload, config)
    content.finish_upload(held, upload, digest)
    body = json.dumps({"schemaVersion": 2, "mediaType": OCI, "config": {"digest": digest}, "layers": []})
    made = content.put_manifest(held, "app", tag, body=body.encode(), content_type=OCI, now=0)
    return made.digest


@pytest.mark.parametrize("role", [ACR_PULL, REPOSITORY_READER])
def test_image_is_pulled_with_the_role_for_it(subscription: Subscription, registry: Registry, role: str) -> None:
    subscription.grant(role, REGISTRY)
    found = registry.pull.check(SOMEBODY, f"{HOST}/app:v1")
    assert isinstance(found, ManifestInfo) and found.digest == found.platform_digest
    assert registry.cause(f"{HOST}/app@{found.digest}") == ""
    both = registry.pull.check(SOMEBODY, f"{HOST}/app:both")
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
    subscription: Subscription, registry: Registry, reference: str, cause: str
) -> None:
    subscription.grant(ACR_PULL, REGISTRY)
    assert registry.cause(reference) == cause


def test_pull_without_identity_role_or_time_is_refused(subscription: Subscription, registry: Registry) -> None:
    assert registry.cause(f"{HOST}/app:v1", None) == "identity"
    assert registry.cause(f"{HOST}/app:v1") == "role"
    subscription.grant(ACR_PULL, REGISTRY, age=1)
    assert registry.cause(f"{HOST}/app:v1") == "role"


def test_pull_needs_the_policy_for_arm_tokens(subscription: Subscription, registry: Registry) -> None:
    subscription.grant(ACR_PULL, REGISTRY)
    registry.resource.properties["policies"] = {"azureADAuthenticationAsArmPolicy": {"status": "disabled"}}
    assert registry.cause(f"{HOST}/app:v1") == "policy"


def test_abac_registry_does_not_know_acr_pull(subscription: Subscription, registry: Registry) -> None:
    registry.resource.properties["roleAssignmentMode"] = "AbacRepositoryPermissions"
    subscription.grant(ACR_PULL, REGISTRY)
    assert registry.cause(f"{HOST}/app:v1") == "role"
    subscription.grant(REPOSITORY_READER, REGISTRY)
    assert registry.cause(f"{HOST}/app:v1") == ""


def test_anonymous_registry_needs_nothing(subscription: Subscription, registry: Registry) -> None:
    registry.resource.properties["anonymousPullEnabled"] = True
    assert registry.cause(f"{HOST}/app:v1", None) == ""
