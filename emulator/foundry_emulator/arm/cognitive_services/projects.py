"""Foundry projects: nested in an account, synchronous, each with an identity and a data plane.

Source: recorded test traffic of Azure/azure-cli (test_project_connections_from_file), 2025-10.
"""

import uuid
from typing import Any

from starlette.responses import Response

from foundry_emulator.arm import errors
from foundry_emulator.arm.call import Call
from foundry_emulator.arm.cognitive_services.names import (
    PROJECT_NAME,
    account_id,
    check_name,
    existing_account,
    existing_project,
    hold_account,
    project_id,
)
from foundry_emulator.arm.plane import Arm
from foundry_emulator.arm.resource_types import PROJECT, PROJECT_CAPABILITY_HOST
from foundry_emulator.arm.state import Resource
from foundry_emulator.arm.wire import answer, empty, listing, resource_body

SETTABLE = ("displayName", "description")


async def put(call: Call) -> Response:
    """Create (201) or replace (200); both are done when the answer comes."""
    check_name(call.parameters["project"], PROJECT_NAME, "project")
    account = existing_account(call, settled=True)
    if account.kind != "AIServices" or not account.properties.get("allowProjectManagement"):
        # Source: Azure/azure-cli and azurerm issue threads.
        raise errors.invalid_value(
            "BadRequest",
            "Project can only be created under AIServices Kind account with allowProjectManagement set to true.",
        )
    if not account.properties.get("customSubDomainName"):
        raise errors.invalid_value(
            "BadRequest", "Project can only be created under an account with a custom subdomain name."
        )
    location = call.text("location")
    if not location:
        raise errors.invalid_value("LocationRequired", "The location property is required for this definition.")
    await hold_account(call, account, call.arm.settings.project_write_seconds)
    existing = call.arm.resources.find(project_id(call))
    project = existing or _new(call, account)
    project.location = location.replace(" ", "").lower()
    project.tags = call.mapping("tags")
    _write_properties(call, project)
    project.identity = call.arm.identities.assign(
        call.mapping("identity"),
        existing,
        f"{account.name}/projects/{call.parameters['project']}",
    )
    call.arm.resources.save(project, call.principal)
    return answer(200 if existing else 201, _body(call.arm, project), {"ETag": project.etag})


async def patch(call: Call) -> Response:
    """Change tags, identity, display name or description."""
    project = existing_project(call)
    if "tags" in call.body:
        project.tags = call.mapping("tags")
    project.identity = call.arm.identities.assign(call.mapping("identity"), project, project.name)
    _write_properties(call, project)
    call.arm.resources.save(project, call.principal)
    return answer(200, _body(call.arm, project), {"ETag": project.etag})


async def get(call: Call) -> Response:
    """Read one."""
    project = existing_project(call)
    return answer(200, _body(call.arm, project), {"ETag": project.etag})


async def list_all(call: Call) -> Response:
    """The projects of an account."""
    existing_account(call)
    return listing([_body(call.arm, one) for one in call.arm.resources.of_type(PROJECT, account_id(call))])


async def delete(call: Call) -> Response:
    """Delete it and its agents. Its capability hosts must be deleted first."""
    project = call.arm.resources.find(project_id(call))
    if project is None:
        return empty(204)
    hosts = call.arm.resources.of_type(PROJECT_CAPABILITY_HOST, project.id)
    if hosts:
        raise errors.nested_resources([host.id.split("/providers/", 1)[1] for host in hosts])
    await call.arm.resources.remove(project)
    return empty(200)


def _new(call: Call, account: Resource) -> Resource:
    first = not call.arm.resources.of_type(PROJECT, account.id)
    return Resource(
        id=project_id(call),
        type=PROJECT,
        name=f"{account.name}/{call.parameters['project']}",
        kind="AIServices",
        properties={"internalId": uuid.uuid4().hex, "isDefault": first},
    )


def _write_properties(call: Call, project: Resource) -> None:
    sent = call.mapping("properties") or {}
    unknown = sorted(set(sent) - {*SETTABLE, *project.properties, "endpoints", "provisioningState"})
    if unknown:
        raise errors.invalid_json(f"Could not find member '{unknown[0]}' on object of type 'ProjectProperties'")
    for name in SETTABLE:
        if sent.get(name) is not None:
            project.properties[name] = sent[name]
    project.properties.setdefault("displayName", project.name.split("/")[1])


def _body(arm: Arm, project: Resource) -> dict[str, Any]:
    account = arm.resources.find(project.id.rsplit("/projects/", 1)[0])
    sub_domain = account.properties.get("customSubDomainName") if account else project.name.split("/")[0]
    body = resource_body(project, arm.clock.now())
    url = f"{arm.base_url}/accounts/{sub_domain}/api/projects/{project.name.split('/')[1]}"
    body["properties"]["endpoints"] = {"AI Foundry API": url}
    return body
