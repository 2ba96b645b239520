"""`make up`: from a machine where nothing runs to agents that answer.

It is what one does on Azure: `pulumi up`, and images pushed to the registry before the agents that need them.
"""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console

from foundry_agents.cli.ask import ask
from foundry_agents.cli.ci.main import QUESTION
from foundry_agents.cli.errors import CommandError
from tools import LOCAL
from tools.local import agent_images, local_azure
from tools.local.pulumi_stack import PulumiStack
from tools.local.step import StepError, exit_with, new_log

_console = Console(highlight=False, soft_wrap=True)


def main() -> None:
    log = new_log("up")
    stack = PulumiStack(log)
    try:
        _up(stack)
    except StepError as error:
        error.log = error.log or log
        raise


def _up(stack: PulumiStack) -> None:
    _headline("The local Azure")
    print(f"  {local_azure.enter(LOCAL, stack.log)}")
    stack.select()
    outputs = stack.outputs()
    if "registry" not in outputs:
        # The first time: an agent needs its image, and the image a registry.
        _headline("The environment, without its agents")
        stack.up(without_agents=True)
        outputs = stack.outputs()
    _headline("Images")
    agent_images.push_missing(LOCAL, agent_images.STACK_FILE, outputs["registry"], stack.log)
    _headline("The environment and its agents")
    stack.up()
    outputs = stack.outputs()
    _headline("Questions and answers")
    _ask(outputs["project_endpoint"], outputs["agents"])
    _headline("Outputs of the stack")
    _console.print_json(data=outputs)
    _say_what_next("The environment is up." if stack.changed() else "No changes: everything was up already.")


def _ask(project_endpoint: str, agents: Iterable[str]) -> None:
    try:
        for agent, answer in ask(project_endpoint, agents, QUESTION):
            print(f"  {agent}: {answer}", flush=True)
    except CommandError as error:
        raise StepError(str(error)) from error


def _headline(text: str) -> None:
    _console.print(f"[bold]{text}[/]")


def _say_what_next(summary: str) -> None:
    _console.print(
        f"[bold green]{summary}[/]\n"
        "  Change an image or a setting in stacks/Pulumi.local.yaml, then `make preview` and `make up`.\n"
        "  `source .local/env` lets you use pulumi, the Azure SDKs and curl on the local Azure by hand.\n"
        "  `make down` takes everything down again."
    )


if __name__ == "__main__":
    exit_with(main)
