"""Components under Pulumi's mocks: what they register, without an engine."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar, cast

import pulumi
import pytest
from pulumi.runtime import settings
from pulumi.runtime.stack import run_pulumi_func, wait_for_rpcs

from foundry_agents.azure import external_roles

SUBSCRIPTION = "/subscriptions/0d1f3a5c-7b9e-4d2f-8a6c-1e3b5d7f9a01"
ACCOUNTS = "providers/Microsoft.CognitiveServices/accounts"
REGISTRIES = f"{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries"
ENDPOINT = "https://acc.services.ai.azure.com/api/projects/agents"
ACCOUNT_PRINCIPAL = "33333333-3333-3333-3333-333333333333"
PROJECT_PRINCIPAL = "44444444-4444-4444-4444-444444444444"
DEPLOYER = "55555555-5555-5555-5555-555555555555"


@dataclass
class Registered:
    """What a program registered: inputs by type token, names in order, and what depends on what."""

    resources: list[pulumi.runtime.MockResourceArgs] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)

    def of(self, token: str) -> list[pulumi.runtime.MockResourceArgs]:
        return [resource for resource in self.resources if resource.typ.endswith(token)]

    def one(self, token: str) -> dict[str, Any]:
        (resource,) = self.of(token)
        return dict(resource.inputs)


class AzureMocks(pulumi.runtime.Mocks):
    """Answers as Azure does, with camelCase outputs."""

    registry_mode = "LegacyRegistryPermissions"
    """The mode of a registry that exists."""
    assigned: ClassVar[set[tuple[str, ...]]] = set()
    """Role, scope and principal of the role assignments that exist."""
    rbac = True
    """Whether a vault that exists uses role-based access control."""

    def __init__(self, registered: Registered, *, preview: bool) -> None:
        self.registered, self.preview = registered, preview

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        self.registered.resources.append(args)
        outputs = dict(args.inputs)
        if self.preview:
            return "", outputs  # what is not an input is not known yet
        name = str(outputs.get("resourceGroupName") or args.name)
        if args.typ.endswith(":ResourceGroup"):
            return f"{SUBSCRIPTION}/resourceGroups/{name}", {**outputs, "name": name}
        if args.typ.endswith(":Account"):
            return f"{SUBSCRIPTION}/accounts/a", {**outputs, "name": outputs["accountName"]}
        if args.typ.endswith(":Project"):
            outputs["properties"] = {"endpoints": {"AI Foundry API": ENDPOINT}}
            outputs["identity"] = {"principalId": PROJECT_PRINCIPAL, "type": "SystemAssigned"}
            return f"{SUBSCRIPTION}/resourceGroups/g/{ACCOUNTS}/a/projects/p", outputs
        if args.typ.endswith(":Vault"):
            outputs["properties"] = {**outputs["properties"], "vaultUri": "https://kv.vault.azure.net/"}
            return f"{SUBSCRIPTION}/vaults/kv", outputs
        if args.typ.endswith(":Registry"):
            return f"{REGISTRIES}/r", {**outputs, "loginServer": "agents.azurecr.io"}
        if "HostedAgent" in args.typ:
            outputs |= {
                "version": "1",
                "previousVersion": "",
                "traffic": {"1": 100},
                "versionsPendingDeletion": [],
                "status": "active",
                "imageReference": "i",
                "principalId": "p",
                "endpoints": {},
            }
            return f"{ENDPOINT}/agents/{outputs['agentName']}", outputs
        if args.typ.endswith(":Toolbox"):
            endpoint = f"{outputs['projectEndpoint']}/toolboxes/{outputs['toolboxName']}"
            return endpoint, {**outputs, "version": "1", "mcpEndpoint": f"{endpoint}/mcp?api-version=v1"}
        return f"{args.name}-id", outputs

    def call(self, args: pulumi.runtime.MockCallArgs) -> Any:
        self.registered.calls.append(args.token)
        if args.token.endswith(":getClientConfig"):
            return {
                "subscriptionId": SUBSCRIPTION.rsplit("/", maxsplit=1)[-1],
                "objectId": DEPLOYER,
                "tenantId": "t",
                "clientId": "c",
            }
        if args.token.endswith(":getProject"):
            return {
                "properties": {"endpoints": {"AI Foundry API": ENDPOINT}},
                "identity": {"principalId": PROJECT_PRINCIPAL},
            }
        if args.token.endswith(":getAccount"):
            return {"identity": {"principalId": ACCOUNT_PRINCIPAL, "type": "SystemAssigned"}}
        if args.token.endswith(":getVault"):
            properties = {"enableRbacAuthorization": self.rbac, "vaultUri": "https://own.vault.azure.net/"}
            return {"location": "swedencentral", "properties": properties}
        if args.token.endswith(":getResource"):
            return {"properties": {"roleAssignmentMode": self.registry_mode}}
        if args.token.endswith(":getRegistry"):
            return {"loginServer": "existing.azurecr.io"}
        raise AssertionError(f"no mock for {args.token}")


@pytest.fixture(autouse=True)
def _azure_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Resource Manager is asked for role assignments by a client that Pulumi's mocks do not reach."""

    async def is_assigned(*wanted: str) -> bool:
        return wanted[:3] in AzureMocks.assigned

    monkeypatch.setattr(external_roles, "is_assigned", is_assigned)


@pytest.fixture
def deploy() -> Iterator[Callable[..., tuple[Registered, dict[str, Any]]]]:
    """Runs a program under mocks; gives what it registered and the outputs that it returned."""

    def run(program: Callable[[], dict[str, Any]], *, preview: bool = False) -> tuple[Registered, dict[str, Any]]:
        registered = Registered()
        outputs: dict[str, Any] = {}

        async def collect() -> None:
            made = program()
            await wait_for_rpcs()
            for name, output in made.items():
                outputs[name] = await output.future()

        async def finish() -> None:
            others = asyncio.all_tasks() - {asyncio.current_task()}
            await asyncio.wait_for(asyncio.gather(*others, return_exceptions=True), 60)

        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        settings.set_root_resource(cast(Any, None))  # the one of an earlier run belongs to an earlier loop
        pulumi.runtime.set_mocks(
            AzureMocks(registered, preview=preview), "agent-environment", "dev", preview, organization="acme"
        )
        try:
            loop.run_until_complete(run_pulumi_func(collect))
        finally:
            loop.run_until_complete(finish())
            loop.close()
        return registered, outputs

    yield run
    settings.reset_options()
