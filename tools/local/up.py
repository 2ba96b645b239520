"""`make up`: from a machine where nothing runs to agents that answer.

It does what one does on Azure: `pulumi up`, with images pushed to the registry before the agents that need them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape

from foundry_agents.cli.ask import ask
from foundry_agents.cli.check import check_stack_file
from foundry_agents.cli.ci.main import QUESTION
from foundry_agents.cli.errors import CommandError
from foundry_agents.cli.narrator import Narrator
from foundry_agents.cli.stack_file import StackFile
from tools import LOCAL
from tools.local import agent_images, local_azure
from tools.local.pulumi_stack import PulumiStack
from tools.local.step import StepError, exit_with, is_quiet, new_log

_console = Console(highlight=False, soft_wrap=True)


def main() -> None:
    log = new_log("up")
    stack = PulumiStack(log, narrator=Narrator(progress=not is_quiet(), warnings=not is_quiet()))
    try:
        _up(stack)
    except StepError as error:
        error.log = error.log or log
        raise


def _up(stack: PulumiStack) -> None:
    _tell(f"[bold]Local Azure[/] at {local_azure.enter(LOCAL, stack.log)}")
    _warn()
    stack.select()
    changed = bring_up(stack)
    changed = changed or stack.narrator.changed
    outputs = stack.outputs()
    _console.print(_table(outputs, _answers(outputs)))
    _tell(f"[bold green]{'The environment is up.' if changed else 'No changes: everything was up already.'}[/]")
    _tell(
        "  Change an image or a setting in stacks/Pulumi.local.yaml, then run `make preview` and `make up`.\n"
        "  `source .local/env` points pulumi, the Azure SDKs and curl to the local Azure.\n"
        "  `pulumi stack output --stack local` prints all outputs. `make down` destroys everything."
    )


def bring_up(stack: PulumiStack) -> bool:
    """Bring up environment and agents, with the images in the registry; returns whether all of it is new."""
    changed = False
    if not stack.registry():
        # The first time: an agent needs its image, and the image a registry.
        _tell("[bold]Environment[/]")
        stack.up(without_agents=True)
        changed = True
    _push(stack)
    _tell("[bold]Agents[/]" if changed else "[bold]Environment and agents[/]")
    try:
        stack.up()
    except StepError:
        if not _push(stack):
            raise
        # The environment was replaced, and its registry with it.
        _tell("[bold]Agents, with their images in the new registry[/]")
        stack.up()
    return changed


def _push(stack: PulumiStack) -> list[str]:
    """Push the images that the registry lacks; returns those."""
    registry = stack.registry()
    if not registry:
        return []
    missing = agent_images.push_missing(LOCAL, agent_images.STACK_FILE, registry, stack.log)
    for pushed in missing:
        _tell(f"  +  image {pushed}")
    return missing


def _warn() -> None:
    """The warnings about the stack file. The package tells them in previews, and `up` runs without one."""
    try:
        findings = check_stack_file(StackFile.read(agent_images.STACK_FILE))
    except ValueError:
        return  # `pulumi up` says what is wrong
    for finding in findings:
        if finding.severity == "warning":
            _tell(escape(f"  warning: {finding.path}: {finding.message}"))


def _answers(outputs: Mapping[str, Any]) -> dict[str, str]:
    """What each agent answers, asked as an application would ask it."""
    try:
        return dict(ask(outputs["project_endpoint"], outputs["agents"], QUESTION))
    except CommandError as error:
        raise StepError(str(error)) from error


def _table(outputs: Mapping[str, Any], answers: Mapping[str, str]) -> str:
    """The agents, with the endpoint of each on a line of its own: endpoints are long."""
    rows = [("agent", "version", "image", "status", f"answer to “{QUESTION}”")]
    endpoints = []
    for name, agent in outputs["agents"].items():
        image = agent["image"].removeprefix(f"{outputs['registry']}/")
        rows.append((name, agent["version"], image, agent["status"], answers[name]))
        endpoints.append(next(iter(agent["endpoints"].values()), ""))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    head, *lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    under = [f"{line}\n  [dim]{endpoint}[/]" for line, endpoint in zip(map(escape, lines), endpoints, strict=True)]
    return "\n".join([f"[bold]{head}[/]", *under])


def _tell(text: str) -> None:
    if not is_quiet():
        _console.print(text)


if __name__ == "__main__":
    exit_with(main)
