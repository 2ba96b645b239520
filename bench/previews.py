"""A preview of the environment, against one of a program that declares the same Azure resources by hand.

Everything is up and nothing changes. In turn: the bare program, the environment without agents, and the
environment with the two agents of the stack `local`, which the bare program does not have: as dynamic and as
first-class resources.
"""

from __future__ import annotations

from typing import Any

import yaml

from bench.figures import ratio, spread
from bench.place import AT_ONCE, Place, Program
from tools import ROOT
from tools.local import agent_images
from tools.local.step import StepError

AIM = 1.10
_ROUNDS, _ROUNDS_IF_SHORT = 10, 2
_AGENTS = "**:HostedAgent**"
"""As a pattern of resource URNs."""
_BARE, _ENVIRONMENT, _WITH_AGENTS = "bare azure-native", "environment", "environment with its agents"
_FIRST_CLASS = "the same, first-class agents"


def measure(place: Place) -> dict[str, Any]:
    place.azure.settings(**AT_ONCE)
    programs = _programs(place)
    _refuse_if_different(programs)
    seconds: dict[str, list[float]] = {name: [] for name in programs}
    names = list(programs)
    for number in range((_ROUNDS_IF_SHORT if place.short else _ROUNDS) + 1):
        for name in names:
            taken = programs[name].preview()
            if number:  # the first of each is a rehearsal
                seconds[name].append(taken)
        names = [*names[1:], names[0]]
    place.keep("previews", seconds)
    return {
        "pairs": len(seconds[_BARE]),
        "azure-native resources": len(_azure_resources(programs[_BARE])),
        "seconds": {name: spread(values) for name, values in seconds.items()},
        "ratio": round(ratio(seconds[_ENVIRONMENT], seconds[_BARE]), 3),
        "ratio with agents": round(ratio(seconds[_WITH_AGENTS], seconds[_BARE]), 3),
        "ratio with first-class agents": round(ratio(seconds[_FIRST_CLASS], seconds[_BARE]), 3),
        "aim": AIM,
    }


def _programs(place: Place) -> dict[str, Program]:
    """All of them up."""
    stack = yaml.safe_load(agent_images.STACK_FILE.read_text())["config"]
    bare = Program(place, "bare", ROOT / "bench" / "programs" / "bare", {})
    environment = Program(place, "environment", ROOT, {**stack, agent_images.AGENTS_KEY: {}})
    with_agents = Program(place, "environment-with-agents", ROOT, stack)
    first_class = Program(place, "first-class", ROOT, stack, first_class=True)
    bare.up()
    environment.up()
    images = [agent["image"] for agent in stack[agent_images.AGENTS_KEY].values()]
    for program in (with_agents, first_class):
        program.up("--exclude", _AGENTS)
        place.push(_registry(program), images)
        program.up()
    return {_BARE: bare, _ENVIRONMENT: environment, _WITH_AGENTS: with_agents, _FIRST_CLASS: first_class}


def _registry(program: Program) -> str:
    """An output of the stack, which is a resource of its own."""
    resources = program.state()["deployment"]["resources"]
    (stack,) = (resource for resource in resources if resource["type"] == "pulumi:pulumi:Stack")
    return str(stack["outputs"]["registry"])


def _refuse_if_different(programs: dict[str, Program]) -> None:
    """The comparison is worth something only as long as the bare program declares what the environment does."""
    bare = _azure_resources(programs[_BARE])
    for name, program in programs.items():
        declared = _azure_resources(program)
        if declared != bare:
            different = [found for found in declared if found not in bare] or bare
            raise StepError(f"The {name} and the bare program do not declare the same: {different}")


def _azure_resources(program: Program) -> list[tuple[str, list[str]]]:
    """Type and names of inputs."""
    found = program.state()["deployment"]["resources"]
    return sorted(
        (resource["type"], sorted(resource["inputs"]))
        for resource in found
        if resource["type"].startswith("azure-native:")
    )
