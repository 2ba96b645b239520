"""The languages of Pulumi programs: the host that runs each one, and the tools that it needs on this machine.

    python3 -m tools.local.languages

Puts the hosts into `.local/bin`, for the languages whose tools exist: those of the user's own Pulumi are linked, others
are built, once, from the Go modules that `tools/language-…` pin. LANGUAGES names those that must exist:
`LANGUAGES="typescript java"`.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from shutil import which

from tools import LOCAL, ROOT
from tools.local import go_build, go_toolchain, node_toolchain
from tools.local.file_lock import locked
from tools.local.go_build import Module
from tools.local.pulumi_cli import BIN, users_program
from tools.local.step import TOOL_MISSING, StepError, exit_with, new_log, output_of, tell

_SCRATCH = LOCAL / "build-languages"
_CACHE = LOCAL / "cache"

_OLDER = ROOT / "tools" / "language-nodejs-go-java"
_NEWER = ROOT / "tools" / "language-yaml-dotnet"
_SOURCES = {
    "pulumi-language-yaml": Module(_NEWER, ("github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",)),
    "pulumi-language-dotnet": Module(_NEWER, ("github.com/pulumi/pulumi-dotnet/pulumi-language-dotnet/v3",)),
    "pulumi-language-nodejs": Module(_OLDER, ("github.com/pulumi/pulumi/sdk/nodejs/cmd/pulumi-language-nodejs/v3",)),
    "pulumi-language-go": Module(_OLDER, ("github.com/pulumi/pulumi/sdk/go/pulumi-language-go/v3",)),
    "pulumi-language-java": Module(_OLDER, ("github.com/pulumi/pulumi-java/pkg/cmd/pulumi-language-java",)),
}

_MINIMUM_JAVA = 11
# Maven and the program run in one short-lived Java: a quick start counts for more than fast code.
_JAVA_OPTIONS = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto")


def _nothing() -> None:
    return None


def _missing_for_java() -> str | None:
    missing = [tool for tool in ("java", "javac", "mvn") if which(tool) is None]
    if missing:
        verb = "are" if len(missing) > 1 else "is"
        return f"{', '.join(missing)} {verb} not on PATH: install a JDK, {_MINIMUM_JAVA} or later, and Maven"
    said = re.search(r"javac (\d+)", output_of(["javac", "-version"]) or "")
    if said is None or int(said[1]) < _MINIMUM_JAVA:
        return f"javac is older than {_MINIMUM_JAVA}: install a JDK, {_MINIMUM_JAVA} or later"
    return None


@dataclass(frozen=True)
class Language:
    name: str
    """Also the name of its example's folder."""
    generator: str
    """What `pulumi package gen-sdk` calls it; empty if programs need no generated SDK."""
    program: str = ""
    """The example's file with the resources."""
    missing: Callable[[], str | None] = _nothing
    """Says which of its tools this machine lacks. Go and Node.js come from PyPI if they are not on PATH."""

    @property
    def host(self) -> str:
        """The program that runs it."""
        return f"pulumi-language-{self.generator or self.name}"


LANGUAGES = (
    Language("python", "", "__main__.py"),
    Language("yaml", "", "Pulumi.yaml"),
    Language("typescript", "nodejs", "index.ts"),
    Language("go", "go", "main.go"),
    Language("java", "java", "src/main/java/support/App.java", _missing_for_java),
)
CSHARP = Language("csharp", "dotnet")
"""Its SDK is generated, for which no tool is needed; there is no example."""


@cache
def left_out() -> dict[str, str]:
    """Returns the languages that cannot run on this machine, with the reason."""
    reasons = {language.name: language.missing() for language in LANGUAGES}
    return {name: reason for name, reason in reasons.items() if reason}


def available() -> list[Language]:
    """Returns the languages that can run on this machine."""
    return [language for language in LANGUAGES if language.name not in left_out()]


def summary() -> str:
    """Says in one line which languages run and which are left out, and why."""
    running = f"Languages: {', '.join(language.name for language in available())}."
    if not left_out():
        return running
    reasons = "; ".join(f"{name} ({reason})" for name, reason in left_out().items())
    return f"{running} Left out: {len(left_out())} of {len(LANGUAGES)}: {reasons}."


def environment() -> dict[str, str]:
    """Returns the variables with which a program in any language runs and builds, beside those of the user."""
    go = _go()
    path = os.environ.get("PATH", os.defpath)
    folders = [str(BIN), *(str(Path(tool).parent) for tool in (node_toolchain.find(), go.executable)), path]
    return {
        **{name: value for name, value in go.environment.items() if name.startswith(("GO", "CGO"))},
        "npm_config_cache": str(_users_or_own(".npm", "npm")),
        "npm_config_update_notifier": "false",
        "MAVEN_OPTS": " ".join((*_JAVA_OPTIONS, f"-Dmaven.repo.local={_users_or_own('.m2/repository', 'maven')}")),
        "PATH": os.pathsep.join(dict.fromkeys(folders)),
    }


@cache
def _go() -> go_toolchain.Go:
    return go_toolchain.find(_CACHE / "go")


def _users_or_own(users: str, own: str) -> Path:
    """The user's cache if there is one; nothing new is made in the user's home."""
    home = os.environ.get("HOME")
    found = Path(home, users) if home else None
    return found if found and found.is_dir() else _CACHE / own


def fingerprint(language: Language) -> str:
    """Returns a hash of what the language's host is built from."""
    return go_build.fingerprint([_SOURCES[language.host]])


def main() -> None:
    _refuse_missing(os.environ.get("LANGUAGES", "").split())
    tell(summary())
    wanted = [language.host for language in (*available(), CSHARP) if language.host in _SOURCES]
    with locked(LOCAL / "locks" / "languages.lock"):
        missing = [host for host in wanted if not (_is_linked(host) or _is_built(host))]
        to_build = [host for host in missing if not _link(host)]
        if to_build:
            _build(to_build)


def _refuse_missing(required: Iterable[str]) -> None:
    for name in required:
        if name not in {language.name for language in LANGUAGES}:
            raise StepError(f"LANGUAGES names {name}, which is not a language. {summary()}", exit_code=2)
        if name in left_out():
            raise StepError(f"LANGUAGES requires {name}: {left_out()[name]}.", exit_code=TOOL_MISSING)


def _link(host: str) -> bool:
    """Links the host of the user's own Pulumi, which must be the one in use: hosts and CLI come in one version."""
    own = users_program(host)
    if own is None:
        return False
    link = BIN / f".{host}"
    link.unlink(missing_ok=True)
    link.symlink_to(own)
    link.replace(BIN / host)
    return True


def _is_linked(host: str) -> bool:
    return (BIN / host).is_symlink() and (BIN / host).exists()


def _is_built(host: str) -> bool:
    stamp = _stamp(host)
    return (BIN / host).is_file() and stamp.is_file() and stamp.read_text() == go_build.fingerprint([_SOURCES[host]])


def _mark_built(host: str) -> None:
    _stamp(host).write_text(go_build.fingerprint([_SOURCES[host]]))


def _stamp(host: str) -> Path:
    return BIN / f".{host}-built-from"


def _build(hosts: list[str]) -> None:
    tell(f"Building {', '.join(hosts)}, once (2 minutes on 2 cores)")
    started = time.monotonic()
    log = new_log("languages-build")
    shutil.rmtree(_SCRATCH, ignore_errors=True)  # of a build that was killed
    finished = _SCRATCH / "bin"
    finished.mkdir(parents=True)
    try:
        go_build.build(go_toolchain.find(_SCRATCH), _by_directory(hosts), finished, log)
        for host in hosts:
            (finished / host).replace(BIN / host)
            _mark_built(host)
    finally:
        shutil.rmtree(_SCRATCH, ignore_errors=True)
    tell(f"  Language hosts built ({time.monotonic() - started:.0f} s)")


def _by_directory(hosts: Iterable[str]) -> list[Module]:
    """The modules with the packages of these hosts."""
    packages: dict[Path, tuple[str, ...]] = {}
    for module in (_SOURCES[host] for host in hosts):
        packages[module.directory] = (*packages.get(module.directory, ()), *module.packages)
    return [Module(directory, of_it) for directory, of_it in packages.items()]


if __name__ == "__main__":
    exit_with(main)
