"""The id of a resource, which is also its import id."""

from __future__ import annotations

from ..errors.exceptions import InvalidInputs
from ..errors.input_issue import InputIssue, Issues, shown
from ..inputs.common import check_project_endpoint


def parts_of(resource_id: str, collection: str) -> tuple[str, str]:
    """The project endpoint and the name in `<project endpoint>/<collection>/<name>`. Raises `InvalidInputs`."""
    place, found, name = resource_id.rpartition(f"/{collection}/")
    issues = Issues()
    check_project_endpoint(place, "id", issues)
    if issues.problems or not found or not name or "/" in name:
        raise InvalidInputs(
            [InputIssue("id", f"{shown(resource_id)} is not an ID", f"use <project endpoint>/{collection}/<name>")]
        )
    return place, name
