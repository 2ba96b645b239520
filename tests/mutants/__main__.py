"""`make mutants`: makes small changes to the core of the rollout, one at a time, and looks whether a test notices.

    python3 -m tests.mutants [--only TEXT] [--workers N]

Only the tests of `tests/rollout` run, of those only the ones that call the changed function. Writes `bench/mutants.json`:
counts per file, and a line for every change that no test noticed.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from collections import Counter
from typing import Any

from bench.readable import readable
from tools import LOCAL, ROOT
from tools.local.step import FAILED, StepError, exit_with

RESULTS = ROOT / "bench" / "mutants.json"
_HOME = LOCAL / "mutants"
_PACKAGE, _TESTS = "foundry_agents", "tests/rollout"
_CORE = (
    "lifecycle/rollout/agent.py",
    "lifecycle/rollout/deployment.py",
    "lifecycle/rollout/new_version.py",
    "lifecycle/rollout/ownership.py",
    "lifecycle/rollout/plan.py",
    "lifecycle/rollout/retirement.py",
    "lifecycle/rollout/verify.py",
    "lifecycle/service/agents.py",
    "lifecycle/service/client.py",
    "lifecycle/service/traffic.py",
    "lifecycle/service/waiting.py",
)
# Says what happened to a person, in words that tests leave to whoever writes them.
_WORDS_ONLY = (r"\btell\(", r"^\s*tried = ", r"\breport\(")
_KILLED, _SURVIVED, _TIMED_OUT, _NO_TESTS = "killed", "survived", "timeout", "not tested"
# Source: `status_by_exit_code` of mutmut 3.8.
_BY_EXIT_CODE = {
    0: _SURVIVED,
    5: _NO_TESTS,
    33: _NO_TESTS,
    36: _TIMED_OUT,
    152: _TIMED_OUT,
    -24: _TIMED_OUT,
    24: _TIMED_OUT,
}
_MUTANT = re.compile(r"(?P<module>.+)\.x[_ǁ](?P<function>.+)__mutmut_(?P<number>\d+)")


def main() -> None:
    parser = argparse.ArgumentParser(description="Look whether the tests of the rollout notice changes of its code.")
    parser.add_argument("--only", default="", help="only files whose path contains this; nothing is written")
    parser.add_argument(
        "--workers", type=int, default=os.cpu_count() or 1, help="how many at once (default: processors)"
    )
    arguments = parser.parse_args()
    files = [file for file in _CORE if arguments.only in file]
    _lay_out(files)
    _run(arguments.workers)
    found = {file: _outcomes(file) for file in files}
    report = _report(found)
    print(_line("all", Counter(outcome for outcomes in found.values() for outcome in outcomes.values())))
    if arguments.only:
        print("\n".join(report["survivors"]))
    else:
        RESULTS.write_text(readable(report))
        print(f"Written to {RESULTS.relative_to(ROOT)}")


def _lay_out(files: list[str]) -> None:
    """A place where the package is at the top, since mutmut knows modules by their path."""
    shutil.rmtree(_HOME, ignore_errors=True)
    _HOME.mkdir(parents=True)
    for source, place in ((ROOT / "components" / _PACKAGE, _PACKAGE), (ROOT / _TESTS, _TESTS)):
        shutil.copytree(source, _HOME / place, ignore=shutil.ignore_patterns("__pycache__"))
    settings = {
        "source_paths": [_PACKAGE],
        "only_mutate": [f"{_PACKAGE}/{file}" for file in files],
        "do_not_mutate_patterns": list(_WORDS_ONLY),
        "pytest_add_cli_args": ["-p", "no:xdist", "-p", "no:cacheprovider"],
        "pytest_add_cli_args_test_selection": [_TESTS],
        "timeout_multiplier": 4.0,
        "timeout_constant": 10.0,
    }
    lines = "".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items())
    pytest_settings = (ROOT / "pyproject.toml").read_text().partition("[tool.pytest.ini_options]")[2]
    (_HOME / "pyproject.toml").write_text(f"[tool.mutmut]\n{lines}\n[tool.pytest.ini_options]{pytest_settings}")


def _run(workers: int) -> None:
    # Its own report repeats a line per change; what counts is in its files.
    command = [sys.executable, "-m", "mutmut", "run", "--max-children", str(workers)]
    log = LOCAL / "logs" / "mutants.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as output:
        code = subprocess.run(command, cwd=_HOME, stdout=output, stderr=subprocess.STDOUT, check=False).returncode
    if code:
        raise StepError("mutmut did not come to its end: the tests must pass unchanged.", log=log, exit_code=FAILED)


def _outcomes(file: str) -> dict[str, str]:
    """What became of each change."""
    meta_file = _HOME / "mutants" / _PACKAGE / f"{file}.meta"
    if not meta_file.exists():  # nothing to change in it
        return {}
    meta = json.loads(meta_file.read_text())
    return {name: _BY_EXIT_CODE.get(code, _KILLED) for name, code in meta["exit_code_by_key"].items()}


def _report(found: dict[str, dict[str, str]]) -> dict[str, Any]:
    whole = Counter(outcome for outcomes in found.values() for outcome in outcomes.values())
    survivors = [
        _described(file, name)
        for file, outcomes in found.items()
        for name, outcome in outcomes.items()
        if outcome in (_SURVIVED, _NO_TESTS)
    ]
    return {
        "killed_percent": _percent(whole),
        "counts": dict(whole),
        "files": {
            file: {"killed_percent": _percent(Counter(one.values())), **Counter(one.values())}
            for file, one in found.items()
        },
        "survivors": survivors,
    }


def _percent(counts: Counter[str]) -> float:
    """What a test notices; a change that makes the code run for ever is noticed."""
    total = sum(counts.values())
    return round(100 * (counts[_KILLED] + counts[_TIMED_OUT]) / total, 1) if total else 100.0


def _line(name: str, counts: Counter[str]) -> str:
    return f"{name}: {_percent(counts)} % killed ({', '.join(f'{number} {word}' for word, number in counts.items())})"


def _described(file: str, name: str) -> str:
    """The change, in a line."""
    shown = subprocess.run(
        [sys.executable, "-m", "mutmut", "show", name], cwd=_HOME, capture_output=True, text=True, check=False
    ).stdout
    changed = [line for line in shown.splitlines() if re.match(r"[-+](?![-+])", line)]
    matched = _MUTANT.fullmatch(name)
    function = matched["function"].replace("ǁ", ".") if matched else name
    return textwrap.shorten(f"{file} {function}: " + " ".join(" ".join(line.split()) for line in changed), 400)


if __name__ == "__main__":
    exit_with(main)
