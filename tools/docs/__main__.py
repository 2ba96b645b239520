"""`python -m tools.docs` generates every file; with `--check` it only tells which are not up to date."""

from __future__ import annotations

import argparse
import sys

from tools.docs import (
    argument_types,
    definition,
    environment,
    environment_arguments,
    errors,
    program,
    script_definition,
    unknowns,
)
from tools.docs.provider_schema import package, shipped

GENERATED = (
    argument_types,
    definition,
    environment,
    environment_arguments,
    errors,
    package,
    program,
    script_definition,
    shipped,
    unknowns,
)


def stale() -> list[str]:
    """The files that differ from what their declarations give."""
    return [page.DOCUMENT.name for page in GENERATED if page.DOCUMENT.read_text() != page.text()]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.docs", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if a file is not up to date")
    if parser.parse_args(arguments).check:
        for name in stale():
            print(f"{name} is not up to date; run `make docs`", file=sys.stderr)
        return 1 if stale() else 0
    for page in GENERATED:
        page.DOCUMENT.write_text(page.text())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
