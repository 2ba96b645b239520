"""One create or update of an agent, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from . import protocols, wire
from .metadata import Mark
from .service import AgentService, Answer
from .waiting import Report


@dataclass(frozen=True)
class AgentState:
    """An agent as it is on the service."""

    version: str
    status: str
    image: str
    principal_id: str
    client_id: str
    agent_guid: str
    endpoints: dict[str, str]

    @classmethod
    def of(cls, service: AgentService, version: Answer) -> AgentState:
        """Reads it from the version that serves."""
        identity = version.get("instance_identity") or {}
        return cls(
            version=str(version["version"]),
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
