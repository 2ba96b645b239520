"""How agents and versions go away, with everything that belongs to them."""

from __future__ import annotations

from foundry_emulator.foundry.state import Agent
from foundry_emulator.world import World


def remove_agent(world: World, key: str, agent: Agent) -> None:
    """The agent, its versions, sessions, processes and its identity (grants to it are left dangling)."""
    world.agents.stop_agent(key, agent.name)
    world.state.directory.remove(agent.principal_id)
    world.state.foundry.projects[key].pop(agent.name, None)


def remove_version(world: World, key: str, agent: Agent, number: str) -> None:
    """The version with its sessions and process. The agent goes with its last version.

    Source: inferred from the .NET recordings, where a name starts at "1" again with another
    agent_guid after its only version was deleted; see setting `last_version`.
    """
    world.agents.stop_version(key, agent.name, number)
    del agent.versions[number]
    for session in [one for one in agent.sessions.values() if one.version == number]:
        del agent.sessions[session.session_id]
    if not agent.versions and world.settings.last_version == "deletes_agent":
        remove_agent(world, key, agent)


def finish(world: World, key: str) -> None:
    """Ends the asynchronous deletes whose time has come."""
    now = world.clock.now()
    for agent in list(world.state.foundry.projects.get(key, {}).values()):
        if agent.gone_at is not None and agent.gone_at <= now:
            remove_agent(world, key, agent)
            continue
        for version in list(agent.versions.values()):
            if version.gone_at is not None and version.gone_at <= now:
                remove_version(world, key, agent, version.version)
