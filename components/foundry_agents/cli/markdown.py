"""A preview as Markdown: the comment of a pull request."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator

from ..lifecycle.resource.changes import PropertyChange
from ..lifecycle.resource.description import Description
from .preview import Agent, Finding, Other, Preview

MOST_LISTED = 20
# A run of backticks ends at the next run of the same length.
_CODE = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)")
_DONE = {
    "create": "created",
    "update": "updated",
    "delete": "deleted",
    "replace": "replaced",
    "import": "imported",
}


def marker(stack: str) -> str:
    """The hidden first line, which identifies the comment."""
    return f"<!-- foundry-agents summary: {stack} -->"


def render(preview: Preview, stack: str = "") -> str:
    """The comment. `stack` is used where a preview that failed early does not name its stack."""
    sections = [
        f"{marker(preview.stack or stack)}\n### {_title(preview, preview.stack or stack)}",
        *_agents(preview),
        *_others(preview),
        *findings(preview.findings),
    ]
    return "\n\n".join(sections) + "\n"


def _title(preview: Preview, name: str) -> str:
    stack = f"Stack `{name}`" if name else "Stack"
    if preview.failed:
        return f"{stack}: the preview failed"
    changing = preview.changing
    if not changing and not preview.others:
        return f"{stack}: no changes"
    if not changing:
        return f"{stack}: no agent changes"
    return f"{stack}: {len(changing)} agent{'s change' if len(changing) > 1 else ' changes'}"


def _agents(preview: Preview) -> Iterator[str]:
    changing = preview.changing
    if changing:
        table = [row for agent in changing for row in rows(agent.description)]
        yield "\n".join(["| agent | what | now | after this change |", "|---|---|---|---|", *table])
        yield "\n".join(line for agent in changing for line in _remarks(agent))
    same = [agent.name for agent in preview.agents if agent.operation == "same"]
    if same:
        yield f"Unchanged agents: {', '.join(f'`{name}`' for name in same)}."


def rows(words: Description) -> Iterator[str]:
    """The lines of a table for one agent; only the first names it."""
    name = f"**{_text(words.agent)}**"
    for change in words.changes or (PropertyChange("", "settings of its deployment", "", ""),):
        yield f"| {name} | {_cell(change.what)} | {_cell(change.old)} | {_cell(change.new)} |"
        name = ""


def _remarks(agent: Agent) -> Iterator[str]:
    yield f"- **{_text(agent.name)}** {_text(agent.description.outcome)}."
    for label, text in agent.description.remarks():
        yield f"  - {label}: {_text(text)}"


def _others(preview: Preview) -> Iterator[str]:
    if not preview.others:
        if preview.unchanged and not preview.failed:
            yield f"Other resources: {preview.unchanged} unchanged."
        return
    counts = Counter(_DONE.get(other.operation, other.operation) for other in preview.others)
    summary = [f"{count} {word}" for word, count in counts.items()]
    if preview.unchanged:
        summary.append(f"{preview.unchanged} unchanged")
    lines = [f"Other resources: {', '.join(summary)}.", ""]
    lines += [_other(other) for other in preview.others[:MOST_LISTED]]
    if len(preview.others) > MOST_LISTED:
        lines.append(f"- and {len(preview.others) - MOST_LISTED} more")
    yield "\n".join(lines)


def _other(other: Other) -> str:
    kind = other.type.rpartition(":")[2]
    because = f" ({', '.join(f'`{_text(reason)}`' for reason in other.because)})" if other.because else ""
    outcome = f": {_text(other.outcome)}" if other.outcome else ""
    return f"- {_DONE.get(other.operation, other.operation)}: {kind} `{_text(other.name)}`{because}{outcome}"


def findings(told: tuple[Finding, ...]) -> Iterator[str]:
    """A list of the errors, and one of the warnings."""
    for severity, heading in (("error", "Errors"), ("warning", "Warnings")):
        found = [finding for finding in told if finding.severity == severity]
        if found:
            yield "\n".join([f"**{heading}**", "", *map(_finding, found)])


def _finding(finding: Finding) -> str:
    place = f"`{finding.path}`: " if finding.path else ""
    first, *rest = finding.message.splitlines() or [""]
    if not rest:
        return f"- {place}{_text(first)}"
    fence = "`" * (1 + max(2, *(len(run) for run in re.findall("`+", finding.message)), 2))
    block = [f"  {fence}", *(f"  {line}" for line in rest), f"  {fence}"]
    return "\n".join([f"- {place}{_text(first)}", "", *block])


def _cell(text: str) -> str:
    return _text(text).replace("|", "\\|") or "—"


def _text(text: str) -> str:
    """Any text, with HTML escaped, except in backticks, which show it literally."""
    text, shown, end = " ".join(text.split()), "", 0
    for code in _CODE.finditer(text):
        shown += html.escape(text[end : code.start()], quote=False) + code[0]
        end = code.end()
    return shown + html.escape(text[end:], quote=False)
