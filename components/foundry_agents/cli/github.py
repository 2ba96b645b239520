"""A preview as GitHub annotations on the lines of the stack file.

Source of the form: workflow-commands-for-github-actions, "Setting a warning message".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from .preview import Agent, Finding, Preview
from .stack_file import StackFile

_LEVEL = {"error": "error", "warning": "warning"}


def render(preview: Preview, file: Path) -> str:
    """One line per annotation: the changes of each agent as a notice, and the findings."""
    lines = _lines(preview, file)
    return "".join(
        f"{annotation}\n" for annotation in (*_changes(preview.changing, lines), *of_findings(preview.findings, lines))
    )


def _lines(preview: Preview, file: Path) -> StackFile | None:
    """None if the file does not exist or cannot be read."""
    try:
        return StackFile.read(file, preview.project)
    except ValueError:
        return None


def of_findings(findings: Iterable[Finding], file: StackFile | None) -> Iterator[str]:
    """An annotation per finding, without a line if the finding names no key of the file."""
    for finding in findings:
        place = f"{finding.path}: " if finding.path else ""
        yield _annotation(_LEVEL[finding.severity], file, finding.path, f"{place}{finding.message}")


def _changes(agents: Iterable[Agent], file: StackFile | None) -> Iterator[str]:
    for agent in agents:
        yield _annotation("notice", file, f"agents.{agent.name}", "\n".join(agent.description.lines()))


def _annotation(level: str, file: StackFile | None, path: str, message: str) -> str:
    line = file.line(path) if file and path else None
    place = f" file={_property(file.name)},line={line}" if file and line else ""
    return f"::{level}{place}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
