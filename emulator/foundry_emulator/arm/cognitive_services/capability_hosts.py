"""Capability hosts of accounts and projects: created and deleted, never updated, one per scope.

Source: MicrosoftDocs/azure-ai-docs concepts-capability-hosts-content.md; azure-rest-api-specs examples of
2025-12-01; microsoft-foundry/foundry-samples#312 and #753 for the texts of the conflicts.
"""

from typing import Any

from starlette.responses import Response

from foundry_emulator.arm import errors
from foundry_emulator.arm.api_versions import KNOWS_PUBLIC_HOSTING
from foundry_emulator.arm.call import Call
from foundry_emulator.arm.cognitive_services.names import (
    CHILD_NAME,
    check_name,
    existing_account,
    existing_project,
)
from foundry_emulator.arm.resource_types import CAPABILITY_HOST, PROJECT_CAPABILITY_HOST
from foundry_emulator.arm.state import Resource
from foundry_emulator.arm.wire import answer, empty, listing, provisioning_state, resource_body

_BOTH = (
    "aiServicesConnections",
    "capabilityHostKind",
    "description",
    "storageConnections",
    "tags",
    "threadStorageConnections",
    "vectorStoreConnections",
)
_ACCOUNT_ONLY = ("customerSubnet", "enablePublicHostingEnvironment")
_PUBLIC_HOSTING = "enablePublicHostingEnvironment"


def host_of_injected_network(account: Resource, host: Resource) -> bool:
    """Whether the account created this host itself, because it has a network injection."""
    return host.name.rsplit("/", 1)[-1] == f"{account.name}@aml_aiagentservice"


async def put(call: Call) -> Response:
    """Make one: 201 and operations to poll. The same again is a 200, anything else is refused."""
    check_name(call.parameters["host"], CHILD_NAME, "capability host")
    scope = _scope(call)
    sent = _sent(call)
    if "project" in call.parameters and not _hosts(call, existing_account(call)):
        # Source: MicrosoftDocs/azure-ai-docs: the account's host comes before the project's. Text inferred.
        raise errors.invalid_value(
            "BadRequest", "A capability host of the account must exist before one of its projects."
        )
    for host in _hosts(call, scope):
        found = _already_there(call, host, sent)
        if found is not None:
            return found
    host = Resource(
        id=_id(call, scope),
        type=_type(call),
        name=f"{scope.name}/{call.parameters['host']}",
        properties=sent,
    )
    operation = call.arm.operations.begin(host.id, call.arm.settings.capability_host_seconds, "Creating")
    host.ready_at = operation.ends_at
    call.arm.resources.save(host, call.principal)
    headers = call.arm.operations.both_urls(call.arm.operations.cognitive_path(scope), operation)
    return answer(201, _body(call, host), headers)


async def get(call: Call) -> Response:
    """Read one."""
    return answer(200, _body(call, _existing(call)))


async def list_all(call: Call) -> Response:
    """Those of the scope: at most one."""
    return listing([_body(call, host) for host in _hosts(call, _scope(call))])


async def delete(call: Call) -> Response:
    """202 and operations to poll; 204 where there is none."""
    scope = _scope(call)
    host = call.arm.resources.find(_id(call, scope))
    if host is None:
        return empty(204)
    if provisioning_state(host, call.now) != "Succeeded":
        raise _busy(host)
    operation = call.arm.operations.begin(host.id, call.arm.settings.capability_host_seconds, "Deleting")
    host.gone_at = operation.ends_at
    return empty(202, call.arm.operations.both_urls(call.arm.operations.cognitive_path(scope), operation))


def _scope(call: Call) -> Resource:
    return existing_project(call) if "project" in call.parameters else existing_account(call, settled=True)


def _type(call: Call) -> str:
    return PROJECT_CAPABILITY_HOST if "project" in call.parameters else CAPABILITY_HOST


def _id(call: Call, scope: Resource) -> str:
    return f"{scope.id}/capabilityHosts/{call.parameters['host']}"


def _existing(call: Call) -> Resource:
    scope = _scope(call)
    host = call.arm.resources.find(_id(call, scope))
    if host is None:
        raise errors.resource_not_found(
            f"{_type(call)}/{scope.name}/{call.parameters['host']}", call.parameters["group"]
        )
    return host


def _hosts(call: Call, scope: Resource) -> list[Resource]:
    kind = CAPABILITY_HOST if scope.type.count("/") == 1 else PROJECT_CAPABILITY_HOST
    return call.arm.resources.of_type(kind, scope.id)


def _sent(call: Call) -> dict[str, Any]:
    sent = {name: value for name, value in (call.mapping("properties") or {}).items() if value is not None}
    sent.pop("provisioningState", None)
    known = _BOTH if "project" in call.parameters else _BOTH + _ACCOUNT_ONLY
    unknown = sorted(set(sent) - set(known))
    if _PUBLIC_HOSTING in sent and call.api_version not in KNOWS_PUBLIC_HOSTING:
        unknown.append(_PUBLIC_HOSTING)
    if unknown:
        # That the version does not have the property is known; the text of the refusal is inferred.
        raise errors.invalid_json(
            f"Could not find member '{unknown[0]}' on object of type 'CapabilityHostProperties' "
            f"(api-version {call.api_version})"
        )
    return {"capabilityHostKind": "Agents"} | sent


def _already_there(call: Call, host: Resource, sent: dict[str, Any]) -> Response | None:
    name = host.name.rsplit("/", 1)[-1]
    state = provisioning_state(host, call.now)
    if state != "Succeeded":
        raise _busy(host)
    if name.lower() != call.parameters["host"].lower():
        raise errors.conflict(
            f"There is an existing Capability Host with name: {name}, provisioning state: {state} for "
            f"workspace: {host.id.rsplit('/capabilityHosts/', 1)[0]}, cannot create a new Capability "
            "Host with "
            f"name: {call.parameters['host']} for the same ClientId."
        )
    if sent != host.properties:
        raise errors.invalid_value(
            "BadRequest", "Update of capability host is not supported. Delete it and create it again."
        )
    return answer(200, _body(call, host))


def _busy(host: Resource) -> errors.ArmError:
    return errors.conflict(
        f"Capability Host {host.name.rsplit('/', 1)[-1]} is currently in non creating, retry after its complete"
    )


def _body(call: Call, host: Resource) -> dict[str, Any]:
    body = resource_body(host, call.now)
    body.pop("etag", None)
    body["name"] = host.name.rsplit("/", 1)[-1]
    return body
