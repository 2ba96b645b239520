"""Role definitions, read only: the built-in roles of `roles.py`.

Source: azure-mgmt-authorization 4.0.0 (models), learn.microsoft.com "Azure built-in roles".
"""

import re
from typing import Any

from starlette.responses import Response

from foundry_emulator.arm import errors
from foundry_emulator.arm.call import Call
from foundry_emulator.arm.ids import segment
from foundry_emulator.arm.roles import BY_ID, ROLES, Role
from foundry_emulator.arm.wire import answer, listing

_NAME_FILTER = re.compile(r"\s*roleName\s+eq\s+'([^']*)'\s*", re.IGNORECASE)


async def get(call: Call) -> Response:
    """Read one, at any scope."""
    role = BY_ID.get(call.parameters["role"].lower())
    if role is None:
        raise does_not_exist(call.parameters["role"], status=404)
    return answer(200, _body(call, role))


async def list_all(call: Call) -> Response:
    """All of them; `$filter=roleName eq '…'` and the type filters of built-in roles are understood."""
    text = call.request.query_params.get("$filter", "")
    found = _NAME_FILTER.fullmatch(text)
    if found:
        wanted = found[1].lower()
        return listing([_body(call, role) for role in ROLES if role.name.lower() == wanted])
    if text and "type eq" not in text.lower() and "atscope" not in text.lower():
        raise errors.invalid_value("InvalidFilter", f"The filter '{text}' is not supported.")
    return listing([_body(call, role) for role in ROLES])


def does_not_exist(role: str, status: int = 400) -> errors.ArmError:
    """The refusal of an unknown role. The status of the write is inferred."""
    return errors.ArmError(
        status,
        "RoleDefinitionDoesNotExist",
        f"The specified role definition with ID '{role.replace('-', '')}' does not exist.",
    )


def _body(call: Call, role: Role) -> dict[str, Any]:
    return {
        "properties": {
            "roleName": role.name,
            "type": "BuiltInRole",
            "description": "",
            "assignableScopes": ["/"],
            "permissions": [
                {
                    "actions": list(role.actions),
                    "notActions": list(role.not_actions),
                    "dataActions": list(role.data_actions),
                    "notDataActions": [],
                }
            ],
            "createdOn": "2018-01-01T00:00:00.0000000Z",
            "updatedOn": "2026-01-01T00:00:00.0000000Z",
            "createdBy": None,
            "updatedBy": None,
        },
        "id": (
            f"/subscriptions/{segment(call.path, 'subscriptions') or next(iter(call.arm.state.subscriptions))}"
            f"/providers/Microsoft.Authorization/roleDefinitions/{role.id}"
        ),
        "type": "Microsoft.Authorization/roleDefinitions",
        "name": role.id,
    }
