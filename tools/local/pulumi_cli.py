"""Puts a Pulumi CLI with its Python language host into `.local/bin`.

    python3 -m tools.local.pulumi_cli

The user's own is linked where it is recent enough. Otherwise both are built, once, from the Go modules that
`tools/pulumi` and `tools/language-python` pin.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from pathlib import Path

from tools import LOCAL, ROOT
from tools.local import go_build, go_toolchain
from tools.local.file_lock import locked
from tools.local.go_build import Module
from tools.local.go_toolchain import Go
from tools.local.step import StepError, exit_with, new_log, output_of, tell, users_environment

# The first with all options that `make` uses, `--exclude` for one.
MINIMUM = (3, 227)

BIN = LOCAL / "bin"
_STAMP = BIN / ".built-from"
_SCRATCH = LOCAL / "build"

_CLI = "pulumi"
_MODULES = (
    Module(go_build.PULUMI_CLI, ("github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",)),
    Module(ROOT / "tools" / "language-python", ("github.com/pulumi/pulumi/sdk/python/cmd/pulumi-language-python/v3",)),
)
# Scripts that start programs and dynamic providers: not built, but copied out of the SDK's module.
_COMPANIONS = (
    Path("python/cmd/pulumi-language-python-exec"),
    Path("python/dist/pulumi-resource-pulumi-python"),
)
# The CLI is put in place last: where it is, the others are.
_PROGRAMS = (*(companion.name for companion in _COMPANIONS), "pulumi-language-python", _CLI)


def main() -> None:
    with locked(LOCAL / "locks" / "pulumi.lock"):
        if not (_is_linked() or _is_built()):
            _provide()
    if os.environ.get("TF_BUILD") == "True":  # Azure Pipelines: for the steps that follow
        print(f"##vso[task.prependpath]{BIN}")


def _provide() -> None:
    BIN.mkdir(parents=True, exist_ok=True)
    own = _own()
    if own:
        _link(own)
    else:
        _build()


def is_recent(version: str) -> bool:
    """Whether `pulumi version` printed a version that will do."""
    found = re.match(r"v?(\d+)\.(\d+)\.", version)
    return found is not None and (int(found[1]), int(found[2])) >= MINIMUM


def users_program(name: str) -> Path | None:
    """Returns another program of the user's own Pulumi; None where the CLI in use is one that was built here."""
    cli = BIN / _CLI
    if not cli.is_symlink():
        return None
    beside = str(cli.resolve().parent)
    found = shutil.which(name, path=os.pathsep.join([beside, *_path_without_own()]))
    return Path(found) if found else None


def _own() -> list[Path] | None:
    """The programs of the user's own installation; None where one is missing or too old."""
    elsewhere = _path_without_own()
    cli = shutil.which(_CLI, path=os.pathsep.join(elsewhere))
    if cli is None:
        return None
    beside = str(Path(cli).resolve().parent)
    found = [shutil.which(program, path=os.pathsep.join([beside, *elsewhere])) for program in _PROGRAMS[:-1]]
    programs = [Path(program) for program in (*found, cli) if program]
    version = output_of([cli, "version"], environment=_quiet_pulumi())
    if len(programs) < len(_PROGRAMS) or not is_recent(version or ""):
        tell(f"{cli} ({version or 'unknown version'}) is too old or incomplete; not used")
        return None
    return programs


def _path_without_own() -> list[str]:
    return [place for place in os.environ.get("PATH", "").split(os.pathsep) if Path(place) != BIN]


def _quiet_pulumi() -> dict[str, str]:
    """Asking for the version shall neither call home nor write into it."""
    return users_environment() | {"PULUMI_SKIP_UPDATE_CHECK": "true", "PULUMI_HOME": str(LOCAL / "home")}


def _link(programs: list[Path]) -> None:
    for program in programs:
        link = BIN / f".{program.name}"
        link.unlink(missing_ok=True)
        link.symlink_to(program)
        link.replace(BIN / program.name)
    tell(f"Using {programs[-1]}")


def _is_linked() -> bool:
    """A link whose target was uninstalled does not exist."""
    return (BIN / _CLI).is_symlink() and all((BIN / program).exists() for program in _PROGRAMS)


def _is_built() -> bool:
    return (
        all((BIN / program).is_file() for program in _PROGRAMS)
        and _STAMP.is_file()
        and _STAMP.read_text() == go_build.fingerprint(_MODULES)
    )


def _build() -> None:
    tell("A recent Pulumi CLI is not on PATH. Building one, once (5 minutes on 2 cores, 6 GB of disk meanwhile)")
    started = time.monotonic()
    log = new_log("pulumi-build")
    shutil.rmtree(_SCRATCH, ignore_errors=True)  # of a build that was killed
    finished = _SCRATCH / "bin"
    finished.mkdir(parents=True)
    try:
        go = go_toolchain.find(_SCRATCH)
        go_build.build(go, _MODULES, finished, log)
        for companion in _COMPANIONS:
            _copy(_module_directory(go, log) / companion, finished)
        if output_of([str(finished / _CLI), "version"], environment=_quiet_pulumi()) is None:
            raise StepError("The Pulumi CLI was built but does not run.", log=log)
        for program in _PROGRAMS:
            (finished / program).replace(BIN / program)
        _STAMP.write_text(go_build.fingerprint(_MODULES))
    finally:
        shutil.rmtree(_SCRATCH, ignore_errors=True)
    tell(f"  Pulumi CLI built ({time.monotonic() - started:.0f} s)")


def _module_directory(go: Go, log: Path) -> Path:
    place = output_of(
        [go.executable, "-C", str(go_build.PULUMI_CLI), "list", "-m", "-f", "{{.Dir}}", go_build.SDK],
        environment=go.environment,
    )
    if not place:
        raise StepError(f"Go does not say where it put {go_build.SDK}.", log=log)
    return Path(place)


def _copy(file: Path, target: Path) -> None:
    """Files of a module are read-only and not executable."""
    copy = target / file.name
    shutil.copyfile(file, copy)
    copy.chmod(0o755)


if __name__ == "__main__":
    exit_with(main)
