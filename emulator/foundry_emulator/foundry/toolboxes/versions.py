"""Versions of toolboxes: create, read, list, delete.

Source: recordings of Azure.AI.Projects (TestToolboxesCRUD, TestToolboxVersionsCRUD) and azure-ai-projects
(sample_toolboxes_crud), 2026-04 to 2026-07.
"""

from __future__ import annotations

import re
import secrets
from typing import Any

from foundry_emulator.foundry import errors
from foundry_emulator.foundry.call import Call
from foundry_emulator.foundry.state import Toolbox, ToolboxVersion
from foundry_emulator.foundry.toolboxes import tools
from foundry_emulator.foundry.wire import metadata as metadata_rules
from foundry_emulator.foundry.wire import shape
from foundry_emulator.foundry.wire.answer import Answer
from foundry_emulator.foundry.wire.paging import page

HEADERS = {"api-supported-versions": "1.0"}
# Recorded with `_` and capitals; the limits are not documented.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}")


async def create(call: Call) -> Answer:
    """`POST /toolboxes/{name}/versions`: 200, and always a new version. The first one is the default."""
    body = await call.body()
    name = call.path("toolbox")
    if not _NAME.fullmatch(name):
        raise errors.invalid("name", "The name of a toolbox has letters, digits, '_' and '-', at most 63 of them.")
    checked = tools.check(shape.required(body, "tools", ""), call.plane.settings)
    metadata = metadata_rules.check(body.get("metadata"))
    description = shape.text(body.get("description") or "", "/description")
    further = {key: body[key] for key in ("skills", "policies") if body.get(key) is not None}
    toolbox = call.toolboxes.get(name)
    if toolbox is None:
        toolbox = Toolbox(id=f"toolbox_{secrets.token_hex(20)}", name=name, updated_at=call.now)
        call.toolboxes[name] = toolbox
    version = ToolboxVersion(
        version=str(toolbox.next_number),
        created_at=call.now,
        description=description,
        metadata=metadata,
        tools=checked,
        further=further,
    )
    toolbox.next_number += 1
    toolbox.updated_at = call.now
    toolbox.versions[version.version] = version
    return Answer(200, version_body(toolbox, version), HEADERS)


async def get(call: Call) -> Answer:
    return Answer(200, version_body(*find(call)), HEADERS)


async def list_(call: Call) -> Answer:
    """Newest first. For a toolbox that does not exist: 404, unlike the list of an agent's versions."""
    toolbox = find_toolbox(call)
    versions = list(toolbox.versions.values())
    return Answer(200, listed(call, versions, lambda v: _id(toolbox, v), lambda v: version_body(toolbox, v)), HEADERS)


async def delete(call: Call) -> Answer:
    """The default version cannot be deleted: make another one the default first."""
    toolbox, version = find(call)
    if toolbox.default_version == version.version:
        status = int(call.plane.settings.delete_default_version)
        raise errors.default_toolbox_version(toolbox.name, version.version, status)
    del toolbox.versions[version.version]
    return Answer(204, None, HEADERS)


def find_toolbox(call: Call) -> Toolbox:
    """The toolbox that the path names. Raises ServiceError."""
    name = call.path("toolbox")
    if name not in call.toolboxes:
        raise errors.toolbox_missing(name)
    return call.toolboxes[name]


def find(call: Call) -> tuple[Toolbox, ToolboxVersion]:
    """The version that the path names. Raises ServiceError."""
    toolbox, number = find_toolbox(call), call.path("version")
    if number not in toolbox.versions:
        raise errors.toolbox_version_missing(toolbox.name, number)
    return toolbox, toolbox.versions[number]


def listed(call: Call, items: list[Any], id_of: Any, body_of: Any) -> dict[str, Any]:
    """A page, newest first; an empty one has empty ids."""
    return {"first_id": "", "last_id": "", **page(call.query, items, id_of, body_of, order="desc")}


def version_body(toolbox: Toolbox, version: ToolboxVersion) -> dict[str, Any]:
    return {
        "metadata": version.metadata,
        "object": "toolbox.version",
        "id": _id(toolbox, version),
        "name": toolbox.name,
        "version": version.version,
        "description": version.description,
        "created_at": int(version.created_at),
        "tools": version.tools,
        **version.further,
    }


def _id(toolbox: Toolbox, version: ToolboxVersion) -> str:
    return f"{toolbox.id}:{version.version}"
