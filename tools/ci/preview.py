"""Previews a stack for a pull request: what changes in words, as comment, annotations and on the run's page.

    python -m tools.ci.preview STACK [--drift] [--out FOLDER]

Writes `preview-<stack>.json`, as Pulumi has it, and `preview-<stack>.md`, the comment. Exits with 1 if the preview
failed; drift is shown, and is no failure. It writes to no service and to no state.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from foundry_agents.cli import drift as drift_summary
from foundry_agents.cli import github as lines_of_file
from foundry_agents.cli import markdown, preview
from tools.ci import drift
from tools.ci.program import pulumi, stack_file
from tools.ci.report import on_github, publish
from tools.step import StepError, exit_with


def parser() -> argparse.ArgumentParser:
    """The command line."""
    described = argparse.ArgumentParser(description="Preview a stack, in words.")
    described.add_argument("stack")
    described.add_argument("--drift", action="store_true", help="also look for what is not as the state records it")
    described.add_argument("--out", type=Path, default=Path("ci-out"))
    return described


def main() -> None:
    arguments = parser().parse_args()
    done = pulumi("preview", "--stack", arguments.stack, "--json", "--show-sames")
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / f"preview-{arguments.stack}.json").write_text(done.output, encoding="utf-8")
    try:
        seen = preview.read(done.output)
    except preview.NotAPreview as error:
        raise StepError(f"The stack {arguments.stack} cannot be previewed; the reason is above.") from error
    text = markdown.render(seen, arguments.stack)
    if arguments.drift:
        text += "\n" + _drift(arguments.stack)
    publish(text, arguments.out / f"preview-{arguments.stack}.md")
    if on_github():
        print(lines_of_file.render(seen, stack_file(arguments.stack)), end="")
    if done.code or seen.failed:
        raise StepError(f"The preview of the stack {arguments.stack} failed.")


def _drift(stack: str) -> str:
    """The drift; a reader who may not look at everything still gets the rest of the comment."""
    try:
        text = drift_summary.render(drift.look(stack))
    except StepError as error:
        return f"### Drift\n\n{error}\n"
    return text.partition("\n")[2]  # without the line by which an issue is found


if __name__ == "__main__":
    exit_with(main)
