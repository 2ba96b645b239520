"""Where a toolbox is: its name and its MCP endpoint.

Sources: recorded test traffic of azure-ai-projects, 2026-04 to 2026-07 (names with `_` and capitals); Microsoft's
guide to toolboxes (the endpoint without a version serves the default version). How long a name may be is not
documented; an agent's may have 63 characters.
"""

from __future__ import annotations

import re
from urllib.parse import quote

MAX_NAME = 63
NAME = re.compile(rf"[A-Za-z0-9][A-Za-z0-9_-]{{0,{MAX_NAME - 1}}}")


def mcp_endpoint(project_endpoint: str, name: str) -> str:
    """The endpoint that serves the default version: it stays the same when another version becomes the default."""
    return f"{project_endpoint}/toolboxes/{quote(name)}/mcp?api-version=v1"
