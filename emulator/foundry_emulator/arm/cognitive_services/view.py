"""What the data plane may know of a project."""

from dataclasses import dataclass, field
from typing import Any

from foundry_emulator.arm import store
from foundry_emulator.arm.cognitive_services.names import ACCOUNT, CAPABILITY_HOST
from foundry_emulator.arm.state import Resource
from foundry_emulator.arm.wire import provisioning_state
from foundry_emulator.world import World


@dataclass(frozen=True)
class ProjectView:
    """A project as its data plane sees it. `principal_id` is None for a project without an identity."""

    account: str
    project: str
    arm_id: str
    account_id: str
    location: str
    principal_id: str | None
    public_network_access: str = "Enabled"
    account_properties: dict[str, Any] = field(default_factory=dict)
    capability_hosts: list[str] = field(default_factory=list)
    """Names of the account's capability hosts that are ready."""


def find_project(world: World, account: str, project: str) -> ProjectView | None:
    """The project of that name, whatever resource group it is in; None where there is none."""
    owner = find_account(world, account)
    if owner is None:
        return None
    found = store.find(world, f"{owner.id}/projects/{project}")
    if found is None:
        return None
    hosts = [
        host.name.rsplit("/", 1)[-1]
        for host in store.of_type(world, CAPABILITY_HOST, owner.id)
        if provisioning_state(host, world.clock.now()) == "Succeeded"
    ]
    return ProjectView(
        account=owner.name,
        project=found.name.split("/")[1],
        arm_id=found.id,
        account_id=owner.id,
        location=found.location or owner.location or "",
        principal_id=(found.identity or {}).get("principalId"),
        public_network_access=owner.properties.get("publicNetworkAccess") or "Enabled",
        account_properties=owner.properties,
        capability_hosts=hosts,
    )


def find_account(world: World, name: str) -> Resource | None:
    """The account that answers under this name: its custom sub-domain, or else its own name."""
    accounts = store.of_type(world, ACCOUNT)
    for account in accounts:
        if (account.properties.get("customSubDomainName") or "").lower() == name.lower():
            return account
    return next((account for account in accounts if account.name.lower() == name.lower()), None)
