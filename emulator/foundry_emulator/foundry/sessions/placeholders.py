"""`${{connections.<name>.credentials.<field>}}` in environment variables, resolved.

Source: README of the sample env-vars-agent in microsoft-foundry/foundry-samples: also `.target` and
`.metadata.<field>`; the connection is the project's or its account's, names are taken exactly; a placeholder that
names nothing stays as it is.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from foundry_emulator.arm.credentials import Unavailable
from foundry_emulator.arm.state import Resource
from foundry_emulator.foundry import connections
from foundry_emulator.foundry.call import Call
from foundry_emulator.runner.process import NotReady

_PLACEHOLDER = re.compile(
    r"\$\{\{\s*connections\.(?P<connection>[\w@.-]+?)\.(?:(?P<target>target)|(?P<bag>credentials|metadata)\."
    r"(?P<field>[^}\s]+))\s*\}\}"
)


def resolved(call: Call, variables: dict[str, str]) -> tuple[dict[str, str], str]:
    """The variables as the sandbox gets them, and a mark that changes when a value behind a placeholder does.

    Raises NotReady for a placeholder that names nothing, where the setting wants that.
    """
    values: dict[str, str] = {}

    def fill(match: re.Match[str]) -> str:
        value = _value(call, match)
        if value is None and call.plane.settings.unresolved_placeholder == "fails":
            raise NotReady(f"The placeholder {match[0]} cannot be resolved.")
        values[match[0]] = match[0] if value is None else value
        return values[match[0]]

    filled = {name: _PLACEHOLDER.sub(fill, text) for name, text in variables.items()}
    mark = hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16] if values else ""
    return filled, mark


def _value(call: Call, match: re.Match[str]) -> str | None:
    connection = next((one for one in connections.known(call) if one.name == match["connection"]), None)
    if connection is None:
        return None
    if match["target"]:
        found: Any = connection.properties.get("target")
    elif match["bag"] == "metadata":
        found = (connection.properties.get("metadata") or {}).get(match["field"])
    else:
        found = _credentials(call, connection).get(match["field"])
    return found if isinstance(found, str) else None


def _credentials(call: Call, connection: Resource) -> dict[str, Any]:
    try:
        return connections.credentials(call, connection)
    except Unavailable:
        return {}
