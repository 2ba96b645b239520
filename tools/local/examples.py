"""Copies of the examples in `.local/examples`, each with its SDK and all that it needs, compiled and ready to run.

python3 -m tools.local.examples
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

from tools import LOCAL, ROOT
from tools.local import languages, sdks
from tools.local.file_lock import locked
from tools.local.languages import Language
from tools.local.side_by_side import run_all
from tools.local.step import exit_with, new_log, run_quietly, tell, users_environment

EXAMPLES = ROOT / "examples"
COPIES = LOCAL / "examples"

_STAMP = ".prepared-from"
# What is installed and compiled in a copy, and what an example's own folder has of that.
_MADE = {"sdks", "node_modules", "target", ".venv", "venv", _STAMP}
# The package's folder. Without it Pulumi takes the plugin on PATH.
_PACKAGES = re.compile(r"^packages:\n(?: .*\n)+", re.MULTILINE)
# The first line that makes an output.
_FIRST_OUTPUT = re.compile(r"^\s*(?:pulumi\.export|export const|ctx\.[Ee]xport|outputs:)", re.MULTILINE)

_COMMANDS = {
    "typescript": (
        ("npm", "install", "--no-package-lock", "--no-audit", "--no-fund"),
        ("node_modules/.bin/tsc", "--project", "."),
    ),
    "go": (("go", "build", "-o", os.devnull, "./..."),),
    # The help of the plugin that will run the program: so that it is downloaded.
    "java": (("mvn", "--quiet", "--no-transfer-progress", "compile", "exec:help"),),
}
_MANIFESTS = ("package.json", "tsconfig.json", "go.mod", "go.sum", "pom.xml")


def main() -> None:
    sdks.main()
    run_all([partial(_prepare, language) for language in languages.available()])


def lay_out(language: Language) -> Path:
    """Makes the copy what the example is, apart from what was installed there; returns its folder."""
    source, copy = EXAMPLES / language.name, COPIES / language.name
    copy.mkdir(parents=True, exist_ok=True)
    wanted = {file.relative_to(source) for file in _own_files(source)}
    for file in list(_own_files(copy)):
        if file.relative_to(copy) not in wanted:
            file.unlink()
    for file in wanted:
        (copy / file).parent.mkdir(parents=True, exist_ok=True)
        _write(copy / file, _PACKAGES.sub("", (source / file).read_text()))
    environment = copy / ".venv"
    if language.name == "python" and not environment.is_symlink():
        environment.symlink_to(ROOT / ".venv")
    return copy


def add_resource(program: Path, code: str) -> None:
    """Writes a resource into a program, before its outputs, as the example's page says to."""
    text = program.read_text()
    first = _FIRST_OUTPUT.search(text)
    assert first is not None, f"{program} has no outputs"
    _write(program, f"{text[: first.start()]}\n{code.rstrip()}\n{text[first.start() :]}")


def in_use(language: Language) -> AbstractContextManager[None]:
    """While the context lasts, nobody else prepares or runs this copy."""
    return locked(LOCAL / "locks" / f"example-{language.name}.lock")


def _own_files(folder: Path) -> Iterator[Path]:
    """The files that are not installed or compiled."""
    for entry in folder.iterdir():
        if entry.name in _MADE:
            continue
        if entry.is_dir():
            yield from (file for file in entry.rglob("*") if file.is_file() and file.suffix != ".pyc")
        elif not re.fullmatch(r"Pulumi\..+\.yaml", entry.name) or folder.is_relative_to(COPIES):
            yield entry


def _write(file: Path, text: str) -> None:
    """Compilers look at the time of a file: one that is the same already stays."""
    if not file.is_file() or file.read_text() != text:
        file.write_text(text)


def _prepare(language: Language) -> None:
    with in_use(language):
        copy = lay_out(language)
        wanted = _fingerprint(language)
        stamp = copy / _STAMP
        if not language.generator or (stamp.is_file() and stamp.read_text() == wanted):
            return
        started = time.monotonic()
        log = new_log(f"example-{language.name}")
        stamp.unlink(missing_ok=True)
        sdk = copy / "sdks" / "foundry-agents"
        shutil.rmtree(sdk, ignore_errors=True)
        shutil.copytree(sdks.folder(language), sdk)
        for command in _COMMANDS[language.name]:
            run_quietly(
                command,
                f"preparing the example in {language.name}",
                log,
                environment=users_environment() | languages.environment(),
                directory=copy,
            )
        stamp.write_text(wanted)
        tell(f"  Example in {language.name} prepared ({time.monotonic() - started:.0f} s)")


def _fingerprint(language: Language) -> str:
    """A hash of all that decides what is installed. A changed program is compiled when it runs."""
    digest = hashlib.sha256()
    if language.generator:
        digest.update(sdks.fingerprint(language).encode())
    for name in _MANIFESTS:
        file = EXAMPLES / language.name / name
        digest.update(file.read_bytes() if file.is_file() else b"")
    return digest.hexdigest()


if __name__ == "__main__":
    exit_with(main)
