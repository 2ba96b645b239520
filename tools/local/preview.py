"""`make preview`: what `make up` would change."""

from __future__ import annotations

from foundry_agents.cli.narrator import Narrator
from tools import LOCAL
from tools.local import local_azure
from tools.local.pulumi_stack import PulumiStack
from tools.local.step import exit_with, is_quiet, new_log


def main() -> None:
    stack = PulumiStack(new_log("preview"), narrator=Narrator(warnings=not is_quiet()))
    local_azure.enter(LOCAL, stack.log)
    stack.select()
    stack.preview()


if __name__ == "__main__":
    exit_with(main)
