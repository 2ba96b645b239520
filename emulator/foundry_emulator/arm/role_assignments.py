"""Role assignments at any scope.

Source: recorded test traffic of Azure/azure-cli (role, conflicted_assignments), 2025-10, and issue threads
of azurerm and azure-dev for the texts.
"""

import re
import uuid
from typing import Any

from starlette.responses import Response

from foundry_emulator.arm import errors
from foundry_emulator.arm.call import Call
from foundry_emulator.arm.ids import is_within, key, segment, split
from foundry_emulator.arm.plane import Arm
from foundry_emulator.arm.role_definitions import does_not_exist
from foundry_emulator.arm.roles import BY_ID
from foundry_emulator.arm.state import RoleAssignment
from foundry_emulator.arm.wire import answer, empty, iso, listing

PRINCIPAL_TYPES = ("User", "Group", "ServicePrincipal", "ForeignGroup", "Device")
_EQUALS = re.compile(r"principalId\s+eq\s+'?([0-9a-fA-F-]+)'?", re.IGNORECASE)
_ASSIGNED = re.compile(r"assignedTo\(\s*'([0-9a-fA-F-]+)'\s*\)", re.IGNORECASE)


async def put(call: Call) -> Response:
    """Create (201); the same again is a 200, the same under another name a 409. A name is used at one scope only."""
    name, scope = call.parameters["name"], _scope(call)
    _check_guid(name)
    _check_scope(call, scope)
    wanted = _wanted(call, name, scope)
    existing = call.arm.state.role_assignments.get(key(wanted.id))
    if existing is not None:
        return _again(call, existing, wanted)
    for other in call.arm.state.role_assignments.values():
        if other.name.lower() == name.lower():
            raise _not_permitted()
        if _same(other, wanted):
            raise _exists(call.arm, other)
    call.arm.state.role_assignments[key(wanted.id)] = wanted
    return answer(201, _body(wanted))


async def get(call: Call) -> Response:
    """Read one."""
    found = call.arm.state.role_assignments.get(key(call.path))
    if found is None:
        raise errors.ArmError(
            404,
            "RoleAssignmentNotFound",
            f"The role assignment '{call.parameters['name'].replace('-', '')}' is not found.",
        )
    return answer(200, _body(found))


async def list_all(call: Call) -> Response:
    """Assignments that concern a scope: at it, above it and, without `atScope()`, below it."""
    scope = _scope(call)
    text = call.request.query_params.get("$filter", "")
    principal = _EQUALS.search(text) or _ASSIGNED.search(text)
    at_scope = "atscope()" in text.lower()
    if text and not principal and not at_scope:
        raise errors.invalid_value("InvalidFilter", f"The filter '{text}' is not supported.")
    found = [
        one
        for one in call.arm.state.role_assignments.values()
        if (is_within(scope, one.scope) or (not at_scope and is_within(one.scope, scope)))
        and (not principal or one.principal_id.lower() == principal[1].lower())
    ]
    return listing([_body(one) for one in sorted(found, key=lambda one: key(one.id))])


async def delete(call: Call) -> Response:
    """200 with the deleted assignment, or 204 if it does not exist."""
    found = call.arm.state.role_assignments.pop(key(call.path), None)
    return empty(204) if found is None else answer(200, _body(found))


def _scope(call: Call) -> str:
    return "/" + call.parameters["scope"].strip("/")


def _check_guid(name: str) -> None:
    try:
        uuid.UUID(name)
    except ValueError as problem:
        raise errors.invalid_value(
            "InvalidRoleAssignmentId",
            f"The role assignment ID '{name}' is not valid. The role assignment ID must be a GUID.",
        ) from problem


def _check_scope(call: Call, scope: str) -> None:
    """404 for a grant on a resource that does not exist."""
    parts, group = split(scope), segment(scope, "resourceGroups")
    group_id = f"/subscriptions/{segment(scope, 'subscriptions')}/resourceGroups/{group}"
    if group and call.arm.resources.find(group_id) is None:
        raise errors.resource_group_not_found(group)
    if parts is not None and call.arm.resources.find(scope) is None:
        raise errors.resource_not_found("/".join((parts.type, *parts.names)), group)


def _wanted(call: Call, name: str, scope: str) -> RoleAssignment:
    sent = call.mapping("properties") or {}
    role, principal, kind = sent.get("roleDefinitionId"), sent.get("principalId"), sent.get("principalType")
    if not isinstance(role, str) or not isinstance(principal, str):
        raise errors.invalid_value(
            "BadRequestFormat",
            "The request was incorrectly formatted: roleDefinitionId and principalId are required.",
        )
    if sent.get("condition"):
        raise errors.invalid_value(
            "InvalidCondition", "The local Azure does not evaluate conditions of role assignments."
        )
    role_id = role.rsplit("/", 1)[-1].lower()
    if role_id not in BY_ID:
        raise does_not_exist(role_id)
    _check_principal(call.arm, principal, kind)
    subscription = segment(scope, "subscriptions") or next(iter(call.arm.state.subscriptions))
    return RoleAssignment(
        id=f"{scope if scope != '/' else ''}/providers/Microsoft.Authorization/roleAssignments/{name}",
        name=name,
        scope=scope,
        role_definition_id=(
            f"/subscriptions/{subscription}/providers/Microsoft.Authorization/roleDefinitions/{role_id}"
        ),
        principal_id=principal,
        principal_type=kind or "ServicePrincipal",
        description=sent.get("description"),
        created_at=call.now,
        updated_at=call.now,
        updated_by=call.principal.object_id,
    )


def _check_principal(arm: Arm, principal: str, kind: str | None) -> None:
    """Without a type the directory is asked, which knows a new principal only after a while."""
    if kind is not None and kind not in PRINCIPAL_TYPES:
        raise errors.invalid_value("InvalidPrincipalType", f"The principal type '{kind}' is not valid.")
    known = arm.directory.get(principal)
    made = arm.state.principals_made_at.get(principal, 0.0)
    replicated = arm.clock.now() >= made + arm.clock.scaled(arm.settings.directory_replication_seconds)
    if kind == "ServicePrincipal":
        return
    if kind is not None and known is not None and replicated:
        # Source: azurerm and bicep issue threads; every identity of the local Azure is a service principal.
        raise errors.invalid_value(
            "UnmatchedPrincipalType",
            f"The PrincipalId '{principal.replace('-', '')}' has type 'ServicePrincipal' , which is "
            "different "
            f"from specified PrinciaplType '{kind}'.",
        )
    if kind is None and (known is None or not replicated):
        raise errors.invalid_value(
            "PrincipalNotFound",
            f"Principal {principal.replace('-', '')} does not exist in the directory "
            f"{arm.directory.tenant_id}. Check that you have the correct principal ID. If you "
            "are creating "
            "this principal and then immediately assigning a role, this error might be related to a "
            "replication "
            "delay. In this case, set the role assignment principalType property to a value, such as "
            "ServicePrincipal, User, or Group. See https://aka.ms/docs-principaltype",
        )


def _same(one: RoleAssignment, other: RoleAssignment) -> bool:
    return (
        key(one.scope) == key(other.scope)
        and one.principal_id.lower() == other.principal_id.lower()
        and one.role_definition_id.lower() == other.role_definition_id.lower()
    )


def _again(call: Call, existing: RoleAssignment, wanted: RoleAssignment) -> Response:
    if not _same(existing, wanted):
        raise _not_permitted()
    existing.description, existing.updated_at = wanted.description, call.now
    return answer(200, _body(existing))


def _not_permitted() -> errors.ArmError:
    # Source: azurerm, azure-cli and bicep issue threads, also for a name that is used at another scope; the status is
    # inferred.
    return errors.invalid_value(
        "RoleAssignmentUpdateNotPermitted",
        "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.",
    )


def _exists(arm: Arm, other: RoleAssignment) -> errors.ArmError:
    message = "The role assignment already exists."
    if arm.settings.conflicting_assignment_id:
        message += f" The ID of the conflicting role assignment is {other.name.replace('-', '')}."
    return errors.ArmError(409, "RoleAssignmentExists", message)


def _body(one: RoleAssignment) -> dict[str, Any]:
    return {
        "properties": {
            "roleDefinitionId": one.role_definition_id,
            "principalId": one.principal_id,
            "principalType": one.principal_type,
            "scope": one.scope,
            "condition": one.condition,
            "conditionVersion": one.condition_version,
            "createdOn": iso(one.created_at),
            "updatedOn": iso(one.updated_at),
            "createdBy": None,
            "updatedBy": one.updated_by,
            "delegatedManagedIdentityResourceId": one.delegated_managed_identity_resource_id,
            "description": one.description,
        },
        "id": one.id,
        "type": "Microsoft.Authorization/roleAssignments",
        "name": one.name,
    }
