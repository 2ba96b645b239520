"""`foundry-agents check` reads a stack's file as the Pulumi CLI does: the same values, the same refusals."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from foundry_agents.cli.stack_file import StackFile

from .run_size import examples

BIN = Path(__file__).parents[2] / ".local" / "bin"
NAMESPACE = "agent-environment"
Read = Callable[[str], dict[str, Any] | None]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A stack's file, in a project of its own."""
    folder = tmp_path_factory.mktemp("program")
    (folder / "state").mkdir()
    (folder / "Pulumi.yaml").write_text(f"name: {NAMESPACE}\nruntime: python\n")
    pulumi(folder, "stack", "init", "dev")
    return folder / "Pulumi.dev.yaml"


def pulumi(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PULUMI_")}
    environment = {
        **kept,
        "PATH": f"{BIN}{os.pathsep}{kept['PATH']}",
        "HOME": str(folder),
        "PULUMI_BACKEND_URL": f"file://{folder / 'state'}",
        "PULUMI_CONFIG_PASSPHRASE": "test",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }
    return subprocess.run(
        ["pulumi", *arguments, "--non-interactive"],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def as_pulumi_reads(file: Path) -> dict[str, Any] | None:
    """What the program gets by key; None if Pulumi refuses the file."""
    done = pulumi(file.parent, "config", "--json", "--stack", "dev", "--config-file", str(file))
    if done.returncode:
        return None
    prefix = f"{NAMESPACE}:"
    return {
        key.removeprefix(prefix): json.loads(given["value"]) if "objectValue" in given else given["value"]
        for key, given in json.loads(done.stdout).items()
        if key.startswith(prefix)
    }


def as_the_check_reads(file: Path) -> dict[str, Any] | None:
    try:
        return StackFile.read(file, NAMESPACE).config
    except ValueError:
        return None


# Scalars as they are written: numbers in every notation, words of both editions of YAML, dates, quotes.
numbers = st.one_of(
    st.from_regex(r"[-+]?(0[xX][0-9a-fA-F]{1,6}|0[oO]?[0-9]{1,5}|0[bB][01]{1,6}|[1-9][0-9_]{0,8})", fullmatch=True),
    st.from_regex(r"[-+]?([0-9]{1,4}\.[0-9_]{0,4}|\.[0-9]{1,3})([eE][-+]?[0-9]{1,2})?", fullmatch=True),
    st.from_regex(r"[0-9]{1,2}[eE][-+]?[0-9]{1,3}", fullmatch=True),
    st.from_regex(r"[-+.0-9a-fxoe_]{1,6}", fullmatch=True).filter(
        lambda text: text[:2] not in ("-", "--") and text != "-"
    ),
)
words = st.sampled_from(
    [
        "on",
        "off",
        "yes",
        "NO",
        "y",
        "true",
        "True",
        "TRUE",
        "tRue",
        "false",
        "null",
        "Null",
        "~",
        "12:30",
        "1:2:3",
        "=",
        "a b",
    ]
)
dates = st.sampled_from(
    ["2001-01-31", "2001-1-2", "2001-13-01", "2001-01-31T10:20:30Z", "2001-01-31 10:20:30", "2001-01", "2001-02-30"]
)
quoted = st.text(st.characters(codec="ascii", categories=["L", "N", "P", "Zs"]), max_size=8).map(json.dumps)
tagged = st.sampled_from(["!!str 017", "!!binary aGVsbG8=", "!!float 5"])
scalars = st.one_of(numbers, words, dates, quoted, tagged)
keys = st.one_of(st.from_regex(r"[a-z]{1,4}", fullmatch=True), numbers, words.filter(lambda text: text != "="), quoted)


def flows(inner: SearchStrategy[str]) -> SearchStrategy[str]:
    maps = st.lists(st.tuples(keys, inner), max_size=3, unique_by=lambda pair: pair[0])
    return st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        maps.map(lambda pairs: f"{{{', '.join(f'{key}: {value}' for key, value in pairs)}}}"),
    )


values = st.recursive(scalars, flows, max_leaves=5)
refused = st.sampled_from(
    [".inf", "-.Inf", ".NaN", "[.inf]", "{a: 1, a: 2}", "{a: 1, 'a': 2}", "{[a]: 1}", "*a", "[1", "{b: *c}"]
)


@st.composite
def stack_files(draw: DrawFn) -> str:
    """A file whose keys have a namespace, none, the older form, or that of a provider."""
    names = draw(st.lists(st.from_regex(r"[a-z]{1,6}", fullmatch=True), min_size=8, max_size=16, unique=True))
    forms = st.sampled_from([f"{NAMESPACE}:{{}}"] * 4 + ["{}", f"{NAMESPACE}:config:{{}}", "azure-native:{}"])
    lines = [f"  {draw(forms).format(name)}: {draw(values)}\n" for name in names]
    if draw(st.integers(0, 3)) == 0:
        bad = st.one_of(
            refused.map(lambda value: f"{NAMESPACE}:bad: {value}"),
            st.sampled_from(
                ["5: x", "true: x", "1.5: x", "a:b:c: x", f"{NAMESPACE}:{names[0]}x: 1\n  {NAMESPACE}:{names[0]}x: 2"]
            ),
        )
        lines.append(f"  {draw(bad)}\n")
    return "config:\n" + "".join(lines)


@settings(max_examples=examples(12, 400), deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(text=stack_files())
def test_a_stack_file_means_what_it_means_to_pulumi(file: Path, text: str) -> None:
    file.write_text(text)
    assert as_the_check_reads(file) == as_pulumi_reads(file)


def test_the_stack_files_of_the_project_mean_what_they_mean_to_pulumi(file: Path) -> None:
    for known in sorted((BIN.parents[1] / "stacks").glob("Pulumi.*.yaml")):
        file.write_text(known.read_text())
        expected = as_pulumi_reads(file)
        assert expected and as_the_check_reads(file) == expected
