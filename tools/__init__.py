"""What looks after this repository: `local` is what the Makefile runs, `docs` makes pages from code."""

import sys

# Before anything that an older Python cannot read. This file must stay readable for all of them: ASCII, no annotations.
if sys.version_info < (3, 10):  # noqa: UP036 - this is the check that says so
    sys.stderr.write("Python 3.10 or newer is required. Name one: make PYTHON=python3.12 up\n")
    sys.exit(3)

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCAL = ROOT / ".local"
