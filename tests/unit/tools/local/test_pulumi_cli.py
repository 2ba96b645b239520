"""A Pulumi CLI of the user's own is linked if it will do, and left alone if not."""

from pathlib import Path

import pytest

from tools.local import go_toolchain, pulumi_cli
from tools.local.pulumi_cli import is_recent
from tools.local.step import StepError


@pytest.mark.parametrize(
    ("version", "recent"),
    [
        ("v3.227.0", True),
        ("3.259.0-alpha.1", True),
        ("v4.0.0", True),
        ("v3.226.9", False),
        ("v3.30.0", False),
        ("", False),
    ],
)
def test_recent_is_what_knows_the_options_that_make_uses(version: str, recent: bool) -> None:
    assert is_recent(version) is recent


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Builds are counted, not made; `.local` is in a temporary folder."""
    builds: list[str] = []
    monkeypatch.setattr(pulumi_cli, "LOCAL", tmp_path / ".local")
    monkeypatch.setattr(pulumi_cli, "BIN", tmp_path / ".local" / "bin")
    monkeypatch.setattr(pulumi_cli, "_STAMP", tmp_path / ".local" / "bin" / ".built-from")
    monkeypatch.setattr(pulumi_cli, "_build", lambda: builds.append("build"))
    return builds


def test_recent_cli_is_linked_with_all_its_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, built: list[str]
) -> None:
    _install(tmp_path / "own", monkeypatch, "v3.230.0")
    pulumi_cli.main()
    links = {link.name: link.resolve().parent for link in pulumi_cli.BIN.iterdir()}
    assert links == dict.fromkeys(pulumi_cli._PROGRAMS, tmp_path / "own")
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    pulumi_cli.main()
    assert built == []


def test_cli_that_was_uninstalled_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, built: list[str]
) -> None:
    _install(tmp_path / "own", monkeypatch, "v3.230.0")
    pulumi_cli.main()
    (tmp_path / "own" / "pulumi").unlink()
    pulumi_cli.main()
    assert built == ["build"]


def test_old_cli_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, built: list[str]) -> None:
    _install(tmp_path / "own", monkeypatch, "v3.200.0")
    pulumi_cli.main()
    assert built == ["build"]


def test_cli_without_its_language_host_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, built: list[str]
) -> None:
    _install(tmp_path / "own", monkeypatch, "v3.230.0")
    (tmp_path / "own" / "pulumi-language-python").unlink()
    pulumi_cli.main()
    assert built == ["build"]


def test_our_own_directory_on_path_is_not_the_users_installation(
    monkeypatch: pytest.MonkeyPatch, built: list[str]
) -> None:
    _install(pulumi_cli.BIN, monkeypatch, "v3.230.0")
    pulumi_cli.main()
    assert built == ["build"]


def test_later_steps_of_azure_pipelines_find_the_cli(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, built: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    _install(tmp_path / "own", monkeypatch, "v3.230.0")
    monkeypatch.delenv("TF_BUILD", raising=False)
    pulumi_cli.main()
    assert "##vso" not in capsys.readouterr().out
    monkeypatch.setenv("TF_BUILD", "True")
    pulumi_cli.main()
    assert capsys.readouterr().out == f"##vso[task.prependpath]{pulumi_cli.BIN}\n"


def test_failed_build_leaves_nothing_half_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / ".local" / "build"
    monkeypatch.setattr(pulumi_cli, "_SCRATCH", scratch)
    monkeypatch.setattr(pulumi_cli, "BIN", tmp_path / ".local" / "bin")
    monkeypatch.setattr(pulumi_cli, "new_log", lambda name: tmp_path / name)

    def no_go(_scratch: Path) -> None:
        raise StepError("No Go.")

    monkeypatch.setattr(go_toolchain, "find", no_go)
    with pytest.raises(StepError, match="No Go"):
        pulumi_cli._build()
    assert not scratch.exists()
    assert not (tmp_path / ".local" / "bin").exists()


def _install(directory: Path, monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    """An installation that says it is this version, on PATH."""
    directory.mkdir(parents=True)
    for program in pulumi_cli._PROGRAMS:
        file = directory / program
        file.write_text(f"#!/bin/sh\necho {version}\n")
        file.chmod(0o755)
    monkeypatch.setenv("PATH", f"{directory}:/usr/bin:/bin")
