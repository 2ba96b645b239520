"""One create or update of an agent, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from . import endpoint, ownership, protocols, traffic, wire
from .metadata import Mark
from .retirement import Kept
from .rollout import Weights
from .service import AgentService, Answer
from .waiting import Report


@dataclass(frozen=True)
class Recorded:
    """What the last run left, as the state has it: nothing of a run that was cut short is in here."""

    traffic: Weights = field(default_factory=dict)
    """Percent by version that served; empty if no run was ever finished."""
    versions: list[str] | None = None
    """The versions that were kept, the one that served first. None where no state knows."""
    retiring: list[str] = field(default_factory=list)
    """Versions whose deletion waits for their sessions to end."""
    protocols: list[str] = field(default_factory=list)
    """The protocols that the program named."""
    adopted_from: str = ""
    """Another's mark on the version that served."""


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
    retiring: list[str]
    """Versions that are deleted when their sessions have ended, by the next run."""
    protocols: list[str]
    """The protocols that the endpoint answers to."""
    adopted_from: str
    """Another's mark on the version that serves; empty if it is ours."""
    principal_id: str
    client_id: str
    agent_guid: str
    endpoints: dict[str, str]

    @classmethod
    def of(cls, service: AgentService, existing: Answer, version: Answer, mark: Mark, kept: Kept) -> AgentState:
        """Reads it from the agent and the version that serves."""
        identity = version.get("instance_identity") or existing.get("instance_identity") or {}
        number = str(version["version"])
        return cls(
            version=number,
            traffic=traffic.weights(existing),
            versions=kept.versions,
            previous_version=next((other for other in kept.versions if other != number), ""),
            latest_version=kept.latest,
            retiring=kept.retiring,
            protocols=endpoint.open_protocols(existing),
            adopted_from=ownership.adopted_from(version, mark),
            status=str(version.get("status") or ""),
            image=wire.image_of(version),
            principal_id=str(identity.get("principal_id") or ""),
            client_id=str(identity.get("client_id") or ""),
            agent_guid=str(version.get("agent_guid") or ""),
            endpoints={
                record["protocol"]: protocols.url(service.project_endpoint, version["name"], record["protocol"])
                for record in wire.protocols_of(version)
            },
        )


@dataclass(frozen=True)
class Change:
    """One create or update: the wanted inputs (checked), whose agent it is, and who is told."""

    inputs: Mapping[str, Any]
    mark: Mark
    report: Report

    @property
    def agent(self) -> str:
        """Name of the agent."""
        return str(self.inputs["agent_name"])

    @property
    def body(self) -> dict[str, Any]:
        """The version that is wanted, as the service takes it."""
        return wire.version_body(self.inputs, self.mark)

    def tell(self, line: str) -> None:
        """Reports one line about this agent."""
        self.report(f"{self.agent}: {line}")
