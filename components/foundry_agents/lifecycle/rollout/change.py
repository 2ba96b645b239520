"""One create or update of an agent, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from ..service import agent_body as wire
from ..service import endpoint, traffic
from ..service.agents import AgentService
from ..service.answers import Answer
from ..service.traffic import Weights
from .operation import Operation
from .retirement import Kept, Known


@dataclass(frozen=True)
class Recorded(Known):
    """What the last run of an agent left."""

    traffic: Weights = field(default_factory=dict)
    """Percent by version that served; empty if no run was ever finished."""
    protocols: list[str] = field(default_factory=list)
    """The protocols that the program named."""
    agent_guid: str = ""
    """The service's own id of the agent; empty if it is not known."""


@dataclass(frozen=True)
class AgentState:
    """An agent as it is on the service."""

    version: str
    """The version that gets the most traffic."""
    status: str
    image: str
    traffic: dict[str, int]
    """Percent by version, `@latest` as the service writes it."""
    versions: list[str]
    """The versions that are kept, the one that serves first."""
    previous_version: str
    """The version that `serve_version` would go back to; empty if there is none."""
    latest_version: str
    """The newest version, whoever made it."""
    made_outside: list[str]
    """Versions that appeared since the last run: made by hand, or by a run that was cut short."""
    retiring: list[str]
    """Versions that are deleted when their sessions have ended, by the next run."""
    protocols: list[str]
    """The protocols that the endpoint answers to."""
    adopted_from: str
    """Another's mark that the agent was adopted with, until it has a version of ours."""
    principal_id: str
    client_id: str
    agent_guid: str
    endpoints: dict[str, str]

    @classmethod
    def of(cls, service: AgentService, existing: Answer, version: Answer, kept: Kept, adopted_from: str) -> AgentState:
        """Reads it from the agent and the version that serves."""
        identity = version.get("instance_identity") or existing.get("instance_identity") or {}
        number = str(version["version"])
        return cls(
            version=number,
            traffic=traffic.weights(existing),
            versions=kept.versions,
            previous_version=next((other for other in kept.versions if other != number), ""),
            latest_version=kept.latest,
            made_outside=kept.made_outside,
            retiring=kept.retiring,
            protocols=endpoint.open_protocols(existing),
            adopted_from=adopted_from,
            status=str(version.get("status") or ""),
            image=wire.image_of(version),
            principal_id=str(identity.get("principal_id") or ""),
            client_id=str(identity.get("client_id") or ""),
            agent_guid=str(version.get("agent_guid") or ""),
            endpoints={
                record["protocol"]: endpoint.protocol_url(service.project_endpoint, version["name"], record["protocol"])
                for record in wire.protocols_of(version)
            },
        )


@dataclass(frozen=True)
class Change(Operation):
    """One create or update of an agent."""

    NAME_INPUT: ClassVar[str] = "agent_name"

    @property
    def agent(self) -> str:
        """Name of the agent."""
        return self.name

    @property
    def body(self) -> dict[str, Any]:
        """The version that is wanted, as the service takes it."""
        return wire.version_body(self.inputs, self.mark)
