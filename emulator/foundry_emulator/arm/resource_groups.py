"""Resource groups.

Source: recorded test traffic of Azure/azure-sdk-for-go (TestResourceGroupsClient) and Azure/azure-dev.
"""

from typing import Any

from starlette.responses import Response

from foundry_emulator.arm import errors, filters
from foundry_emulator.arm.call import Call
from foundry_emulator.arm.locations import normalized
from foundry_emulator.arm.resource_types import RESOURCE_GROUP
from foundry_emulator.arm.state import Resource
from foundry_emulator.arm.wire import answer, empty, listing, provisioning_state, signed


async def put(call: Call) -> Response:
    """Create or update; an update without tags clears them."""
    existing = call.arm.resources.find(_id(call))
    location = call.text("location")
    if not location:
        raise errors.invalid_value("LocationRequired", "The location property is required for this definition.")
    if existing and existing.gone_at is not None:
        raise errors.ArmError(
            409,
            "ResourceGroupBeingDeleted",
            f"The resource group '{existing.name}' is in deprovisioning state and cannot perform this operation.",
        )
    if existing and normalized(existing.location or "") != normalized(location):
        raise errors.ArmError(
            409,
            "InvalidResourceGroupLocation",
            f"Invalid resource group location '{location}'. The Resource group already exists in location "
            f"'{existing.location}'.",
        )
    group = existing or Resource(id=_id(call), type=RESOURCE_GROUP, name=call.parameters["group"])
    group.location = normalized(location)
    group.tags = call.mapping("tags")
    group.managed_by = call.text("managedBy")
    call.arm.resources.save(group, call.principal)
    return answer(200 if existing else 201, _body(group, call.now))


async def patch(call: Call) -> Response:
    """Change the tags."""
    group = _existing(call)
    group.tags = call.mapping("tags") if "tags" in call.body else group.tags
    call.arm.resources.save(group, call.principal)
    return answer(200, _body(group, call.now))


async def get(call: Call) -> Response:
    """Read one."""
    return answer(200, _body(_existing(call), call.now))


async def head(call: Call) -> Response:
    """Whether it exists: 204 or 404, without a body."""
    return empty(204 if call.arm.resources.find(_id(call)) else 404)


async def list_all(call: Call) -> Response:
    """The groups of the subscription; `$filter` by tag."""
    wanted = filters.parsed(call.request.query_params.get("$filter", ""), tags_only=True)
    scope = f"/subscriptions/{call.parameters['subscription']}"
    groups = [group for group in call.arm.resources.of_type(RESOURCE_GROUP, scope) if wanted.fits(group)]
    return listing([_body(group, call.now) for group in groups])


async def delete(call: Call) -> Response:
    """Delete the group and everything in it, in the background."""
    group = _existing(call)
    if group.gone_at is None:
        operation = call.arm.operations.begin(group.id, call.arm.settings.resource_group_delete_seconds, "Deleting")
        group.gone_at = operation.ends_at
        for resource in call.arm.resources.below(group.id):
            resource.gone_at = operation.ends_at
    else:
        operation = call.arm.operations.begin(group.id, 0, "Deleting")
        operation.ends_at = group.gone_at
    path = f"/subscriptions/{call.parameters['subscription']}/operationresults"
    token = f"RESOURCEGROUPDELETIONJOB-{group.name.upper()}.{operation.id}"
    url = signed(f"{call.arm.base_url}{path}/{token}?api-version=2024-03-01", operation.started_at)
    return empty(202, {"Location": url} | call.arm.operations.retry_after(15))


def _existing(call: Call) -> Resource:
    group = call.arm.resources.find(_id(call))
    if group is None:
        raise errors.resource_group_not_found(call.parameters["group"])
    return group


def _id(call: Call) -> str:
    return f"/subscriptions/{call.parameters['subscription']}/resourceGroups/{call.parameters['group']}"


def _body(group: Resource, now: float) -> dict[str, Any]:
    body: dict[str, Any] = {
        "id": group.id,
        "name": group.name,
        "type": group.type,
        "location": group.location,
        "properties": {"provisioningState": provisioning_state(group, now)},
    }
    if group.tags is not None:
        body["tags"] = group.tags
    if group.managed_by is not None:
        body["managedBy"] = group.managed_by
    return body
