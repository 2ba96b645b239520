"""A run of Pulumi is told as it goes, on a terminal and in a log."""

import io
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from foundry_agents.cli import pulumi_command, screen
from foundry_agents.cli.errors import TOOL_MISSING, CommandError
from foundry_agents.cli.screen import Screen


def stand_in(folder: Path, monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """A `pulumi` on PATH that runs this program."""
    file = folder / "pulumi"
    file.write_text(f"#!{sys.executable}\nimport json, os, sys, time\n{textwrap.dedent(program)}")
    file.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def event(message: str, severity: str = "info") -> str:
    return json.dumps({"diagnosticEvent": {"message": message, "severity": severity}})


def test_events_are_told_and_what_is_no_event_is_shown_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stand_in(
        tmp_path,
        monkeypatch,
        f"""
        assert sys.argv[1:] == ["up", "--yes", "--json", "--non-interactive"], sys.argv
        assert os.environ["PULUMI_ENABLE_STREAMING_JSON_PREVIEW"] == "1"
        print({event("echo: version 1 serves")!r})
        print("warning: not an event")
        sys.exit(4)
        """,
    )
    kept: list[str] = []
    ran = pulumi_command.run_narrated("up", "--yes", keep=kept.append)
    assert ran == pulumi_command.Ran(4, "     echo: version 1 serves\nwarning: not an event\n")
    assert capsys.readouterr().out == ran.output and kept == ran.output.splitlines()


def test_a_refusal_before_anything_starts_is_in_the_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stand_in(tmp_path, monkeypatch, "sys.exit('error: the stack is currently locked by 1 lock(s)')")
    ran = pulumi_command.run_narrated("up")
    assert ran.code == 1 and "currently locked" in ran.output
    assert capsys.readouterr().out == ran.output


def test_without_pulumi_the_exit_code_says_that_a_tool_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CommandError, match="`pulumi` is not on PATH") as missing:
        pulumi_command.run("version")
    assert missing.value.exit_code == TOOL_MISSING


def test_after_ctrl_c_pulumi_ends_in_order_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(
        tmp_path,
        monkeypatch,
        f"""
        import signal
        signal.signal(signal.SIGINT, lambda *_: (print({event("finished what was in hand")!r}), sys.exit(0)))
        print({event("started")!r}, flush=True)
        time.sleep(600)
        """,
    )
    command = "from foundry_agents.cli.pulumi_command import run_narrated; run_narrated('up')"
    running = subprocess.Popen(
        [sys.executable, "-c", command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert running.stdout
    assert running.stdout.readline().strip() == "started"
    os.killpg(running.pid, signal.SIGINT)
    out, err = running.communicate(timeout=120)
    assert out.strip() == "finished what was in hand" and "KeyboardInterrupt" in err


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_in_a_log_silence_is_broken_and_on_a_terminal_one_line_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen, "_SILENCE_SECONDS", 0)
    log, terminal = io.StringIO(), Terminal()
    with Screen(log, lambda: "creating group"), Screen(terminal, lambda: "creating group") as shown:
        deadline = time.monotonic() + 120
        while not ("creating" in log.getvalue() and "creating" in terminal.getvalue()):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        shown.line("done")
    assert log.getvalue().endswith("creating group\n") and "\x1b" not in log.getvalue()
    assert "creating group\r\x1b[2Kdone\n" in terminal.getvalue()


def test_nothing_is_drawn_where_nothing_is_under_way() -> None:
    terminal = Terminal()
    with Screen(terminal, lambda: "") as shown:
        shown.line("  warning: a tag")
    assert terminal.getvalue() == "\x1b[33m  warning: a tag\x1b[0m\n"
