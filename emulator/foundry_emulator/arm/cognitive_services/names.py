"""The names of the provider's resources, and the accounts and projects that paths name."""

import re

from foundry_emulator.arm import errors
from foundry_emulator.arm.call import Call
from foundry_emulator.arm.ids import key, split
from foundry_emulator.arm.resource_types import ACCOUNT, PROJECT
from foundry_emulator.arm.state import Resource
from foundry_emulator.arm.wire import provisioning_state

# Source of the patterns: azure-mgmt-cognitiveservices 14.1.0, checks of its operations.
ACCOUNT_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]{1,63}")
PROJECT_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]{1,63}")
CHILD_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_@.-]{1,254}")

CONNECTION_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_-]{2,32}")
"""Source: hashicorp/terraform-provider-azurerm, AccountConnectionName; also in reports of refusals."""


def account_id(call: Call) -> str:
    """The id of the account that the path names."""
    found = call.parameters
    return (
        f"/subscriptions/{found['subscription']}/resourceGroups/{found['group']}/providers/{ACCOUNT}/{found['account']}"
    )


def project_id(call: Call) -> str:
    """The id of the project that the path names."""
    return f"{account_id(call)}/projects/{call.parameters['project']}"


def existing_account(call: Call, *, settled: bool = False) -> Resource:
    """The account of the path; 404 where there is none. `settled`: 409 while an operation on it runs."""
    account = call.arm.resources.find(account_id(call))
    if account is None and call.request.method == "PUT":
        raise errors.parent_resource_not_found(_nested_type(call), account_id(call))
    if account is None:
        raise errors.resource_not_found(f"{ACCOUNT}/{call.parameters['account']}", call.parameters["group"])
    state = provisioning_state(account, call.now)
    if settled and state != "Succeeded":
        # Source: hashicorp/terraform-provider-azurerm and Azure/azure-dev issue threads.
        raise errors.ArmError(409, "AccountProvisioningStateInvalid", f"Account {account.id} in state {state}")
    return account


def existing_project(call: Call) -> Resource:
    """The project of the path; 404 where there is none."""
    existing_account(call)
    project = call.arm.resources.find(project_id(call))
    if project is None and call.request.method == "PUT":
        raise errors.parent_resource_not_found(_nested_type(call), project_id(call))
    if project is None:
        raise errors.resource_not_found(
            f"{PROJECT}/{call.parameters['account']}/{call.parameters['project']}", call.parameters["group"]
        )
    return project


async def hold_account(call: Call, account: Resource, simulated_seconds: float) -> None:
    """A write to something in the account takes a moment, during which others are refused.

    Source: hashicorp/terraform-provider-azurerm#22607 and Azure/azure-dev#9398.
    """
    busy, own = call.arm.state.busy_until, key(account.id)
    if call.now < busy.get(own, 0.0):
        raise errors.request_conflict(account.id)
    busy[own] = call.arm.clock.after(simulated_seconds)
    await call.arm.clock.sleep(simulated_seconds)
    busy.pop(own, None)


def _nested_type(call: Call) -> str:
    parts = split(call.path)
    return "/".join(parts.types) if parts else ""


def check_name(name: str, pattern: re.Pattern[str], what: str) -> None:
    """400 for a name that the provider does not take."""
    if not pattern.fullmatch(name):
        raise errors.invalid_value(
            "InvalidResourceName",
            f"The {what} name '{name}' is invalid: it must match {pattern.pattern}.",
        )
