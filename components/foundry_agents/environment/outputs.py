"""What an environment returns of its agents."""

from collections.abc import Mapping
from typing import Any, TypedDict

import pulumi

from ..hosted_agent import HostedAgent


class AgentOutputs(TypedDict):
    """What an environment returns of one agent."""

    name: str
    """Name of the agent."""
    version: str
    """The version that serves traffic."""
    previous_version: str
    """The version to set as `serve_version` for a rollback; empty if there is none."""
    status: str
    """Status of the version that serves."""
    traffic: dict[str, float]
    """Percent of the traffic by version."""
    versions_pending_deletion: list[str]
    """Versions that still have active sessions, and that the next `pulumi up` deletes."""
    image: str
    """The image of the version that serves, with its registry."""
    principal_id: str
    """Object ID of the agent's identity."""
    endpoints: dict[str, str]
    """URL of each protocol."""


class Agents(dict[str, Any]):
    """The agents' outputs by name. An unknown name ends the program with a message."""

    def __missing__(self, name: str) -> Any:
        listed = ", ".join(sorted(self)) or "none"
        raise pulumi.RunError(f"the environment has no agent `{name}`; its agents: {listed}")


def outputs_of(agents: Mapping[str, HostedAgent]) -> pulumi.Output[dict[str, AgentOutputs]]:
    """Returns the outputs of the agents by name. The names are known in previews too."""
    found = pulumi.Output.all(**{name: _outputs_of_one(agent) for name, agent in agents.items()})
    return found.apply(Agents, run_with_unknowns=True)


def _outputs_of_one(agent: HostedAgent) -> pulumi.Output[dict[str, Any]]:
    return pulumi.Output.all(
        name=agent.agent_name,
        version=agent.version,
        previous_version=agent.previous_version,
        status=agent.status,
        traffic=agent.traffic,
        versions_pending_deletion=agent.versions_pending_deletion,
        image=agent.image_reference,
        principal_id=agent.principal_id,
        endpoints=agent.endpoints,
    )
