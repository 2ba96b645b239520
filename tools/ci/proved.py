"""Lets nothing into a stack that an earlier one has not proved: the images must be the same, by digest.

    python -m tools.ci.proved PROVING TARGET

Each agent in the target's file needs an image by digest, and that digest must serve in the proving stack, under the
same agent's name, or in the target already. A tag proves nothing: it may be another image by now.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

from foundry_agents.lifecycle.inputs import image as image_reference
from tools.ci.program import outputs, own_config, read_stack_file
from tools.step import StepError, exit_with


def parser() -> argparse.ArgumentParser:
    """The command line."""
    described = argparse.ArgumentParser(description="Compare the images of two stacks, by digest.")
    described.add_argument("proving", help="the stack that runs them")
    described.add_argument("target", help="the stack that is to have them")
    return described


def main() -> None:
    arguments = parser().parse_args()
    wanted = own_config(read_stack_file(arguments.target)).get("agents") or {}
    proving = outputs(arguments.proving).get("agents") or {}
    problems = unproved(wanted, proving, outputs(arguments.target).get("agents") or {}, arguments.proving)
    for problem in problems:
        print(f"- {problem}")
    if problems:
        raise StepError(f"The stack {arguments.target} would get what the stack {arguments.proving} has not proved.")
    print(f"All {len(wanted)} agents of {arguments.target} have images that serve in {arguments.proving} or there.")


def unproved(wanted: Mapping[str, Any], proving: Mapping[str, Any], target: Mapping[str, Any], name: str) -> list[str]:
    """What stands against it, a sentence for each agent."""
    problems = []
    for agent, definition in sorted(wanted.items()):
        image = str(definition.get("image") or "")
        digest, proved = _digest(image), _digest(_serving(proving.get(agent)))
        if not digest:
            problems.append(f"{agent}: `{image}` has no digest; write the one that serves in {name}")
        elif digest not in (proved, _digest(_serving(target.get(agent)))):
            there = f"`{proved}` serves there" if proved else "it serves there by a tag, or not at all"
            problems.append(f"{agent}: `{digest}` is not proved in {name}: {there}")
    return problems


def _serving(agent: Mapping[str, Any] | None) -> str:
    return str(agent.get("image") or "") if agent and agent.get("status") == "active" else ""


def _digest(image: str) -> str:
    try:
        return image_reference.parse(image).digest
    except ValueError:
        return ""


if __name__ == "__main__":
    exit_with(main)
