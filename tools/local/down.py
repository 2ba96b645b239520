"""`make down`: the stack is destroyed and the local Azure stopped; nothing is left in either."""

from __future__ import annotations

from foundry_agents.cli.narrator import Narrator
from tools import LOCAL
from tools.local import local_azure
from tools.local.pulumi_stack import PulumiStack
from tools.local.step import exit_with, is_quiet, new_log


def main() -> None:
    stack = PulumiStack(new_log("down"), narrator=Narrator(progress=not is_quiet(), warnings=False))
    local_azure.enter(LOCAL, stack.log)
    if stack.exists():
        stack.destroy()
    local_azure.stop(LOCAL, stack.log)
    local_azure.forget(LOCAL)
    print("The stack is destroyed and the local Azure is stopped. Nothing is left in either.")


if __name__ == "__main__":
    exit_with(main)
