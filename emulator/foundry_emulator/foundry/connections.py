"""A project's connections in its data plane. They are created through Resource Manager.

Source: azure-ai-projects 2.10.0 (`connections`). Which data action the credentials need is not documented: it is
assumed to be that of a write.
"""

from __future__ import annotations

from typing import Any

from foundry_emulator.arm.credentials import Unavailable
from foundry_emulator.arm.resource_types import CONNECTION, PROJECT_CONNECTION
from foundry_emulator.arm.state import Resource
from foundry_emulator.foundry import errors
from foundry_emulator.foundry.call import Call
from foundry_emulator.foundry.wire.answer import Answer


async def list_(call: Call) -> Answer:
    """Those of the project and of its account, without credentials."""
    return Answer(200, {"value": [_body(one) for one in known(call)]})


async def get(call: Call) -> Answer:
    """One, without credentials."""
    return Answer(200, _body(_existing(call)))


async def get_with_credentials(call: Call) -> Answer:
    """One, with credentials."""
    connection = _existing(call)
    try:
        found = credentials(call, connection)
    except Unavailable as problem:
        raise errors.bad_gateway("KeyVaultError", f"The credentials cannot be read. {problem}") from problem
    body = _body(connection)
    body["credentials"] |= found
    return Answer(200, body)


def known(call: Call) -> list[Resource]:
    """The connections of the project and of its account."""
    of_project = call.plane.resources.of_type(PROJECT_CONNECTION, call.project.arm_id)
    return [*of_project, *call.plane.resources.of_type(CONNECTION, call.project.account_id)]


def credentials(call: Call, connection: Resource) -> dict[str, Any]:
    """The credentials of a connection; of one with custom keys, the keys. Raises Unavailable."""
    account = call.plane.projects.find_account(call.project.account)
    if account is None:
        return {}
    found = call.plane.credentials.read(account, connection)
    custom = found.get("keys")
    return custom if isinstance(custom, dict) else found


def _existing(call: Call) -> Resource:
    name = call.path("connection")
    for one in known(call):
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
