"""Container registries: as resources, as registries, and as what the platform pulls from."""

import hashlib
import io
import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from azure.containerregistry import ContainerRegistryClient
from azure.core.exceptions import HttpResponseError
from azure.identity import DefaultAzureCredential
from tests.emulator.arm_clients import (
    LOCATION,
    SUBSCRIPTION,
    Clients,
    clients,
    refusal,
    unique,
)

from foundry_emulator.identity.state import NOBODY_OBJECT_ID
from foundry_emulator.testing import ACR_PULL, ARM, LocalAzure

GROUP = "rg"
OCI = "application/vnd.oci.image.manifest.v1+json"
ACR = "https://containerregistry.azure.net"
REPOSITORY_READER = "b93aa761-3e63-49ed-ac28-beffa264f7ac"
REPOSITORY_WRITER = "2a1e307c-b015-4ebd-883e-5b7698a07328"
CATALOG_LISTER = "bfdb9389-c9a5-478a-bb2f-ba9ca092c3c7"
_NAMES = unique("registry")


@pytest.fixture(scope="module")
def arm(azure: LocalAzure) -> Clients:
    found = clients(azure)
    found.groups.resource_groups.create_or_update(GROUP, {"location": LOCATION})
    return found


def _body(**properties: Any) -> dict[str, Any]:
    return {"location": LOCATION, "sku": {"name": "Premium"}, "properties": properties}


class Registry:
    """A registry and its id."""

    def __init__(self, arm: Clients, **properties: Any) -> None:
        made = arm.registries.registries.begin_create(GROUP, next(_NAMES), _body(**properties)).result()
        self.name: str = made.name
        self.id: str = made.id
        self.host: str = made.properties.login_server

    def client(self, identity: str = "deployer", audience: str = ACR) -> ContainerRegistryClient:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("IDENTITY_HEADER", identity)
            signed_in = DefaultAzureCredential()
            signed_in.get_token(f"{audience}/.default")
            return ContainerRegistryClient(self.host, signed_in, audience=audience, retry_total=0)


@pytest.fixture
def registry(arm: Clients) -> Registry:
    return Registry(arm)


def _push(client: ContainerRegistryClient, repository: str, tag: str) -> str:
    config = json.dumps({"os": "linux", "architecture": "amd64", "tag": tag}).encode()
    digest, size = client.upload_blob(repository, io.BytesIO(config))
    manifest = {
        "schemaVersion": 2,
        "mediaType": OCI,
        "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": digest, "size": size},
        "layers": [],
    }
    content = io.BytesIO(json.dumps(manifest).encode())
    return client.set_manifest(repository, content, tag=tag, media_type=OCI)


def _refused(call: Callable[[], object]) -> dict[str, Any]:
    """What the registry says when it refuses; the client's own message leaves it out."""
    with pytest.raises(HttpResponseError) as caught:
        call()
    answer: Any = caught.value.response
    error: dict[str, Any] = json.loads(answer.read())["errors"][0]
    return error


# --- The resource -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("shape", "status"), [("asynchronous", 201), ("synchronous", 200)])
def test_registry_is_made_in_either_shape(azure: LocalAzure, arm: Clients, shape: str, status: int) -> None:
    azure.settings(registry_create=shape)
    name = next(_NAMES)
    path = f"{SUBSCRIPTION}/resourceGroups/{GROUP}/providers/Microsoft.ContainerRegistry/registries/{name}"
    made = azure.arm("PUT", f"{path}?api-version=2023-01-01-preview", _body())
    assert made.status == status
    assert ("azure-asyncoperation" in made.headers) is (shape == "asynchronous")
    properties = made.body["properties"]
    assert properties["roleAssignmentMode"] == "LegacyRegistryPermissions"
    assert properties["policies"]["azureADAuthenticationAsArmPolicy"] == {"status": "enabled"}
    assert properties["adminUserEnabled"] is False
    again = arm.registries.registries.begin_create(GROUP, name, _body()).result()
    assert again.properties.login_server == properties["loginServer"]


def test_name_belongs_to_one_registry(arm: Clients, registry: Registry) -> None:
    arm.groups.resource_groups.create_or_update("rg2", {"location": LOCATION})
    begin = arm.registries.registries.begin_create
    assert refusal(lambda: begin("rg2", registry.name, _body()).result())[:2] == (409, "AlreadyInUse")
    check = arm.registries.registries.check_name_availability
    taken = check({"name": registry.name, "type": "Microsoft.ContainerRegistry/registries"})
    assert taken.name_available is False


def test_policy_that_is_not_sent_stays(arm: Clients, registry: Registry) -> None:
    off = {"azureADAuthenticationAsArmPolicy": {"status": "disabled"}}
    arm.registries.registries.begin_create(GROUP, registry.name, _body(policies=off)).result()
    after = arm.registries.registries.begin_create(GROUP, registry.name, _body()).result()
    policy = after.properties.policies.azure_ad_authentication_as_arm_policy
    assert policy.status == "disabled"


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("with-dash-1", _body()),
        ("abcd", _body()),
        ("norights1", {"location": LOCATION, "sku": {"name": "Tiny"}}),
        ("norights1", {"location": LOCATION, "sku": {"name": "Basic"}, "properties": {"odd": 1}}),
        (
            "norights1",
            {
                "location": LOCATION,
                "sku": {"name": "Basic"},
                "properties": {"publicNetworkAccess": "Disabled"},
            },
        ),
    ],
)
def test_registry_that_cannot_be_is_refused(azure: LocalAzure, name: str, body: dict[str, Any]) -> None:
    path = f"{SUBSCRIPTION}/resourceGroups/{GROUP}/providers/Microsoft.ContainerRegistry/registries/{name}"
    assert azure.arm("PUT", f"{path}?api-version=2025-11-01", body).status == 400


def test_deleted_registry_answers_no_more(azure: LocalAzure, arm: Clients, registry: Registry) -> None:
    arm.registries.registries.begin_delete(GROUP, registry.name).result()
    assert registry.name not in azure.state()["registries"]["registries"]
    with pytest.raises(OSError, match="refused"):
        azure.http("GET", f"https://{registry.host}/v2/")


# --- The challenge and the tokens ---------------------------------------------------------------------


def test_challenge_says_where_to_get_a_token(azure: LocalAzure, registry: Registry) -> None:
    answer = azure.http("GET", f"https://{registry.host}/v2/")
    assert answer.status == 401 and answer.body["errors"][0]["code"] == "UNAUTHORIZED"
    expected = f'Bearer realm="https://{registry.host}/oauth2/token",service="{registry.host}"'
    assert answer.headers["www-authenticate"] == expected
    assert answer.headers["docker-distribution-api-version"] == "registry/2.0"
    manifest = azure.http("GET", f"https://{registry.host}/v2/app/manifests/v1")
    assert manifest.headers["www-authenticate"].endswith(',scope="repository:app:pull"')


def _exchange(azure: LocalAzure, registry: Registry, token: str) -> int:
    form = urlencode({"grant_type": "access_token", "service": registry.host, "access_token": token})
    return _post(azure, f"https://{registry.host}/oauth2/exchange", form)


def _post(azure: LocalAzure, url: str, form: str) -> int:
    trust = ssl.create_default_context(cafile=str(azure.home.ca))
    try:
        with urllib.request.urlopen(url, form.encode(), context=trust) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        assert refused.read() == b""
        return refused.code


def test_tokens_meant_for_arm_are_taken_while_the_policy_says_so(
    azure: LocalAzure, arm: Clients, registry: Registry
) -> None:
    assert _exchange(azure, registry, azure.token(ARM)) == 200
    off = {"azureADAuthenticationAsArmPolicy": {"status": "disabled"}}
    arm.registries.registries.begin_create(GROUP, registry.name, _body(policies=off)).result()
    assert _exchange(azure, registry, azure.token(ARM)) == 401
    assert _exchange(azure, registry, azure.token(ACR)) == 200
    assert _exchange(azure, registry, "forged") == 401


# --- Content ------------------------------------------------------------------------------------------


def test_what_was_pushed_is_pulled_and_listed(registry: Registry) -> None:
    client = registry.client()
    digest = _push(client, "team/app", "v1")
    pulled = client.get_manifest("team/app", "v1")
    assert pulled.digest == digest and pulled.media_type == OCI
    assert hashlib.sha256(json.dumps(pulled.manifest).encode()).hexdigest() == digest.split(":")[1]
    other = _push(client, "team/app", "v2")
    assert other != digest
    assert list(client.list_repository_names()) == ["team/app"]
    assert [one.name for one in client.list_tag_properties("team/app")] == ["v1", "v2"]
    assert {one.digest for one in client.list_manifest_properties("team/app")} == {digest, other}
    assert client.get_repository_properties("team/app").tag_count == 2
    client.delete_tag("team/app", "v1")
    assert client.get_manifest("team/app", digest).digest == digest
    client.delete_manifest("team/app", digest)
    client.delete_repository("team/app")
    assert list(client.list_repository_names()) == []


def test_tag_moves_to_what_was_pushed_last(registry: Registry) -> None:
    client = registry.client()
    _push(client, "app", "v1")
    newer = _push(client, "app", "v2")
    content = io.BytesIO(json.dumps(client.get_manifest("app", "v2").manifest).encode())
    client.set_manifest("app", content, tag="v1", media_type=OCI)
    assert client.get_manifest("app", "v1").digest == newer


def test_unknown_tag_and_repository_are_not_found(registry: Registry) -> None:
    client = registry.client()
    _push(client, "app", "v1")
    tag = _refused(lambda: client.get_manifest("app", "v9"))
    assert tag["code"] == "MANIFEST_UNKNOWN" and tag["detail"] == {"Tag": "v9"}
    assert tag["message"] == 'manifest tagged by "v9" is not found'
    assert _refused(lambda: client.get_manifest("no-app", "v1"))["code"] == "NAME_UNKNOWN"


def test_manifest_of_blobs_that_are_not_there_is_refused(registry: Registry) -> None:
    missing = {"mediaType": "x", "digest": f"sha256:{'0' * 64}", "size": 1}
    manifest = {"schemaVersion": 2, "mediaType": OCI, "config": missing, "layers": []}
    client = registry.client()
    refused = _refused(lambda: client.set_manifest("app", manifest, tag="v1", media_type=OCI))
    assert refused["code"] == "MANIFEST_BLOB_UNKNOWN"


# --- Rights -------------------------------------------------------------------------------------------


def _can_pull(registry: Registry, identity: str = "nobody") -> bool:
    try:
        registry.client(identity).get_manifest("app", "v1")
    except HttpResponseError as refused:
        assert refused.status_code == 403
        return False
    return True


def _can_push(registry: Registry, identity: str = "nobody") -> bool:
    try:
        _push(registry.client(identity), "app", "v1")
    except HttpResponseError as refused:
        assert refused.status_code == 403
        return False
    return True


def test_role_for_pulling_pulls_and_does_not_push(azure: LocalAzure, registry: Registry) -> None:
    _push(registry.client(), "app", "v1")
    assert not _can_pull(registry)
    azure.grant(ACR_PULL, NOBODY_OBJECT_ID, registry.id)
    assert _can_pull(registry) and not _can_push(registry)


@pytest.mark.parametrize("counts", [True, False])
def test_repository_role_on_a_legacy_registry_is_a_switch(azure: LocalAzure, registry: Registry, counts: bool) -> None:
    azure.settings(repository_roles_on_legacy_registry=counts)
    _push(registry.client(), "app", "v1")
    azure.grant(REPOSITORY_READER, NOBODY_OBJECT_ID, registry.id)
    assert _can_pull(registry) is counts


def test_abac_registry_heeds_repository_roles_only(azure: LocalAzure, arm: Clients) -> None:
    registry = Registry(arm, roleAssignmentMode="AbacRepositoryPermissions")
    assert not _can_push(registry, "deployer")  # who owns the subscription
    azure.grant(ACR_PULL, NOBODY_OBJECT_ID, registry.id)
    assert not _can_pull(registry) and not _can_push(registry)  # AcrPull has no effect in this mode
    azure.grant(REPOSITORY_WRITER, NOBODY_OBJECT_ID, registry.id)
    assert _can_push(registry) and _can_pull(registry)
    assert not _can_pull(registry, "reader")
    with pytest.raises(HttpResponseError):
        list(registry.client("nobody").list_repository_names())
    azure.grant(CATALOG_LISTER, NOBODY_OBJECT_ID, registry.id)
    assert list(registry.client("nobody").list_repository_names()) == ["app"]


def test_anonymous_pull_needs_no_token(azure: LocalAzure, arm: Clients) -> None:
    registry = Registry(arm, anonymousPullEnabled=True)
    _push(registry.client(), "app", "v1")
    assert azure.http("GET", f"https://{registry.host}/v2/app/manifests/v1").status == 200


def test_closed_network_lets_nobody_in(arm: Clients) -> None:
    registry = Registry(arm, publicNetworkAccess="Disabled")
    client = registry.client()
    assert "is not allowed access" in _refused(lambda: client.get_manifest("app", "v1"))["message"]


# --- A restart ----------------------------------------------------------------------------------------


@pytest.fixture
def restarted(azure: LocalAzure, registry: Registry) -> Iterator[Registry]:
    _push(registry.client(), "app", "v1")
    azure.stop()
    azure.start_again()
    yield registry


def test_registry_keeps_port_and_content_over_a_restart(restarted: Registry) -> None:
    assert restarted.client().get_manifest("app", "v1").digest
