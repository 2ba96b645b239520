"""`make down`: the stack is destroyed and the local Azure stopped; nothing is left in either."""

from __future__ import annotations

from tools import LOCAL
from tools.local import local_azure
from tools.local.pulumi_stack import PulumiStack
from tools.local.step import exit_with, new_log


def main() -> None:
    stack = PulumiStack(new_log("down"))
    local_azure.enter(LOCAL, stack.log)
    if stack.exists():
        stack.destroy()
    local_azure.stop(LOCAL, stack.log)
    local_azure.forget(LOCAL)
    print("Nothing is left in the stack or in the local Azure, which is stopped.")


if __name__ == "__main__":
    exit_with(main)
