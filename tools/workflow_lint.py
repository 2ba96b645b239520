"""Checks the workflows in `.github/workflows` with actionlint, which is built once from the pinned Go module.

python -m tools.workflow_lint
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

from tools import LOCAL, ROOT
from tools.local import go_toolchain
from tools.local.file_lock import locked
from tools.local.step import StepError, exit_with, new_log, run_quietly

_MODULE = ROOT / "tools" / "actionlint"
_PACKAGE = "github.com/rhysd/actionlint/cmd/actionlint"
_DIRECTORY = LOCAL / "actionlint"


def main() -> None:
    # Without shellcheck and pyflakes, which only some machines have. Each step is a single command anyway.
    command = [str(_built()), "-no-color", "-shellcheck=", "-pyflakes="]
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        raise StepError("actionlint found problems in the workflows; they are above.")
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
