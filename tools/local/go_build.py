"""Builds programs from the Go modules that `tools/` pins, each once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tools import ROOT
from tools.local.go_toolchain import Go
from tools.local.side_by_side import run_all
from tools.local.step import StepError, run_quietly

PULUMI_CLI = ROOT / "tools" / "pulumi"
SDK = "github.com/pulumi/pulumi/sdk/v3"

# The compiler spends a quarter of its time on collecting garbage where it may not use more memory.
_COMPILER_MEMORY = {"GOGC": "400", "GOMEMLIMIT": "1500MiB"}
_VERSION = re.compile(r"/v\d+$")


@dataclass(frozen=True)
class Module:
    """A Go module that pins programs. Programs of one module share what is compiled for them."""

    directory: Path
    packages: tuple[str, ...]

    @property
    def programs(self) -> tuple[str, ...]:
        """Their file names: the last part of the package's path, without a version."""
        return tuple(_VERSION.sub("", package).rpartition("/")[2] for package in self.packages)


def fingerprint(modules: Iterable[Module]) -> str:
    """Returns a hash of all that decides what is built."""
    digest = hashlib.sha256()
    for module in modules:
        for name in ("go.mod", "go.sum"):
            digest.update((module.directory / name).read_bytes())
    return digest.hexdigest()


def build(go: Go, modules: Iterable[Module], target: Path, log: Path) -> None:
    """Builds programs into `target`, side by side: one is compiled while another is downloaded and linked."""
    run_all([partial(_compile, go, module, target, log) for module in modules])


def _compile(go: Go, module: Module, target: Path, log: Path) -> None:
    what = ", ".join(module.programs)
    version_variable = f"{SDK}/go/common/version.Version=v{_pinned_version()}"
    run_quietly(
        [
            *(go.executable, "build", "-v", "-trimpath", "-mod=readonly", "-buildvcs=false"),
            *("-tags", "osusergo,grpcnotrace", "-ldflags", f"-w -s -X {version_variable}"),
            "-gcflags=all=-dwarf=false",
            *("-o", f"{target}/", *module.packages),
        ],
        f"building {what}",
        log,
        environment=_COMPILER_MEMORY | go.environment,
        directory=module.directory,
        activity=_Compilation(what),
    )


class _Compilation:
    """Says how far `go build -v` is, which names each module it downloads and each package it compiles."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._modules = 0
        self._packages = 0

    def __call__(self, line: str) -> str:
        if line.startswith("go: downloading"):
            self._modules += 1
            return f"{self._what}: downloading modules ({self._modules})"
        self._packages += 1
        return f"{self._what}: compiling packages ({self._packages})"


def _pinned_version() -> str:
    required = re.search(r"github\.com/pulumi/pulumi/pkg/v3 v(\S+)", (PULUMI_CLI / "go.mod").read_text())
    if required is None:
        raise StepError("tools/pulumi/go.mod does not require github.com/pulumi/pulumi/pkg/v3.")
    return required.group(1)
