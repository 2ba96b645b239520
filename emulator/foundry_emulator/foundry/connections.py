"""The project's connections as its data plane shows them; they are made through Resource Manager.

Source: azure-ai-projects 2.10.0 (`connections`). Which data action the credentials need is not documented: it is
taken to be that of a write.
"""

from __future__ import annotations

from typing import Any

from foundry_emulator.arm import store
from foundry_emulator.arm.cognitive_services import credentials
from foundry_emulator.arm.cognitive_services.names import CONNECTION, PROJECT_CONNECTION
from foundry_emulator.arm.cognitive_services.view import find_account
from foundry_emulator.arm.state import Resource
from foundry_emulator.foundry import errors
from foundry_emulator.foundry.answer import Answer
from foundry_emulator.foundry.call import Call


async def list_(call: Call) -> Answer:
    """Those of the project and of its account, without credentials."""
    return Answer(200, {"value": [_body(one) for one in _known(call)]})


async def get(call: Call) -> Answer:
    """One, without credentials."""
    return Answer(200, _body(_existing(call)))


async def get_with_credentials(call: Call) -> Answer:
    """One, with credentials."""
    connection = _existing(call)
    account = find_account(call.world, call.project.account)
    found: dict[str, Any] = {}
    if account is not None:
        try:
            found = credentials.read(call.world, account, connection)
        except credentials.Unavailable as problem:
            raise errors.bad_gateway("KeyVaultError", f"The credentials cannot be read: {problem}.") from problem
    body = _body(connection)
    body["credentials"] |= found.get("keys") or found
    return Answer(200, body)


def _known(call: Call) -> list[Resource]:
    of_project = store.of_type(call.world, PROJECT_CONNECTION, call.project.arm_id)
    return [*of_project, *store.of_type(call.world, CONNECTION, call.project.account_id)]


def _existing(call: Call) -> Resource:
    name = call.path("connection")
    for one in _known(call):
        if one.name == name:
            return one
    raise errors.connection_missing(name)


def _body(connection: Resource) -> dict[str, Any]:
    sent = connection.properties
    return {
        "name": connection.name,
        "id": connection.id,
        "type": sent["category"],
        "target": sent.get("target") or "",
        "isDefault": True,
        "credentials": {"type": sent["authType"]},
        "metadata": sent.get("metadata") or {},
    }
