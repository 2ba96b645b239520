"""All that the two adapters do differently. Everything else is compared, and must be the same.

- Messages name inputs as the program does: `image_reference` in Python, `imageReference` everywhere else.
- A dynamic resource is told its logical name by its class, as an input; the plugin takes it from the URN.
- The failure of an update leaves the state as it was, or (plugin) records what exists by then.
- A create that fails leaves nothing, or (plugin) what it made, for the next `up` to continue: `FAILED_CREATE`.
- The failures of a check have the path as it is in Python, or (plugin) as in the schema; in any order.
- Only the plugin imports, and looks up, what no state knows; only it has time-outs of its own, and is canceled.
- A preview shows the values that are literals of the program, which the Python class tells the provider, or (plugin) all
  that are not secret.
- Warnings about inputs are logged by the Python class, or by the plugin itself.
"""

from __future__ import annotations

from dataclasses import replace

from foundry_agents.adapters.property_names import camel_case_path, with_camel_case_names

from .life import Properties, Step

FAILED_CREATE = {
    "dynamic": ("no agent is left; the next `pulumi up` creates it", ["POST /versions", "DELETE /"]),
    "plugin": ("", ["POST /versions"]),
}


def comparable(steps: list[Step]) -> list[Step]:
    """The steps without what may differ."""
    return [
        replace(step, error=_error(step), said=[*map(with_camel_case_names, step.said)], state=_state(step))
        for step in steps
    ]


def _error(step: Step) -> str:
    lines = [_with_camel_case_path(line) for line in step.error.splitlines()]
    return with_camel_case_names("\n".join(sorted(lines) if step.operation in ("check", "preview") else lines))


def _with_camel_case_path(line: str) -> str:
    path, found, reason = line.partition(": ")
    return f"{camel_case_path(path)}{found}{reason}" if " " not in path else line


def _state(step: Step) -> Properties | None:
    if step.state is None or step.error:
        return None
    return {name: value for name, value in step.state.items() if name != "logicalName"}
