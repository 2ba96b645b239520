"""Drift: what a refresh finds, compared with the state.

It is read from the stream of events, `PULUMI_ENABLE_STREAMING_JSON_PREVIEW=1 pulumi refresh --preview-only --json`:
without that variable Pulumi prints what it is about to refresh, and not what came of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..lifecycle.resource import description
from ..lifecycle.resource.description import Description
from . import markdown
from .preview import Finding, NotAPreview, findings_of, is_agent, project_and_stack, properties_of, type_and_name

_DRIFTED = ("update", "delete")


@dataclass(frozen=True)
class Drift:
    """The resources that differ from the state of a stack."""

    stack: str
    agents: tuple[Description, ...]
    others: tuple[str, ...]
    """A line for each other resource."""
    findings: tuple[Finding, ...]

    @property
    def drifted(self) -> bool:
        return bool(self.agents or self.others)

    @property
    def failed(self) -> bool:
        """Whether a resource could not be read."""
        return bool(self.findings)


def read(text: str) -> Drift:
    """Reads the stream of events of a refresh.

    :raises NotAPreview: if it is not that.
    """
    events = list(_events(text))
    if not any("preludeEvent" in event for event in events):
        raise NotAPreview("these are not the events of `pulumi refresh --preview-only --json`")
    prelude = next(event["preludeEvent"] for event in events if "preludeEvent" in event)
    steps = [event["resOutputsEvent"]["metadata"] for event in events if "resOutputsEvent" in event]
    said = [event["diagnosticEvent"] for event in events if "diagnosticEvent" in event]
    digest = {"steps": steps, "diagnostics": said, "config": prelude.get("config")}
    _project, stack = project_and_stack(digest)
    agents, others = [], []
    for step in (step for step in steps if step["op"] in _DRIFTED):
        if is_agent(str(step["urn"])):
            words = _agent(step)
            agents += [words] if words else []
        else:
            line = _other(step)
            others += [line] if line else []
    errors = tuple(finding for finding in findings_of(digest) if finding.severity == "error")
    return Drift(stack, tuple(sorted(agents, key=lambda words: words.agent)), tuple(sorted(others)), errors)


def marker(stack: str) -> str:
    """The hidden first line, which identifies the issue."""
    return f"<!-- foundry-agents drift: {stack} -->"


def render(drift: Drift) -> str:
    """The drift as Markdown."""
    head = f"{marker(drift.stack)}\n### Drift of stack `{drift.stack}`"
    if not drift.drifted and not drift.failed:
        return f"{head}: none\n"
    sections = [head]
    if drift.agents:
        rows = [row for words in drift.agents for row in markdown.rows(words)]
        sections.append("\n".join(["| agent | what | recorded | found |", "|---|---|---|---|", *rows]))
        sections.append("\n".join(f"- **{words.agent}** {words.outcome}." for words in drift.agents))
    if drift.others:
        sections.append("\n".join(["Other resources:", "", *(f"- {line}" for line in drift.others)]))
    sections += markdown.findings(drift.findings)
    if drift.drifted:
        sections.append(
            "`pulumi refresh` accepts the changes into the state; `pulumi up --refresh` restores the configuration."
        )
    return "\n\n".join(sections) + "\n"


def _events(text: str) -> Iterator[dict[str, Any]]:
    for line in text.splitlines():
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict):
            yield event


def _agent(step: Mapping[str, Any]) -> Description | None:
    recorded = properties_of(step.get("old"), recorded=True)
    if step["op"] == "delete":
        return description.of_drift(recorded, None)
    found = properties_of(step.get("new"), recorded=True)
    words = description.of_drift(recorded, found)
    return words if words.changes else None


def _other(step: Mapping[str, Any]) -> str:
    """Only inputs count as drift: outputs contain times and etags that change by themselves."""
    kind, name = type_and_name(str(step["urn"]))
    shown = f"{kind.rpartition(':')[2]} `{name}`"
    if step["op"] == "delete":
        return f"{shown} no longer exists"
    old, new = (((step.get(state) or {}).get("inputs") or {}) for state in ("old", "new"))
    differing = sorted(key for key in {*old, *new} if old.get(key) != new.get(key) and not key.startswith("__"))
    return f"{shown}: {', '.join(f'`{key}`' for key in differing)}" if differing else ""
