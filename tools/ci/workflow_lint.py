"""Checks the workflows in `.github/workflows` with actionlint, which is built once from the pinned Go module.

python -m tools.ci.workflow_lint
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

from tools import LOCAL, ROOT, go_toolchain
from tools.file_lock import locked
from tools.step import StepError, exit_with, new_log, run_quietly

_MODULE = Path(__file__).parent / "actionlint"
_PACKAGE = "github.com/rhysd/actionlint/cmd/actionlint"
_DIRECTORY = LOCAL / "actionlint"


def main() -> None:
    # Without shellcheck and pyflakes, which are there on some machines only: a step of ours is one command anyway.
    command = [str(_built()), "-no-color", "-shellcheck=", "-pyflakes="]
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        raise StepError("The workflows have findings; they are above.")
    print("All workflows pass actionlint.")


def _built() -> Path:
    with locked(LOCAL / "locks" / "actionlint.lock"):
        pinned = hashlib.sha256((_MODULE / "go.sum").read_bytes()).hexdigest()[:12]
        program = _DIRECTORY / f"actionlint-{pinned}"
        if not program.exists():
            _build(program)
    return program


def _build(program: Path) -> None:
    log, scratch = new_log("actionlint"), _DIRECTORY / "build"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    try:
        go = go_toolchain.find(scratch)
        built = scratch / program.name
        run_quietly(
            [go.executable, "build", "-trimpath", "-mod=readonly", "-buildvcs=false", "-o", str(built), _PACKAGE],
            "building actionlint",
            log,
            environment=go.environment,
            directory=_MODULE,
        )
        built.replace(program)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    exit_with(main)
