"""The requests to a project, by what is below it: agents, toolboxes, and whatever else there may be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_PROJECT = "/api/projects/[^/]+"


def request_of(entry: Mapping[str, Any]) -> tuple[str, str]:
    """Method and path of a logged request; the path without its project."""
    return entry["method"], re.sub(f"^.*?{_PROJECT}(?=/)", "", entry["path"])


def pattern_of(path: str) -> str:
    """The path of a request as a fault takes it: in whichever project."""
    return f"{_PROJECT}{re.escape(path)}$"
