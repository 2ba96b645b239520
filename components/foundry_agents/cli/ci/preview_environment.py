"""The preview environment of a pull request: its agents, under their own names, in another stack's project.

It is an ordinary stack, `pr-<number>`, made from the base stack's file: the same agents, called `<agent>-pr-<number>`,
in the project and with the registry of the base stack, which it only reads.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import typer

from .. import pulumi_yaml
from ..errors import CommandError
from ..pulumi_command import run
from . import azure_repos, github
from .deploy import table
from .program import manage, operate, outputs, own_config, project, read_stack_file, stack_file
from .report import publish

_LONGEST_AGENT_NAME = 63
_WAIT_FOR_ANSWERS = 1800
# What a copy of a stack takes over. The other keys describe the environment, which the base stack already has.
_KEPT = ("location", "agents", "secrets")
# These only apply to an agent that has served before.
_OF_EARLIER_VERSIONS = ("rollout", "serve_version", "keep_versions", "adopt", "force_delete")
_ENCRYPTION = ("encryptionsalt", "encryptedkey", "secretsprovider")
_PROJECT = re.compile(r"azure-native:cognitiveservices(?:/v\w+)?:Project")
_REGISTRY = re.compile(r"azure-native:containerregistry(?:/v\w+)?:Registry")


def up(number: int, base: str, question: str, out: Path) -> None:
    """Make the environment or bring it up to date, ask its agents, and write the answers to `environment.md`.

    Removes the environment instead if the pull request has been closed since the run started.

    :raises CommandError: if the pull request comes from a fork, or an agent does not answer.
    """
    github.refuse_forks()
    azure_repos.refuse_forks()
    if github.is_closed(number):  # the job that cleans up may have been faster
        destroy(number)
        return
    stack = _stack(number)
    content = like(read_stack_file(base), number, *_shared(base))
    stack_file(stack).write_text(pulumi_yaml.dump(content), encoding="utf-8")
    if not _exists(stack):
        provider = content.get("secretsprovider")
        manage("stack", "init", stack, "--no-select", *(("--secrets-provider", provider) if provider else ()))
    operate("up", "--stack", stack)
    made = outputs(stack)
    publish(_text(number, made, _answers(made, question)), out / "environment.md")


def destroy(number: int) -> None:
    """Remove the agents and the stack. It is no error if they do not exist."""
    stack = _stack(number)
    if not _exists(stack):
        typer.echo(f"Stack {stack} does not exist; there is nothing to remove.")
        return
    operate("destroy", "--stack", stack)
    selected = run("stack", "--show-name").output.strip()
    manage("stack", "rm", stack, "--yes")
    if selected and selected != stack:
        manage("stack", "select", selected)  # removing any stack makes Pulumi forget the selected one
    stack_file(stack).unlink(missing_ok=True)
    typer.echo(f"Stack {stack} and its agents are removed.")


def like(base: dict[str, Any], number: int, project_id: str, registry_id: str) -> dict[str, Any]:
    """The stack file with the base's agents under other names, in the base's project."""
    own = {key: value for key, value in own_config(base).items() if key in _KEPT}
    own["agents"] = {
        suffixed(str(name), number): _without_history(agent) for name, agent in own.get("agents", {}).items()
    }
    own |= {
        "existing_project": project_id,
        "existing_registry": registry_id,
        "capability_host": "existing",
        "role_assignments": "external",  # the base stack has made them, and each can exist only once
    }
    prefix = f"{project()}:"
    others = {key: value for key, value in base["config"].items() if not key.startswith(prefix)}
    encryption = {key: base[key] for key in _ENCRYPTION if key in base}
    return {**encryption, "config": {**others, **{prefix + key: value for key, value in own.items()}}}


def suffixed(agent: str, number: int) -> str:
    """`triage` to `triage-pr-12`, shortened to the longest name that an agent may have."""
    suffix = f"-pr-{number}"
    return agent[: _LONGEST_AGENT_NAME - len(suffix)].rstrip("-") + suffix


def _without_history(agent: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in agent.items() if key not in _OF_EARLIER_VERSIONS}


def _stack(number: int) -> str:
    return f"pr-{number}"


def _exists(stack: str) -> bool:
    listed = run("stack", "ls", "--json")
    if listed.code:
        raise CommandError("The stacks cannot be listed; the reason is above.")
    return stack in (str(found["name"]).rpartition("/")[2] for found in json.loads(listed.output))


def _shared(base: str) -> tuple[str, str]:
    """The ARM ids of the base stack's project and registry, from its file or else from its state."""
    config = own_config(read_stack_file(base))
    found = {"existing_project": config.get("existing_project"), "existing_registry": config.get("existing_registry")}
    if not all(found.values()):
        exported = run("stack", "export", "--stack", base)
        if exported.code:
            raise CommandError(f"The state of stack {base} cannot be read; the reason is above.")
        for resource in json.loads(exported.output)["deployment"].get("resources") or []:
            for key, kind in (("existing_project", _PROJECT), ("existing_registry", _REGISTRY)):
                if kind.fullmatch(str(resource.get("type"))) and not found[key]:
                    found[key] = resource.get("id")
    if not all(found.values()):
        raise CommandError(f"Stack {base} has no project and registry yet. Bring it up first.")
    return str(found["existing_project"]), str(found["existing_registry"])


def _answers(made: dict[str, Any], question: str) -> str:
    """The answers of the agents, asked as an application would ask them.

    In a process of its own, which a time limit can end.
    """
    command = [sys.executable, "-m", "foundry_agents.cli", "ask", made["project_endpoint"], *sorted(made["agents"])]
    try:
        done = subprocess.run(
            [*command, "--question", question],
            stdout=subprocess.PIPE,
            text=True,
            timeout=_WAIT_FOR_ANSWERS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise CommandError(f"The agents did not answer in {_WAIT_FOR_ANSWERS} s.") from error
    if done.returncode:
        raise CommandError("An agent of the preview environment does not answer; the reason is above.")
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
