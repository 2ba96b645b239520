"""What the data plane knows of a project."""

from dataclasses import dataclass, field
from typing import Any

from foundry_emulator.arm.resource_types import ACCOUNT, CAPABILITY_HOST
from foundry_emulator.arm.resources import Resources
from foundry_emulator.arm.state import Resource
from foundry_emulator.arm.wire import provisioning_state
from foundry_emulator.host.clock import Clock


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


class Projects:
    """The projects as their data plane finds them: by the name of the account, in any resource group."""

    def __init__(self, resources: Resources, clock: Clock) -> None:
        self._resources = resources
        self._clock = clock

    def find(self, account: str, project: str) -> ProjectView | None:
        """The project of that name. None if it does not exist."""
        owner = self.find_account(account)
        if owner is None:
            return None
        found = self._resources.find(f"{owner.id}/projects/{project}")
        if found is None:
            return None
        hosts = [
            host.name.rsplit("/", 1)[-1]
            for host in self._resources.of_type(CAPABILITY_HOST, owner.id)
            if provisioning_state(host, self._clock.now()) == "Succeeded"
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

    def find_account(self, name: str) -> Resource | None:
        """The account that answers under this name: its custom sub-domain, or else its own name."""
        accounts = self._resources.of_type(ACCOUNT)
        for account in accounts:
            if (account.properties.get("customSubDomainName") or "").lower() == name.lower():
                return account
        return next((account for account in accounts if account.name.lower() == name.lower()), None)
