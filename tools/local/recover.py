"""`make recover`: `foundry-agents recover`, on the local Azure for the stack `local`.

    python3 -m tools.local.recover STACK [OPTION…]

Any other stack is where the user's shell points.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tools import LOCAL
from tools.local import local_azure
from tools.local.pulumi_cli import BIN
from tools.local.step import exit_with, new_log

_FOUNDRY_AGENTS = str(Path(sys.executable).parent / "foundry-agents")
_LOCAL_STACK = "local"


def main() -> None:
    stack, *options = sys.argv[1:]
    if stack == _LOCAL_STACK:
        local_azure.enter(LOCAL, new_log("recover"))
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    sys.exit(subprocess.run([_FOUNDRY_AGENTS, "recover", stack, *options], env=environment, check=False).returncode)


if __name__ == "__main__":
    exit_with(main)
