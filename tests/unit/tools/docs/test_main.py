"""`make lint` fails if a generated file is not up to date, and names the command that cures it."""

from pathlib import Path

import pytest

from tools.docs import argument_types
from tools.docs.__main__ import main


def test_a_file_that_is_not_up_to_date_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--check"]) == 0
    changed = tmp_path / "args.py"
    changed.write_text(argument_types.text() + "# by hand\n")
    monkeypatch.setattr(argument_types, "DOCUMENT", changed)
    assert main(["--check"]) == 1
    assert capsys.readouterr().err == "args.py is not up to date; run `make docs`\n"
    assert "# by hand" in changed.read_text()
    assert main([]) == 0 and main(["--check"]) == 0
