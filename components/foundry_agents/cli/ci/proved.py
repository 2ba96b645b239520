"""Lets only images into a stack that serve in an earlier one, compared by digest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import typer

from ...lifecycle.inputs import image as image_reference
from ..errors import CommandError
from .program import outputs, own_config, read_stack_file


def proved(proving: str, target: str) -> None:
    """Compare the images in the target's stack file with those that serve in the proving stack.

    Each agent in the target's file needs an image by digest, and that digest must serve in the proving stack under
    the same agent name, or in the target already. A tag proves nothing: it may name another image by now.

    :raises CommandError: if an image is not proved.
    """
    wanted = own_config(read_stack_file(target)).get("agents") or {}
    serving = outputs(proving).get("agents") or {}
    problems = unproved(wanted, serving, outputs(target).get("agents") or {}, proving)
    for problem in problems:
        typer.echo(f"- {problem}")
    if problems:
        raise CommandError(f"Stack {target} would get images that stack {proving} has not proved.")
    typer.echo(f"All {len(wanted)} agents of {target} have images that serve in {proving} or in {target}.")


def unproved(wanted: Mapping[str, Any], proving: Mapping[str, Any], target: Mapping[str, Any], name: str) -> list[str]:
    """The problems, a sentence for each agent."""
    problems = []
    for agent, definition in sorted(wanted.items()):
        image = str(definition.get("image") or "")
        digest, proved_digest = _digest(image), _digest(_serving(proving.get(agent)))
        if not digest:
            problems.append(f"{agent}: `{image}` has no digest; set the one that serves in {name}")
        elif digest not in (proved_digest, _digest(_serving(target.get(agent)))):
            there = f"{name} serves `{proved_digest}`" if proved_digest else f"{name} serves a tag, or no version"
            problems.append(f"{agent}: `{digest}` is not proved in {name}: {there}")
    return problems


def _serving(agent: Mapping[str, Any] | None) -> str:
    return str(agent.get("image") or "") if agent and agent.get("status") == "active" else ""


def _digest(image: str) -> str:
    try:
        return image_reference.parse(image).digest
    except ValueError:
        return ""
