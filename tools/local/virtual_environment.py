"""Makes a virtual environment, and keeps it up to date with its requirements.

    python3 -m tools.local.virtual_environment DIRECTORY REQUIREMENT…

A requirement is a requirements file, or a directory with a pyproject.toml that is installed editable. What is
installed is remembered in the environment by hash: with nothing new this returns at once.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from tools import LOCAL, ROOT
from tools.local.file_lock import locked
from tools.local.step import (
    TOOL_MISSING,
    StepError,
    exit_with,
    new_log,
    output_of,
    run_quietly,
    tell,
    users_environment,
)

_STAMP = "installed.json"
_PIP_OPTIONS = ("--disable-pip-version-check", "--no-input", "--progress-bar", "off", "--no-compile")
# Of the 6,000 modules of azure-native a program imports some dozens. Compiling all would take as long as all the rest.
_SELDOM_IMPORTED = "pulumi_azure_native"
# Files that cannot be compiled, such as templates, are no failure.
_COMPILE = "import compileall, re, sys; compileall.compile_dir(sys.argv[1], quiet=2, rx=re.compile(sys.argv[2]))"
_INCLUDED = re.compile(r"^\s*(?:-e|--editable|-r|--requirement)[ =]\s*(\S+)", re.MULTILINE)


def main() -> None:
    parser = argparse.ArgumentParser(description="Make a virtual environment, or bring it up to date.")
    parser.add_argument("directory", type=Path)
    parser.add_argument("requirements", nargs="+")
    arguments = parser.parse_args()
    ensure((ROOT / arguments.directory).absolute(), arguments.requirements)


def ensure(directory: Path, requirements: list[str]) -> None:
    """Have a virtual environment with these requirements."""
    name = str(directory.relative_to(ROOT)).lstrip(".").replace("/", "-")
    with locked(LOCAL / "locks" / f"{name}.lock"):
        wanted = {requirement: fingerprint(ROOT / requirement) for requirement in requirements}
        installed = _installed(directory)
        if installed is not None and wanted.items() <= installed.items():
            return
        log = new_log(f"environment-{name}")
        started = time.monotonic()
        tell(f"Installing Python packages into {directory.relative_to(ROOT)} (a minute if nothing is cached)")
        if installed is None:
            _create(directory, log)
        _install(directory, requirements, log)
        stamp = {"location": str(directory), "requirements": (installed or {}) | wanted}
        (directory / _STAMP).write_text(json.dumps(stamp, indent=2))
        tell(f"  Python packages installed into {directory.relative_to(ROOT)} ({time.monotonic() - started:.0f} s)")


def fingerprint(requirement: Path) -> str:
    """A hash of all that decides what the requirement installs."""
    digest = hashlib.sha256()
    for file in _files(requirement):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _files(requirement: Path) -> Iterator[Path]:
    """The requirement's file, and those that it names itself."""
    if requirement.is_dir():
        yield requirement / "pyproject.toml"
        return
    yield requirement
    for included in _INCLUDED.findall(requirement.read_text()):
        # pip reads a file that is included beside the one that includes it, a project where pip is started
        beside = requirement.parent / included
        yield from _files(beside if beside.exists() else ROOT / included)


def _installed(directory: Path) -> dict[str, str] | None:
    """What the stamp says; None where there is no environment that works at this place."""
    if output_of([str(directory / "bin" / "python"), "-c", ""]) is None:
        return None
    try:
        stamp = json.loads((directory / _STAMP).read_text())
    except FileNotFoundError:
        return {}
    # the scripts of an environment name their interpreter in full: a checkout that moved needs a new one
    return dict(stamp["requirements"]) if stamp["location"] == str(directory) else None


def _create(directory: Path, log: Path) -> None:
    if find_spec("ensurepip") is None:
        raise StepError(
            "This Python cannot make virtual environments; on Debian and Ubuntu install python3-venv.",
            exit_code=TOOL_MISSING,
        )
    run_quietly(
        [sys.executable, "-m", "venv", "--clear", str(directory)],
        f"making the virtual environment {directory.relative_to(ROOT)}",
        log,
        environment=users_environment(),
    )


def _install(directory: Path, requirements: list[str], log: Path) -> None:
    arguments: list[str] = []
    for requirement in requirements:
        arguments += ["-e" if (ROOT / requirement).is_dir() else "-r", requirement]
    pip = [str(directory / "bin" / "python"), "-m", "pip"]
    place = directory.relative_to(ROOT)
    run_quietly(
        [*pip, "install", *_PIP_OPTIONS, *arguments],
        f"installing Python packages into {place}",
        log,
        environment=_pip_environment(pip),
        activity=lambda line: _activity(line, str(place)),
    )
    packages = next(directory.glob("lib/python*/site-packages"))
    run_quietly(
        [pip[0], "-c", _COMPILE, str(packages), _SELDOM_IMPORTED],
        f"compiling Python packages in {place}",
        log,
    )


def _activity(line: str, place: str) -> str:
    """What pip is doing, from a line of its output. Most lines say nothing that matters."""
    words = line.split()
    if words[:1] == ["Downloading"]:
        return f"{place}: downloading {words[1].rpartition('/')[2].partition('-')[0]}"
    return f"{place}: installing packages" if line.startswith("Installing collected packages") else ""


def _pip_environment(pip: list[str]) -> dict[str, str]:
    """pip's own cache is used where the user has one; nothing new is made in the user's home."""
    environment = users_environment()
    cache = output_of([*pip, "cache", "dir"], environment=environment)
    if cache is None or not Path(cache).is_dir() or not environment.get("HOME"):
        environment["PIP_CACHE_DIR"] = str(LOCAL / "cache" / "pip")
    return environment


if __name__ == "__main__":
    exit_with(main)
