"""The stand-in for the azure-native plugin, asked as the Pulumi engine asks it."""

import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from typing import Any

import grpc
import psutil
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc, status_pb2

from azure_native.provider import VERSION
from azure_native.types import TYPES
from azure_native.wire import UNKNOWN, read, write
from foundry_emulator.arm.state import SUBSCRIPTION_ID
from foundry_emulator.identity.state import DEPLOYER_OBJECT_ID
from foundry_emulator.testing import ACR_PULL, LocalAzure

SUBSCRIPTION = f"/subscriptions/{SUBSCRIPTION_ID}"
CONFIGURATION = {"subscriptionId": SUBSCRIPTION_ID, "useDefaultAzureCredential": "true"}


class Plugin:
    """A running stand-in. Errors arrive as `Refused` with the text that the user would see."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "azure_native", "127.0.0.1:1"],
            stdout=subprocess.PIPE,
            env=environment,
            text=True,
        )
        assert self._process.stdout is not None
        port = int(self._process.stdout.readline())
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        self.stub = provider_pb2_grpc.ResourceProviderStub(self._channel)

    def stop(self) -> None:
        self._channel.close()
        self._process.terminate()
        self._process.wait()

    def check(self, token: str, news: dict[str, Any], olds: dict[str, Any] | None = None) -> Any:
        request = provider_pb2.CheckRequest(
            urn=_urn(token), news=write(news), olds=write(olds or {}), randomSeed=b"seed"
        )
        return self.stub.Check(request)

    def inputs(self, token: str, news: dict[str, Any]) -> dict[str, Any]:
        """The inputs after a check that finds nothing wrong."""
        checked = self.check(token, news)
        assert not checked.failures, checked.failures
        return read(checked.inputs)

    def create(self, token: str, news: dict[str, Any], *, preview: bool = False) -> tuple[str, dict[str, Any]]:
        inputs = self.inputs(token, news)
        request = provider_pb2.CreateRequest(urn=_urn(token), properties=write(inputs), preview=preview)
        made = self.stub.Create(request)
        return made.id, read(made.properties)

    def diff(self, token: str, old: dict[str, Any], new: dict[str, Any]) -> Any:
        request = provider_pb2.DiffRequest(urn=_urn(token), old_inputs=write(old), news=write(new))
        return self.stub.Diff(request)

    def read(self, token: str, resource_id: str, inputs: dict[str, Any] | None = None) -> Any:
        request = provider_pb2.ReadRequest(urn=_urn(token), id=resource_id, inputs=write(inputs or {}))
        return self.stub.Read(request)

    def delete(self, token: str, resource_id: str, inputs: dict[str, Any]) -> None:
        request = provider_pb2.DeleteRequest(urn=_urn(token), id=resource_id, old_inputs=write(inputs))
        self.stub.Delete(request)

    def invoke(self, token: str, arguments: dict[str, Any]) -> dict[str, Any]:
        answer = self.stub.Invoke(provider_pb2.InvokeRequest(tok=token, args=write(arguments)))
        return read(getattr(answer, "return"))


def _urn(token: str) -> str:
    return f"urn:pulumi:dev::test::foundry-agents:index:Parent${token}::logical"


GROUP = "azure-native:resources:ResourceGroup"
RESOURCE = "azure-native:resources:Resource"
ACCOUNT = "azure-native:cognitiveservices:Account"
PROJECT = "azure-native:cognitiveservices:Project"
REGISTRY = "azure-native:containerregistry:Registry"
ASSIGNMENT = "azure-native:authorization:RoleAssignment"


@pytest.fixture(scope="module")
def plugin(azure: LocalAzure) -> Iterator[Plugin]:
    started = Plugin({**os.environ, **azure.environment()})
    started.stub.Configure(provider_pb2.ConfigureRequest(args=write(CONFIGURATION)))
    started.create(GROUP, {"resourceGroupName": "rg", "location": "Sweden Central"})
    yield started
    started.stop()


def _account(name: str, **more: Any) -> dict[str, Any]:
    return {
        "accountName": name,
        "resourceGroupName": "rg",
        "kind": "AIServices",
        "sku": {"name": "S0"},
        "identity": {"type": "SystemAssigned"},
        "properties": {"customSubDomainName": name, "allowProjectManagement": True},
        **more,
    }


def _registry(name: str, **more: Any) -> dict[str, Any]:
    """As the Python SDK sends it: with its own defaults."""
    return {
        "registryName": name,
        "resourceGroupName": "rg",
        "sku": {"name": "Basic"},
        "adminUserEnabled": False,
        "anonymousPullEnabled": False,
        "networkRuleBypassOptions": "AzureServices",
        "publicNetworkAccess": "Enabled",
        "zoneRedundancy": "Disabled",
        **more,
    }


def _refusal(call: Any, *arguments: Any) -> str:
    with pytest.raises(grpc.RpcError) as caught:
        call(*arguments)
    return str(caught.value.details())


# --- The plugin ---------------------------------------------------------------------------------------


def test_plugin_reports_the_version_of_the_sdk(plugin: Plugin) -> None:
    assert plugin.stub.GetPluginInfo(empty_pb2.Empty()).version == VERSION == "3.29.0"


def test_unknown_configuration_is_refused(plugin: Plugin) -> None:
    checked = plugin.stub.CheckConfig(provider_pb2.CheckRequest(news=write({"nonsense": "1"})))
    assert [one.property for one in checked.failures] == ["nonsense"]


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ("subscriptionId", "azure-native:subscriptionId"),
        ("useDefaultAzureCredential", "azure-native:useDefaultAzureCredential"),
        ("ARM_METADATA_HOSTNAME", "source the `env` file"),
    ],
)
def test_what_can_never_work_is_said_at_once(azure: LocalAzure, missing: str, said: str) -> None:
    environment = {**os.environ, **azure.environment()}
    environment.pop(missing, None)
    started = Plugin(environment)
    configuration = {name: value for name, value in CONFIGURATION.items() if name != missing}
    request = provider_pb2.ConfigureRequest(args=write(configuration))
    assert said in _refusal(started.stub.Configure, request)
    started.stop()


def test_who_is_signed_in_comes_from_the_token(plugin: Plugin) -> None:
    found = plugin.invoke("azure-native:authorization:getClientConfig", {})
    assert found["objectId"] == DEPLOYER_OBJECT_ID and found["subscriptionId"] == SUBSCRIPTION_ID
    assert plugin.invoke("azure-native:authorization:getClientToken", {})["token"].count(".") == 2


def test_function_that_is_not_there_is_an_error(plugin: Plugin) -> None:
    assert "has no function" in _refusal(plugin.invoke, "azure-native:storage:getStorageAccount", {})


# --- Check --------------------------------------------------------------------------------------------


def test_type_that_is_not_there_is_an_error(plugin: Plugin) -> None:
    assert "has no type" in _refusal(plugin.check, "azure-native:storage:StorageAccount", {})


def test_unknown_properties_are_never_dropped(plugin: Plugin) -> None:
    odd = _account("a1", odd=1) | {"properties": {"odder": 1}, "sku": {"name": "S0", "oddest": 1}}
    failures = plugin.check(ACCOUNT, odd).failures
    assert {one.property for one in failures} == {"odd", "properties.odder", "sku.oddest"}


@pytest.mark.parametrize("token", sorted(TYPES))
def test_missing_properties_are_all_named(plugin: Plugin, token: str) -> None:
    required = {name for name, known in TYPES[token].inputs.items() if known.required}
    assert {one.property for one in plugin.check(token, {}).failures} == required


def test_names_are_made_once_and_kept(plugin: Plugin) -> None:
    nameless = {name: value for name, value in _account("").items() if name != "accountName"}
    made = plugin.inputs(ACCOUNT, nameless)["accountName"]
    assert made.startswith("logical") and len(made) == len("logical") + 8
    again = read(plugin.check(ACCOUNT, nameless, olds={"accountName": "kept"}).inputs)
    assert again["accountName"] == "kept"
    grant = {"scope": SUBSCRIPTION, "principalId": "x", "roleDefinitionId": "y"}
    uuid.UUID(plugin.inputs(ASSIGNMENT, grant)["roleAssignmentName"])


def test_location_is_that_of_the_group(plugin: Plugin) -> None:
    assert plugin.inputs(ACCOUNT, _account("a1"))["location"] == "swedencentral"


# --- Preview ------------------------------------------------------------------------------------------


def test_preview_of_a_create_knows_the_inputs_and_nothing_else(azure: LocalAzure, plugin: Plugin) -> None:
    azure.clear_requests()
    _, outputs = plugin.create(ACCOUNT, _account("previewed"), preview=True)
    assert outputs["kind"] == "AIServices" and outputs["identity"]["type"] == "SystemAssigned"
    assert outputs["identity"]["principalId"] == outputs["properties"]["endpoints"] == UNKNOWN
    assert outputs["name"] == UNKNOWN
    assert not azure.requests(plane="arm", method="PUT")


def test_preview_of_an_update_knows_name_and_location_too(plugin: Plugin) -> None:
    resource_id, before = plugin.create(ACCOUNT, _account("a-preview"))
    request = provider_pb2.UpdateRequest(
        id=resource_id,
        urn=_urn(ACCOUNT),
        olds=write(before),
        news=write(plugin.inputs(ACCOUNT, _account("a-preview", tags={"a": "b"}))),
        preview=True,
    )
    outputs = read(plugin.stub.Update(request).properties)
    assert outputs["name"] == "a-preview" and outputs["location"] == "swedencentral"
    assert outputs["tags"] == {"a": "b"}
    assert outputs["identity"]["principalId"] == outputs["properties"]["endpoints"] == UNKNOWN


# --- Create, update, delete ---------------------------------------------------------------------------


def test_environment_is_made_changed_and_taken_down(azure: LocalAzure, plugin: Plugin) -> None:
    account_id, account = plugin.create(ACCOUNT, _account("whole"))
    assert account["properties"]["provisioningState"] == "Succeeded"
    in_account = {"resourceGroupName": "rg", "accountName": "whole"}
    project_id, project = plugin.create(
        PROJECT, {**in_account, "projectName": "p1", "identity": {"type": "SystemAssigned"}}
    )
    endpoint = f"{azure.base_url}/accounts/whole/api/projects/p1"
    assert project["properties"]["endpoints"] == {"AI Foundry API": endpoint}
    registry_id, registry = plugin.create(REGISTRY, _registry("whole123"))
    assert registry["loginServer"].startswith("localhost:") and "properties" not in registry
    role = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{ACR_PULL}"
    grant = {
        "scope": registry_id,
        "principalId": project["identity"]["principalId"],
        "principalType": "ServicePrincipal",
        "roleDefinitionId": role,
    }
    grant_id, granted = plugin.create(ASSIGNMENT, grant)
    assert granted["principalType"] == "ServicePrincipal"
    host_id, host = plugin.create(RESOURCE, _host("whole"))
    assert host["properties"]["provisioningState"] == "Succeeded"
    for token, resource_id, inputs in (
        (RESOURCE, host_id, _host("whole")),
        (ASSIGNMENT, grant_id, grant),
        (REGISTRY, registry_id, {}),
        (PROJECT, project_id, {}),
        (ACCOUNT, account_id, {}),
        (ACCOUNT, account_id, {}),  # gone already: fine
    ):
        plugin.delete(token, resource_id, inputs)
    assert not plugin.read(ACCOUNT, account_id).id


def _host(account: str, version: str = "2025-12-01") -> dict[str, Any]:
    return {
        "apiVersion": version,
        "resourceGroupName": "rg",
        "resourceProviderNamespace": "Microsoft.CognitiveServices",
        "parentResourcePath": f"accounts/{account}",
        "resourceType": "capabilityHosts",
        "resourceName": "agents",
        "properties": {"capabilityHostKind": "Agents", "enablePublicHostingEnvironment": True},
    }


def test_create_refuses_what_exists(plugin: Plugin) -> None:
    resource_id, _ = plugin.create(REGISTRY, _registry("exists123"))
    said = _refusal(plugin.create, REGISTRY, _registry("exists123"))
    assert said == f"cannot create already existing resource '{resource_id}'"


def test_refusals_read_as_in_the_real_plugin(plugin: Plugin) -> None:
    said = _refusal(plugin.create, ACCOUNT, _account("odd", kind="Nonsense"))
    assert said.startswith('Status=400 Code="InvalidApiSetId" Message="')
    assert "Traceback" not in said and "\n" not in said


def test_update_writes_the_whole_resource(azure: LocalAzure, plugin: Plugin) -> None:
    resource_id, before = plugin.create(ACCOUNT, _account("updated"))
    news = plugin.inputs(ACCOUNT, _account("updated", tags={"a": "b"}))
    request = provider_pb2.UpdateRequest(id=resource_id, urn=_urn(ACCOUNT), olds=write(before), news=write(news))
    after = read(plugin.stub.Update(request).properties)
    assert after["tags"] == {"a": "b"}
    assert after["identity"]["principalId"] == before["identity"]["principalId"]


def test_write_that_was_accepted_and_went_wrong_leaves_the_resource_in_the_state(
    azure: LocalAzure, plugin: Plugin
) -> None:
    azure.fault(method="GET", path=".*/operationResults/.*", times=100, action={"kind": "status", "status": 400})
    with pytest.raises(grpc.RpcError) as caught:
        plugin.create(ACCOUNT, _account("halfway"))
    trailers = dict(caught.value.trailing_metadata())
    status = status_pb2.Status.FromString(trailers["grpc-status-details-bin"])
    partial = provider_pb2.ErrorResourceInitFailed()
    assert status.details[0].Unpack(partial)
    assert partial.id.endswith("/accounts/halfway") and read(partial.properties)["name"] == "halfway"


def test_waiting_ends_at_the_timeout_of_the_resource(azure: LocalAzure, plugin: Plugin) -> None:
    azure.settings(account_create_seconds=1000)
    inputs = plugin.inputs(ACCOUNT, _account("late"))
    request = provider_pb2.CreateRequest(urn=_urn(ACCOUNT), properties=write(inputs), timeout=0.3)
    assert "timeout" in _refusal(plugin.stub.Create, request)


def test_cancel_ends_all_waiting(azure: LocalAzure) -> None:
    azure.settings(account_create_seconds=1000)
    azure.clear_requests()
    started = Plugin({**os.environ, **azure.environment()})
    started.stub.Configure(provider_pb2.ConfigureRequest(args=write(CONFIGURATION)))
    inputs = started.inputs(ACCOUNT, _account("cancelled"))
    request = provider_pb2.CreateRequest(urn=_urn(ACCOUNT), properties=write(inputs))
    waiting = started.stub.Create.future(request)
    while not azure.requests(plane="arm", method="GET", path=".*/operationResults/.*"):
        time.sleep(0.05)
    started.stub.Cancel(empty_pb2.Empty())
    assert "cancelled" in _refusal(waiting.result)
    started.stop()


@pytest.mark.parametrize("action", [{"kind": "status", "status": 503}, {"kind": "reset"}])
def test_errors_that_pass_are_not_seen(azure: LocalAzure, plugin: Plugin, action: dict[str, Any]) -> None:
    azure.fault(method="PUT", path=".*/registries/.*", times=2, action=action)
    plugin.create(REGISTRY, _registry(f"retry{action['kind']}"))


# --- Diff ---------------------------------------------------------------------------------------------


def test_nothing_changed_is_no_change(plugin: Plugin) -> None:
    inputs = plugin.inputs(ACCOUNT, _account("a1"))
    shouted = inputs | {"location": "Sweden Central"}
    assert plugin.diff(ACCOUNT, inputs, shouted).changes == provider_pb2.DiffResponse.DIFF_NONE


def test_changed_tag_is_an_update(plugin: Plugin) -> None:
    found = plugin.diff(ACCOUNT, _account("a1", tags={"a": "1"}), _account("a1", tags={"a": "2"}))
    assert list(found.diffs) == ["tags"] and not found.replaces
    assert list(found.detailedDiff) == ["tags.a"]


@pytest.mark.parametrize(
    ("change", "first"),
    [
        ({"accountName": "a2"}, False),
        ({"resourceGroupName": "rg2"}, False),
        ({"accountName": UNKNOWN}, False),
        ({"location": "westus"}, True),
    ],
)
def test_replacement_deletes_first_only_where_the_id_stays(plugin: Plugin, change: dict[str, Any], first: bool) -> None:
    old = _account("a1", location="swedencentral")
    found = plugin.diff(ACCOUNT, old, old | change)
    assert list(found.replaces) == list(change)
    assert found.deleteBeforeReplace is first


def test_grant_is_never_changed_in_place(plugin: Plugin) -> None:
    old = {"scope": SUBSCRIPTION, "roleAssignmentName": "n", "principalId": "a", "roleDefinitionId": "r"}
    found = plugin.diff(ASSIGNMENT, old, old | {"principalId": "b"})
    assert list(found.replaces) == ["principalId"]


# --- Refresh and import -------------------------------------------------------------------------------


def test_refresh_of_what_did_not_change_keeps_the_inputs(plugin: Plugin) -> None:
    inputs = plugin.inputs(ACCOUNT, _account("fresh", location="Sweden Central", tags={"a": "b"}))
    resource_id, _ = plugin.create(ACCOUNT, inputs)
    assert read(plugin.read(ACCOUNT, resource_id, inputs).inputs) == inputs


def test_refresh_shows_what_was_changed_by_hand(azure: LocalAzure, plugin: Plugin) -> None:
    inputs = plugin.inputs(REGISTRY, _registry("byhand123"))
    resource_id, _ = plugin.create(REGISTRY, inputs)
    body = {"tags": {"by": "hand"}, "properties": {"anonymousPullEnabled": False, "adminUserEnabled": True}}
    azure.arm("PATCH", f"{resource_id}?api-version=2025-11-01", body)
    found = read(plugin.read(REGISTRY, resource_id, inputs).inputs)
    assert found == inputs | {"tags": {"by": "hand"}, "adminUserEnabled": True}


def test_read_of_what_is_gone_is_empty(plugin: Plugin) -> None:
    gone = f"{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/gone"
    assert not plugin.read(ACCOUNT, gone).id


def test_import_gives_the_inputs_that_a_program_would_write(plugin: Plugin) -> None:
    policies = {"azureADAuthenticationAsArmPolicy": {"status": "enabled"}}
    inputs = plugin.inputs(REGISTRY, _registry("imported123", policies=policies))
    resource_id, _ = plugin.create(REGISTRY, inputs)
    assert read(plugin.read(REGISTRY, resource_id).inputs) == inputs
    account = plugin.inputs(ACCOUNT, _account("imported"))
    resource_id, _ = plugin.create(ACCOUNT, account)
    assert read(plugin.read(ACCOUNT, resource_id).inputs) == account


def test_import_of_an_id_of_another_type_is_refused(plugin: Plugin) -> None:
    assert "is not an id of" in _refusal(plugin.read, PROJECT, f"{SUBSCRIPTION}/resourceGroups/rg")


def test_existing_resource_is_found_by_its_names(plugin: Plugin) -> None:
    plugin.create(REGISTRY, _registry("found12345"))
    names = {"registryName": "found12345", "resourceGroupName": "rg"}
    found = plugin.invoke("azure-native:containerregistry:getRegistry", names)
    assert found["loginServer"].startswith("localhost:") and found["id"].endswith("/found12345")
    lost = names | {"registryName": "lost12345"}
    said = _refusal(plugin.invoke, "azure-native:containerregistry:getRegistry", lost)
    assert said.endswith("was not found")


def test_the_plugin_ends_when_its_engine_is_killed(azure: LocalAzure) -> None:
    engine_code = (
        "import subprocess, sys\n"
        "plugin = subprocess.Popen([sys.executable, '-m', 'azure_native', 'x'], stdout=subprocess.PIPE)\n"
        "plugin.stdout.readline()\n"  # it serves
        "print(plugin.pid, flush=True)\n"
        "plugin.wait()\n"
    )
    engine = subprocess.Popen([sys.executable, "-c", engine_code], stdout=subprocess.PIPE, text=True)
    assert engine.stdout is not None
    plugin = psutil.Process(int(engine.stdout.readline()))
    assert plugin.is_running()
    engine.kill()
    engine.wait()
    _, left = psutil.wait_procs([plugin], timeout=30)
    assert not left
