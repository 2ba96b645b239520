"""A preview environment: the agents of a pull request, under names of their own, in another stack's project.

    python -m tools.ci.preview_environment up NUMBER --base STACK [--question TEXT] [--out FOLDER]
    python -m tools.ci.preview_environment destroy NUMBER

It is an ordinary stack, `pr-<number>`, made of the base stack's file: the same agents, called `<agent>-pr-<number>`,
in the project and with the registry of the base stack, which it only reads. `up` verifies them, asks each a question
and writes the answers to `environment.md`; `destroy` removes all of it, and is content if nothing is there.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from foundry_agents.cli import pulumi_yaml
from tools.ask_agents import QUESTION
from tools.ci import azure_repos, github
from tools.ci.deploy import table
from tools.ci.program import outputs, own_config, project, pulumi, pulumi_aloud, read_stack_file, stack_file
from tools.ci.report import publish
from tools.step import StepError, exit_with

_LONGEST_AGENT_NAME = 63
_WAIT_FOR_ANSWERS = 1800
# What a copy of a stack is made of; the rest says how to make the environment, which the base stack has made.
_KEPT = ("location", "agents", "secrets")
# What only makes sense for an agent that has served before.
_OF_A_LIFE = ("rollout", "serve_version", "keep_versions", "adopt", "force_delete")
_ENCRYPTION = ("encryptionsalt", "encryptedkey", "secretsprovider")
_PROJECT = re.compile(r"azure-native:cognitiveservices(?:/v\w+)?:Project")
_REGISTRY = re.compile(r"azure-native:containerregistry(?:/v\w+)?:Registry")


def parser() -> argparse.ArgumentParser:
    """The command line."""
    described = argparse.ArgumentParser(description="Make or remove the preview environment of a pull request.")
    commands = described.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="make it, or bring it up to date, and ask its agents")
    up.add_argument("number", type=_number)
    up.add_argument("--base", required=True, help="the stack whose project is shared")
    up.add_argument("--question", default=QUESTION)
    up.add_argument("--out", type=Path, default=Path("ci-out"))
    destroy = commands.add_parser("destroy", help="remove it")
    destroy.add_argument("number", type=_number)
    return described


def main() -> None:
    arguments = parser().parse_args()
    if arguments.command == "destroy":
        destroy(arguments.number)
    else:
        github.refuse_forks()
        azure_repos.refuse_forks()
        if github.is_closed(arguments.number):  # while this run waited: cleanup.yml may have been before it
            destroy(arguments.number)
            return
        up(arguments.number, arguments.base, arguments.question, arguments.out)


def up(number: int, base: str, question: str, out: Path) -> None:
    """Make the stack, and ask its agents."""
    stack = _stack(number)
    content = like(read_stack_file(base), number, *_shared(base))
    stack_file(stack).write_text(pulumi_yaml.dump(content), encoding="utf-8")
    if not _exists(stack):
        provider = content.get("secretsprovider")
        pulumi_aloud("stack", "init", stack, "--no-select", *(("--secrets-provider", provider) if provider else ()))
    pulumi_aloud("up", "--stack", stack, "--yes", "--skip-preview", "--suppress-outputs")
    made = outputs(stack)
    publish(_text(number, made, _answers(made, question)), out / "environment.md")


def destroy(number: int) -> None:
    """Remove the agents and the stack."""
    stack = _stack(number)
    if not _exists(stack):
        print(f"There is no stack {stack}: nothing to remove.")
        return
    pulumi_aloud("destroy", "--stack", stack, "--yes", "--skip-preview", "--suppress-outputs")
    selected = pulumi("stack", "--show-name").output.strip()
    pulumi_aloud("stack", "rm", stack, "--yes")
    if selected and selected != stack:
        pulumi_aloud("stack", "select", selected)  # Pulumi forgets which one it was, whichever is removed
    stack_file(stack).unlink(missing_ok=True)
    print(f"The stack {stack} and its agents are removed.")


def like(base: dict[str, Any], number: int, project_id: str, registry_id: str) -> dict[str, Any]:
    """The file of a stack with the base's agents under other names, in the base's project."""
    own = {key: value for key, value in own_config(base).items() if key in _KEPT}
    own["agents"] = {suffixed(str(name), number): _newborn(agent) for name, agent in own.get("agents", {}).items()}
    own |= {
        "existing_project": project_id,
        "existing_registry": registry_id,
        "capability_host": "existing",
        "role_assignments": "external",  # the base stack has made them, and they can be there only once
    }
    prefix = f"{project()}:"
    others = {key: value for key, value in base["config"].items() if not key.startswith(prefix)}
    encryption = {key: base[key] for key in _ENCRYPTION if key in base}
    return {**encryption, "config": {**others, **{prefix + key: value for key, value in own.items()}}}


def suffixed(agent: str, number: int) -> str:
    """`triage` to `triage-pr-12`, cut where it would be too long for an agent's name."""
    suffix = f"-pr-{number}"
    return agent[: _LONGEST_AGENT_NAME - len(suffix)].rstrip("-") + suffix


def _newborn(agent: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in agent.items() if key not in _OF_A_LIFE}


def _stack(number: int) -> str:
    return f"pr-{number}"


def _exists(stack: str) -> bool:
    listed = pulumi("stack", "ls", "--json")
    if listed.code:
        raise StepError("The stacks cannot be listed; the reason is above.")
    return stack in (str(found["name"]).rpartition("/")[2] for found in json.loads(listed.output))


def _number(text: str) -> int:
    """Nothing but a number can name a stack here, so that no other one is ever destroyed."""
    if not re.fullmatch(r"[1-9][0-9]{0,8}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not the number of a pull request")
    return int(text)


def _shared(base: str) -> tuple[str, str]:
    """The ARM ids of the base stack's project and registry: adopted ones from its file, made ones from its state."""
    config = own_config(read_stack_file(base))
    found = {"existing_project": config.get("existing_project"), "existing_registry": config.get("existing_registry")}
    if not all(found.values()):
        exported = pulumi("stack", "export", "--stack", base)
        if exported.code:
            raise StepError(f"The state of the stack {base} cannot be read; the reason is above.")
        for resource in json.loads(exported.output)["deployment"].get("resources") or []:
            for key, kind in (("existing_project", _PROJECT), ("existing_registry", _REGISTRY)):
                if kind.fullmatch(str(resource.get("type"))) and not found[key]:
                    found[key] = resource.get("id")
    if not all(found.values()):
        raise StepError(f"The stack {base} has no project and registry yet: bring it up first.")
    return str(found["existing_project"]), str(found["existing_registry"])


def _answers(made: dict[str, Any], question: str) -> str:
    """What the agents answer, asked as an application would ask them."""
    command = [sys.executable, "-m", "tools.ask_agents", made["project_endpoint"], *sorted(made["agents"])]
    try:
        done = subprocess.run(
            [*command, "--question", question],
            stdout=subprocess.PIPE,
            text=True,
            timeout=_WAIT_FOR_ANSWERS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise StepError(f"The agents did not answer in {_WAIT_FOR_ANSWERS} s.") from error
    if done.returncode:
        raise StepError("An agent of the preview environment does not answer; the reason is above.")
    return done.stdout


def _text(number: int, made: dict[str, Any], answers: str) -> str:
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", answers)), default=0))
    return (
        f"<!-- foundry-agents environment: pr-{number} -->\n"
        f"### Preview environment `pr-{number}`\n\n"
        f"{table(made['agents'])}\n"
        f"{fence}text\n{answers.rstrip()}\n{fence}\n\n"
        "It is removed when the pull request is closed.\n"
    )


if __name__ == "__main__":
    exit_with(main)
