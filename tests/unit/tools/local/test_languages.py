"""A language whose tools are missing is left out, and said; language hosts are linked or built, once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tools import ROOT
from tools.local import languages, pulumi_cli
from tools.local.languages import CSHARP, LANGUAGES
from tools.local.step import StepError

HOSTS = {"pulumi-language-yaml", "pulumi-language-nodejs", "pulumi-language-go", "pulumi-language-dotnet"}


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Builds are noted, not made; `.local` is in a temporary folder, and nothing but a shell is on PATH."""
    builds: list[str] = []

    def build(hosts: list[str]) -> None:
        builds.extend(hosts)
        for host in hosts:
            (pulumi_cli.BIN / host).write_text("")
            languages._mark_built(host)

    local = tmp_path / ".local"
    (local / "bin").mkdir(parents=True)
    monkeypatch.setattr(languages, "LOCAL", local)
    for module in (languages, pulumi_cli):
        monkeypatch.setattr(module, "BIN", local / "bin")
    monkeypatch.setattr(languages, "_build", build)
    monkeypatch.setenv("PATH", "/bin")
    monkeypatch.delenv("LANGUAGES", raising=False)
    monkeypatch.setattr(languages, "which", lambda _tool: None)
    languages.left_out.cache_clear()
    yield builds
    languages.left_out.cache_clear()


def test_a_language_without_its_tools_is_left_out_with_reason_and_count(
    built: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    languages.main()
    assert set(built) == HOSTS
    assert capsys.readouterr().out == (
        "Languages: python, yaml, typescript, go. Left out: 1 of 5: java (java, javac, mvn are not on PATH: "
        "install a JDK, 11 or later, and Maven).\n"
    )


def test_an_old_jdk_is_not_used(built: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(languages, "which", lambda tool: f"/usr/bin/{tool}")
    monkeypatch.setattr(languages, "output_of", lambda _command: "javac 1.8.0_402")
    assert languages.left_out() == {"java": "javac is older than 11: install a JDK, 11 or later"}


def test_with_all_tools_nothing_is_left_out(built: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(languages, "which", lambda tool: f"/usr/bin/{tool}")
    monkeypatch.setattr(languages, "output_of", lambda _command: "javac 17.0.15")
    assert languages.summary() == "Languages: python, yaml, typescript, go, java."
    languages.main()
    assert set(built) == {*HOSTS, "pulumi-language-java"}


def test_a_required_language_without_its_tools_is_an_error(built: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGES", "go java")
    with pytest.raises(StepError, match="LANGUAGES requires java: java, javac, mvn are not on PATH") as refusal:
        languages.main()
    assert refusal.value.exit_code == 3
    assert built == []


def test_a_required_language_that_does_not_exist_is_wrong_usage(
    built: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANGUAGES", "cobol")
    with pytest.raises(StepError, match="LANGUAGES names cobol, which is not a language") as refusal:
        languages.main()
    assert refusal.value.exit_code == 2


def test_hosts_are_built_once_and_again_when_what_they_are_built_from_changes(
    built: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    languages.main()
    built.clear()
    languages.main()
    assert built == []
    (pulumi_cli.BIN / ".pulumi-language-go-built-from").write_text("something else")
    languages.main()
    assert built == ["pulumi-language-go"]


def test_hosts_of_the_users_own_pulumi_are_linked_and_the_others_built(built: list[str], tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    for program in ("pulumi", "pulumi-language-go"):
        (own / program).write_text("")
        (own / program).chmod(0o755)
    (pulumi_cli.BIN / "pulumi").symlink_to(own / "pulumi")
    languages.main()
    assert (pulumi_cli.BIN / "pulumi-language-go").resolve() == own / "pulumi-language-go"
    assert set(built) == HOSTS - {"pulumi-language-go"}


def test_a_host_on_path_is_not_used_with_a_cli_that_was_built(
    built: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (pulumi_cli.BIN / "pulumi").write_text("")
    (tmp_path / "pulumi-language-go").write_text("")
    (tmp_path / "pulumi-language-go").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    languages.main()
    assert "pulumi-language-go" in built


def test_every_language_has_an_example_and_its_own_host() -> None:
    assert len({language.host for language in (*LANGUAGES, CSHARP)}) == len(LANGUAGES) + 1
    folders = {folder.name for folder in (ROOT / "examples").iterdir() if folder.is_dir()}
    assert folders == {language.name for language in LANGUAGES}
    for language in LANGUAGES:
        assert (ROOT / "examples" / language.name / language.program).is_file()
