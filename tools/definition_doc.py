"""Writes docs/definition.md from the table of an agent's inputs."""

from __future__ import annotations

import re
from pathlib import Path

from foundry_agents.lifecycle.definition import FIELDS, Field

DOCUMENT = Path(__file__).parents[1] / "docs" / "definition.md"

_HEAD = """# An agent's definition

Every key of an agent, in the stack configuration below `agents.<name>` and in a program. This page is made from
`components/foundry_agents/lifecycle/definition.py` by `make docs`.

`agent_name`, `project_endpoint`, `registry`, `registry_id` and `pull_principal_id` are set by `AgentEnvironment`; a
program that uses `HostedAgent` alone sets them itself. Keys marked † are part of the definition: a change of them makes
a new version.

| key | type | default | limits | what it is | source |
|---|---|---|---|---|---|
"""


_MARKUP = re.compile(r"[\\*<>\[\]~|]")


def text() -> str:
    """The page."""
    return _HEAD + "".join(row for field in FIELDS for row in _rows(field, field.name))


def _rows(field: Field, path: str) -> list[str]:
    mark = " †" if field.in_definition else ""
    source = field.source or "this package"
    cells = map(_escaped, (field.type, _default(field), field.limits, field.description, source))
    row = f"| {' | '.join([f'`{path}`{mark}', *cells])} |\n"
    inside = f"{path}[]" if field.type.startswith("list") else path
    return [row, *(more for part in field.parts for more in _rows(part, f"{inside}.{part.name}"))]


def _default(field: Field) -> str:
    if field.required:
        return "required"
    if field.default is None:
        return ""
    return str(field.default).lower() if isinstance(field.default, bool) else str(field.default)


def _escaped(text: str) -> str:
    """Text that Markdown shows as it is, but for `code`, which stays code."""
    parts = re.split("(`[^`]*`)", text)
    return "".join(part if part.startswith("`") else _MARKUP.sub(r"\\\g<0>", part) for part in parts)


if __name__ == "__main__":
    DOCUMENT.write_text(text())
