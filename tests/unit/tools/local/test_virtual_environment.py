"""An environment is made anew, brought up to date or left alone by what its stamp says."""

import json
from pathlib import Path

import pytest

from tools.local import virtual_environment
from tools.local.virtual_environment import ensure, fingerprint


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with a package and requirements, in a folder whose name has a space."""
    root = tmp_path / "my checkout"
    package = root / "package"
    package.mkdir(parents=True)
    (package / "pyproject.toml").write_text("[project]\nname = 'package'\nversion = '1'\n")
    (root / "requirements.txt").write_text("# nothing to download\n-e ./package\n")
    monkeypatch.setattr(virtual_environment, "ROOT", root)
    monkeypatch.setattr(virtual_environment, "LOCAL", root / ".local")
    return root


@pytest.fixture
def work_done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What `ensure` does, in place of doing it."""
    done: list[str] = []

    def create(directory: Path, _log: Path) -> None:
        done.append("create")
        (directory / "bin").mkdir(parents=True, exist_ok=True)
        python = directory / "bin" / "python"
        python.unlink(missing_ok=True)
        python.symlink_to("/bin/true")

    def install(_directory: Path, _requirements: list[str], _log: Path) -> None:
        done.append("install")

    monkeypatch.setattr(virtual_environment, "_create", create)
    monkeypatch.setattr(virtual_environment, "_install", install)
    monkeypatch.setattr(virtual_environment, "new_log", Path)
    return done


def test_second_call_does_nothing(checkout: Path, work_done: list[str]) -> None:
    ensure(checkout / ".venv", ["requirements.txt"])
    assert work_done == ["create", "install"]
    ensure(checkout / ".venv", ["requirements.txt"])
    assert work_done == ["create", "install"]


def test_further_requirements_are_added_and_the_others_stay_known(checkout: Path, work_done: list[str]) -> None:
    ensure(checkout / ".venv", ["requirements.txt"])
    ensure(checkout / ".venv", ["requirements.txt", "./package"])
    ensure(checkout / ".venv", ["requirements.txt"])
    assert work_done == ["create", "install", "install"]


def test_changed_project_of_an_editable_requirement_installs_again(checkout: Path, work_done: list[str]) -> None:
    ensure(checkout / ".venv", ["requirements.txt"])
    (checkout / "package" / "pyproject.toml").write_text("[project]\nname = 'package'\nversion = '2'\n")
    ensure(checkout / ".venv", ["requirements.txt"])
    assert work_done == ["create", "install", "install"]


def test_environment_of_a_checkout_that_moved_is_made_anew(checkout: Path, work_done: list[str]) -> None:
    ensure(checkout / ".venv", ["requirements.txt"])
    stamp = checkout / ".venv" / "installed.json"
    stamp.write_text(json.dumps({**json.loads(stamp.read_text()), "location": "/elsewhere/.venv"}))
    ensure(checkout / ".venv", ["requirements.txt"])
    assert work_done == ["create", "install"] * 2


def test_environment_whose_python_is_gone_is_made_anew(checkout: Path, work_done: list[str]) -> None:
    ensure(checkout / ".venv", ["requirements.txt"])
    (checkout / ".venv" / "bin" / "python").unlink()
    ensure(checkout / ".venv", ["requirements.txt"])
    assert work_done == ["create", "install"] * 2


def test_included_requirements_count(tmp_path: Path) -> None:
    (tmp_path / "base.txt").write_text("a==1\n")
    (tmp_path / "more.txt").write_text("-r base.txt\nb==1\n")
    before = fingerprint(tmp_path / "more.txt")
    (tmp_path / "base.txt").write_text("a==2\n")
    assert fingerprint(tmp_path / "more.txt") != before
