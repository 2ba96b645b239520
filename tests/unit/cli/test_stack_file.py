"""A stack's file is read as Pulumi reads it. The property tests compare this with the CLI."""

from pathlib import Path

import pytest

from foundry_agents.cli.check import check_stack_file
from foundry_agents.cli.stack_file import StackFile


def read(folder: Path, config: str, head: str = "config:\n") -> StackFile:
    file = folder / "Pulumi.dev.yaml"
    file.write_text(head + config)
    return StackFile.read(file)


def test_scalars_are_text_and_maps_are_maps(tmp_path: Path) -> None:
    file = read(
        tmp_path,
        "  agent-environment:registry_name: 12345\n"
        "  agent-environment:protect: True\n"
        "  agent-environment:resource_group: ~\n"
        "  agent-environment:agents: {5: {cpu: 0.5}}\n",
    )
    assert file.config == {
        "registry_name": "12345",
        "protect": "true",
        "resource_group": "",
        "agents": {"5": {"cpu": 0.5}},
    }


def test_keys_without_namespace_and_of_the_older_form_are_the_projects(tmp_path: Path) -> None:
    text = "  location: a\n  agent-environment:config:protect: true\n  aws:region: x\n  agent-environment:agents: {}\n"
    assert read(tmp_path, text).config == {"location": "a", "protect": "true", "agents": {}}


def test_the_project_is_that_of_the_key_agents_or_of_the_program_above(tmp_path: Path) -> None:
    assert read(tmp_path, "  location: a\n").project == "agent-environment"
    assert read(tmp_path, "  mine:agents: {}\n  location: a\n").project == "mine"
    (tmp_path / "Pulumi.yaml").write_text("name: theirs\nruntime: python\n")
    assert read(tmp_path, "  location: a\n").project == "theirs"
    assert read(tmp_path, "  mine:agents: {}\n").project == "mine"


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ("  location: a\n  agent-environment:location: b\n", "line 3: `location` is already set at line 2; remove one"),
        ("  5: x\n", "line 2: `5` is not a configuration key; use `agent-environment:<key>`"),
        ("  a:b:c: x\n", "line 2: `a:b:c` is not a configuration key"),
        ("  agents: {a: 1, a: 2}\n", "line 2: the key `a` is already defined at line 2"),
    ],
)
def test_what_pulumi_refuses_or_takes_at_random_is_refused(tmp_path: Path, config: str, told: str) -> None:
    with pytest.raises(ValueError, match="cannot be read") as refused:
        read(tmp_path, config)
    assert told in str(refused.value)


@pytest.mark.parametrize("head", ["config: []\n", "config:\n", "", "- a\n", "config: {}\nconfig: {}\n"])
def test_a_file_without_configuration_is_refused(tmp_path: Path, head: str) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        read(tmp_path, "", head)


def test_numeric_names_and_words_are_what_the_program_gets(tmp_path: Path) -> None:
    file = read(
        tmp_path,
        "  agent-environment:location: swedencentral\n"
        "  agent-environment:resource_group: true\n"
        "  agent-environment:registry_name: 1_000_000\n"
        "  agent-environment:agents: {5: {image: a:v1}, on: {image: b:v1}}\n",
    )
    assert [finding for finding in check_stack_file(file) if finding.severity == "error"] == []


@pytest.mark.parametrize(
    ("config", "path"),
    [
        ("  agent-environment:protect: 'True'\n", "protect"),
        ("  agent-environment:protect: ~\n", "protect"),
        ("  agent-environment:deployers: ~\n", "deployers"),
        ('  agent-environment:tags: \'{"a": "b"}\'\n', "tags"),
        ("  agent-environment:registry_name: [a]\n", "registry_name"),
        ("  agent-environment:secrets: [a]\n", "secrets"),
        ("  agent-environment:tags: {a: {secure: v1:abc}}\n", "tags.a"),
    ],
)
def test_a_value_that_pulumi_or_the_program_refuses_is_an_error(tmp_path: Path, config: str, path: str) -> None:
    needed = "  agent-environment:location: swedencentral\n  agent-environment:agents: {}\n"
    file = read(tmp_path, needed + config)
    (error,) = [finding for finding in check_stack_file(file) if finding.severity == "error"]
    assert error.path == path and file.line(error.path) == 4
