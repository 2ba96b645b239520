"""Steps end in a log and, when they fail, in one sentence."""

import os
import re
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tools import ROOT
from tools.local import step
from tools.local.step import StepError, output_of, run_aloud, run_quietly, users_environment

PYTHON = sys.executable


def test_quiet_step_keeps_output_in_log_only(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "log"
    run_quietly([PYTHON, "-c", "print('hello')"], "greeting", log)
    assert log.read_text().splitlines()[1:] == ["hello"]
    assert capfd.readouterr().out == ""


def test_loud_step_shows_output_and_keeps_log_free_of_terminal_codes(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "log"
    run_aloud([PYTHON, "-c", r"print('\x1b[31mred\x1b[0m')"], "painting", log)
    assert capfd.readouterr().out == "\x1b[31mred\x1b[0m\n"
    assert log.read_text().splitlines()[1:] == ["red"]


def test_failed_quiet_step_says_the_last_error_of_its_output(tmp_path: Path) -> None:
    program = "import sys; print('ERROR: no such thing'); print('bye'); sys.exit(1)"
    with pytest.raises(StepError, match=r"^Looking failed: ERROR: no such thing$") as failure:
        run_quietly([PYTHON, "-c", program], "looking", tmp_path / "log")
    assert failure.value.exit_code == step.FAILED
    assert failure.value.log == tmp_path / "log"


def test_missing_tool_is_said_with_its_exit_code(tmp_path: Path) -> None:
    with pytest.raises(StepError, match="no-such-tool cannot be started") as failure:
        run_quietly(["no-such-tool"], "trying", tmp_path / "log")
    assert failure.value.exit_code == step.TOOL_MISSING


def test_long_step_says_how_far_it_is(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(step, "_PROGRESS_EVERY_SECONDS", 0)
    _wait_quietly(tmp_path, monkeypatch, "half way")
    assert re.search(r"^ +\d+ s  half way$", capfd.readouterr().out, re.MULTILINE)


def test_on_a_terminal_one_line_says_how_far_all_steps_are_and_is_gone_at_the_end(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    with step._PROGRESS.of(lambda: "other step"):
        _wait_quietly(tmp_path, monkeypatch, "half way")
        step.tell("done")
    out = capfd.readouterr().out
    assert "s  other step | half way\r\x1b[2K" in out and "\x1b[2Kdone\n" in out
    assert "half way" in out and "\n" not in out.partition("done")[0]
    assert out.endswith(("done\n", "\x1b[2K"))


def test_with_quiet_set_nothing_is_said_but_the_result(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(step, "_PROGRESS_EVERY_SECONDS", 0)
    monkeypatch.setenv("QUIET", "1")
    step.tell("installing")
    _wait_quietly(tmp_path, monkeypatch, "half way")
    assert capfd.readouterr().out == ""


def _wait_quietly(folder: Path, monkeypatch: pytest.MonkeyPatch, says: str) -> None:
    """A step that says this, and goes on until it has been told twice."""
    monkeypatch.setattr(step, "_REDRAWN_EVERY_SECONDS", 0.05)
    program = f"import time; print({says!r}, flush=True); time.sleep(1)"
    run_quietly([PYTHON, "-c", program], "going", folder / "log")


def test_failed_program_ends_with_a_sentence_and_its_log_but_no_traceback() -> None:
    ended = _program("""
        def work():
            raise StepError("It is broken.", log=ROOT / ".local" / "logs" / "x.log", exit_code=3)
        exit_with(work)
    """)
    assert ended.wait() == 3
    assert ended.communicate()[1].splitlines() == ["It is broken.", "Log: .local/logs/x.log"]


def test_interrupted_step_lets_its_command_end_in_order(tmp_path: Path) -> None:
    log = tmp_path / "log"
    child = "import signal, time; signal.signal(signal.SIGINT, lambda *_: (print('cleaned up'), exit(0)))"
    program = _program(f"""
        child = {child + "; print('ready', flush=True); time.sleep(600)"!r}
        exit_with(lambda: run_aloud([sys.executable, "-c", child], "waiting", Path({str(log)!r})))
    """)
    assert program.stdout
    assert program.stdout.readline() == "ready\n"
    os.killpg(program.pid, signal.SIGINT)
    out, err = program.communicate(timeout=120)
    assert (program.returncode, out, err) == (130, "cleaned up\n", "Interrupted.\n")


def test_a_checkout_that_cannot_be_written_is_said_without_a_traceback() -> None:
    ended = _program("""
        import errno
        def work():
            raise OSError(errno.EROFS, "Read-only file system", str(ROOT / ".local"))
        exit_with(work)
    """)
    assert ended.wait() == 1
    (line,) = ended.communicate()[1].splitlines()
    assert line.startswith(f"Cannot write {ROOT}/.local: Read-only file system.")


def test_a_python_that_is_too_old_is_said_before_anything_that_it_cannot_read() -> None:
    old = "import sys; sys.version_info = (3, 6, 15); import tools"
    ended = subprocess.run([PYTHON, "-c", old], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (step.TOOL_MISSING, "")
    assert ended.stderr.startswith("Python 3.10 or newer is required.") and ended.stderr.count("\n") == 1
    assert (ROOT / "tools" / "__init__.py").read_text().isascii()


def test_output_of_a_command_that_fails_or_is_not_there_is_none() -> None:
    assert output_of([PYTHON, "-c", "print(1)"]) == "1"
    assert output_of([PYTHON, "-c", "exit(1)"]) is None
    assert output_of(["no-such-tool"]) is None


def test_bundle_that_was_cleaned_away_is_not_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(ROOT / ".local" / "gone" / "ca-bundle.pem"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/etc/company.pem")
    environment = users_environment()
    assert "SSL_CERT_FILE" not in environment
    assert environment["REQUESTS_CA_BUNDLE"] == "/etc/company.pem"


def _program(text: str) -> "subprocess.Popen[str]":
    """A program in a process group of its own, as under a shell with job control."""
    head = "import sys\nfrom pathlib import Path\nfrom tools import ROOT\nfrom tools.local.step import *\n"
    return subprocess.Popen(
        [PYTHON, "-c", head + textwrap.dedent(text)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
