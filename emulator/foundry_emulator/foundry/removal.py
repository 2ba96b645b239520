"""How agents and versions are removed, with everything that belongs to them."""

from __future__ import annotations

from foundry_emulator.foundry.state import Agent, FoundryState, project_key
from foundry_emulator.host.clock import Clock
from foundry_emulator.host.settings import Settings
from foundry_emulator.identity.state import Directory
from foundry_emulator.runner.pool import AgentPool


class Removal:
    """Removes agents and versions from the state, the directory and the agent pool."""

    def __init__(
        self, state: FoundryState, directory: Directory, pool: AgentPool, clock: Clock, settings: Settings
    ) -> None:
        self._state = state
        self._directory = directory
        self._pool = pool
        self._clock = clock
        self._settings = settings

    def agent(self, key: str, agent: Agent) -> None:
        """The agent, its versions, sessions, processes and its identity. Grants to the identity stay."""
        self._pool.stop_agent(key, agent.name)
        self._directory.remove(agent.principal_id)
        self._state.projects[key].pop(agent.name, None)

    def version(self, key: str, agent: Agent, number: str) -> None:
        """The version with its sessions and process. The agent is removed with its last version.

        Source: inferred from the .NET recordings, where a name starts at "1" again with another
        agent_guid after its only version was deleted; see setting `last_version`.
        """
        self._pool.stop_version(key, agent.name, number)
        del agent.versions[number]
        for session in [one for one in agent.sessions.values() if one.version == number]:
            del agent.sessions[session.session_id]
        if not agent.versions and self._settings.last_version == "deletes_agent":
            self.agent(key, agent)

    def project(self, account: str, project: str) -> None:
        """All agents of a deleted project, with their identities and processes, and what the project stores."""
        key = project_key(account, project)
        for agent in self._state.projects.pop(key, {}).values():
            self._directory.remove(agent.principal_id)
        self._state.storage.pop(key, None)
        self._state.toolboxes.pop(key, None)
        self._pool.stop_project(key)

    def finish(self, key: str) -> None:
        """Ends the asynchronous deletes whose time is over."""
        now = self._clock.now()
        for agent in list(self._state.projects.get(key, {}).values()):
            if agent.gone_at is not None and agent.gone_at <= now:
                self.agent(key, agent)
                continue
            for version in list(agent.versions.values()):
                if version.gone_at is not None and version.gone_at <= now:
                    self.version(key, agent, version.version)
