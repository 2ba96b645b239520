"""The operations of the fault matrix: on an agent and on a toolbox, by the functions of the resource."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic

from foundry_agents.lifecycle.inputs import agent as definition
from foundry_agents.lifecycle.inputs import toolbox as toolbox_definition
from foundry_agents.lifecycle.resource.agent import AgentResource
from foundry_agents.lifecycle.resource.state import LOGICAL_NAME, Properties
from foundry_agents.lifecycle.resource.toolbox import ToolboxResource
from foundry_agents.lifecycle.service.agents import AgentService
from foundry_agents.lifecycle.service.toolboxes import ToolboxService

from . import by_hand
from .world import Service, World

resource, toolbox_resource = AgentResource(), ToolboxResource()

AGENT, TOOLBOX = "faulty", "faulty-box"
OLD_TOOL, NEW_TOOL = "code_interpreter", "web_search"


Prepare = Callable[[World, Service], Awaitable[Properties | None]]
Run = Callable[[World, Service, Properties | None], Awaitable[Properties | None]]


@dataclass(frozen=True)
class Operation(Generic[Service]):
    """`prepare` gives the properties that Pulumi's state has before `run`. `problems` is what is not as it has to be
    in the end."""

    name: str
    service: type[Service]
    prepare: Prepare[Service]
    run: Run[Service]
    problems: Callable[[World], list[str]]


async def _nothing(_world: World, _service: Any) -> None:
    return None


# --- An agent


def _agent(world: World, **inputs: Any) -> Properties:
    """Checked inputs."""
    checked = definition.check(
        {
            "agent_name": AGENT,
            "project_endpoint": world.project.endpoint,
            "registry": world.project.login_server,
            "owner": "acme/faults/dev",
            "image": "echo:v1",
            "role_propagation_timeout": 0,
            "keep_versions": 1,
            "verify": {"kind": "start", "timeout": 5},
            **inputs,
        }
    )
    assert not checked.problems, checked.problems
    return {**checked.inputs, LOGICAL_NAME: AGENT}


async def _created(world: World, service: AgentService) -> Properties:
    return await resource.create(service, _agent(world), world.told.append)


async def _updated(world: World, service: AgentService) -> Properties:
    old = await resource.create(service, _agent(world, keep_versions=2), world.told.append)
    return await resource.update(service, old, _agent(world, keep_versions=2, image="echo:v2"), world.told.append)


async def _by_hand(world: World, _service: AgentService) -> None:
    """An agent that bears nobody's mark."""
    by_hand.make_agent(world.azure, world.project, AGENT)


async def _create(world: World, service: AgentService, _old: Properties | None) -> Properties:
    return await resource.create(service, _agent(world), world.told.append)


async def _gone(world: World, service: AgentService) -> Properties:
    """The state has an agent that the service has no more."""
    old = await _created(world, service)
    await service.delete_agent(AGENT, lambda _agent: True)
    return old


async def _update_asked(world: World, service: AgentService, old: Properties | None) -> Properties:
    verify = {"kind": "request", "prompt": "ping", "expected_text": "ping", "timeout": 5}
    return await resource.update(service, old or {}, _agent(world, image="echo:v2", verify=verify), world.told.append)


async def _update(world: World, service: AgentService, old: Properties | None) -> Properties:
    wanted = _agent(world, image="echo:v2", rollout={"steps": [10, 50], "hold": 0})
    return await resource.update(service, old or {}, wanted, world.told.append)


async def _rollback(world: World, service: AgentService, old: Properties | None) -> Properties:
    wanted = _agent(world, image="echo:v2", serve_version="1")
    return await resource.update(service, old or {}, wanted, world.told.append)


async def _adopt(world: World, service: AgentService, _old: Properties | None) -> Properties:
    return await resource.create(service, _agent(world, image="echo:v2", adopt=True), world.told.append)


async def _refresh(world: World, service: AgentService, old: Properties | None) -> Properties | None:
    """An agent that a refresh does not find is made again by the next `up`."""
    found = await resource.read(service, old or {})
    return found.properties if found else await resource.create(service, _agent(world), world.told.append)


async def _delete(world: World, service: AgentService, old: Properties | None) -> None:
    await resource.delete(service, old or {})


def agent_problems(world: World, *versions: str) -> list[str]:
    """`versions` are the tags of the images that there are, first the one that serves; none for no agent."""
    agents = [agents for agents in world.azure.state()["foundry"]["projects"].values() if AGENT in agents]
    if not versions or not agents:
        return [] if (not versions) == (not agents) else [f"the agent is there: {bool(agents)}"]
    agent = agents[0][AGENT]
    tags = {
        number: version["definition"]["container_configuration"]["image"].rpartition(":")[2]
        for number, version in agent["versions"].items()
    }
    found = [] if sorted(tags.values()) == sorted(versions) else [f"versions {tags}"]
    rules = agent["endpoint"]["version_selector"]["version_selection_rules"]
    shares = {rule["agent_version"]: rule["traffic_percentage"] for rule in rules}
    if [tags.get(number) for number in shares] != [versions[0]]:
        found.append(f"traffic {shares}, versions {tags}")
    live = [name for name, session in agent["sessions"].items() if not session["deleted"]]
    return [*found, *(f"session {name} is left" for name in live)]


# --- A toolbox


def _toolbox(world: World, *tools: str) -> Properties:
    """Checked inputs."""
    checked = toolbox_definition.check(
        {
            "toolbox_name": TOOLBOX,
            "project_endpoint": world.project.endpoint,
            "tools": list(tools),
            "owner": "acme/faults/dev",
            "role_propagation_timeout": 0,
            "keep_versions": 1,
        }
    )
    assert not checked.problems, checked.problems
    return {**checked.inputs, LOGICAL_NAME: TOOLBOX}


async def _toolbox_created(world: World, service: ToolboxService) -> Properties:
    return await toolbox_resource.create(service, _toolbox(world, OLD_TOOL), world.told.append)


async def _create_toolbox(world: World, service: ToolboxService, _old: Properties | None) -> Properties:
    return await _toolbox_created(world, service)


async def _update_toolbox(world: World, service: ToolboxService, old: Properties | None) -> Properties:
    return await toolbox_resource.update(service, old or {}, _toolbox(world, NEW_TOOL), world.told.append)


async def _refresh_toolbox(world: World, service: ToolboxService, old: Properties | None) -> Properties:
    found = await toolbox_resource.read(service, old or {})
    return found.properties if found else await _toolbox_created(world, service)


async def _delete_toolbox(world: World, service: ToolboxService, old: Properties | None) -> None:
    await toolbox_resource.delete(service, old or {})


def toolbox_problems(world: World, wanted: str | None) -> list[str]:
    """`wanted` is the tool of the one version there is, None for no toolbox."""
    found = [
        {"default": toolbox["default_version"], "versions": _tools_of(toolbox)}
        for of in world.azure.state()["foundry"]["toolboxes"].values()
        for toolbox in of["toolboxes"].values()
    ]
    if wanted is None or len(found) != 1:
        return [] if (wanted is None) == (not found) else [f"toolboxes: {found}"]
    return [] if list(found[0]["versions"].values()) == [[wanted]] else [f"toolbox: {found[0]}"]


def _tools_of(toolbox: dict[str, Any]) -> dict[str, list[str]]:
    """The types of the tools, by version."""
    return {number: [tool["type"] for tool in one["tools"]] for number, one in toolbox["versions"].items()}


def _of_agent(name: str, prepare: Prepare[AgentService], run: Run[AgentService], *versions: str) -> Operation[Any]:
    def problems(world: World) -> list[str]:
        return agent_problems(world, *versions)

    return Operation(name, AgentService, prepare, run, problems)


def _of_toolbox(
    name: str, prepare: Prepare[ToolboxService], run: Run[ToolboxService], wanted: str | None
) -> Operation[Any]:
    return Operation(f"toolbox {name}", ToolboxService, prepare, run, partial(toolbox_problems, wanted=wanted))


OPERATIONS = (
    _of_agent("create", _nothing, _create, "v1"),
    _of_agent("update", _created, _update, "v2"),
    _of_agent("update with a question", _created, _update_asked, "v2"),
    _of_agent("update of one that is gone", _gone, _update, "v2"),
    _of_agent("rollback", _updated, _rollback, "v1"),
    _of_agent("adopt", _by_hand, _adopt, "v2", "v1"),
    _of_agent("refresh", _created, _refresh, "v1"),
    _of_agent("delete", _created, _delete),
    _of_toolbox("create", _nothing, _create_toolbox, OLD_TOOL),
    _of_toolbox("update", _toolbox_created, _update_toolbox, NEW_TOOL),
    _of_toolbox("refresh", _toolbox_created, _refresh_toolbox, OLD_TOOL),
    _of_toolbox("delete", _toolbox_created, _delete_toolbox, None),
)
