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
    """Those of the project and of its account, without credentials. `connectionType` and `defaultConnection=true`
    choose among them."""
    kind, defaults_only = call.query.get("connectionType"), call.flag("defaultConnection")
    defaults = _defaults(call)
    chosen = [
        one
        for one in known(call)
        if kind in (None, one.properties["category"]) and (not defaults_only or one.id in defaults)
    ]
    return Answer(200, {"value": [_body(call, one) for one in chosen]})


async def get(call: Call) -> Answer:
    """One, without credentials."""
    return Answer(200, _body(call, _existing(call)))


async def get_with_credentials(call: Call) -> Answer:
    """One, with credentials."""
    connection = _existing(call)
    try:
        found = credentials(call, connection)
    except Unavailable as problem:
        raise errors.bad_gateway("KeyVaultError", f"The credentials cannot be read. {problem}") from problem
    body = _body(call, connection)
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


def _defaults(call: Call) -> set[str]:
    """The ids of the default connections: of each type the oldest one, those of the project before its account's.

    That there is one per type: azure-ai-projects 2.10.0 (`get_default`); which one it is is not documented.
    """
    default_of: dict[str, str] = {}
    for one in sorted(known(call), key=lambda one: (one.type != PROJECT_CONNECTION, one.created_at, one.id)):
        default_of.setdefault(one.properties["category"], one.id)
    return set(default_of.values())


def _body(call: Call, connection: Resource) -> dict[str, Any]:
    sent = connection.properties
    return {
        "name": connection.name,
        "id": connection.id,
        "type": sent["category"],
        "target": sent.get("target") or "",
        "isDefault": connection.id in _defaults(call),
        "credentials": {"type": sent["authType"]},
        "metadata": sent.get("metadata") or {},
    }
