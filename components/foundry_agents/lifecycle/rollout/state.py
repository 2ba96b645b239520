"""What the state records of an agent or a toolbox, and what an operation leaves of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from ..inputs.agent_toolbox import mcp_endpoint
from ..service import endpoint, traffic
from ..service.agent_body import image_of, protocols_of
from ..service.answers import Agent, AgentVersion, Toolbox, ToolboxVersion, number_of
from ..service.traffic import Weights

MISSING = "missing"
"""Instead of the service's status: the version that serves does not exist."""


class History(Enum):
    """What is known of the versions that served before this operation."""

    UNKNOWN = "unknown"
    """No state has recorded them: the resource is imported, adopted, or deployed by a script."""
    EMPTY = "empty"
    """None did: no deployment has finished yet, and whatever exists was left by one that was interrupted."""
    RECORDED = "recorded"
    """The state has recorded them."""


@dataclass(frozen=True)
class Versions:
    """The versions of an agent or a toolbox."""

    kept: list[str] = field(default_factory=list)
    """The versions that are kept, the one that serves first."""
    latest: str = ""
    """The newest version, whoever created it."""
    pending_deletion: list[str] = field(default_factory=list)
    """Versions that are deleted once their sessions have ended."""
    unmanaged: list[str] = field(default_factory=list)
    """Newer versions that a refresh found and no deployment has seen yet."""


@dataclass(frozen=True)
class Recorded:
    """What the state records: nothing of a deployment that was interrupted is in it."""

    history: History = History.UNKNOWN
    versions: Versions = field(default_factory=Versions)
    adopted_from: str = ""
    """The mark of another owner that it was imported with; empty once it has a version of this stack."""

    @property
    def is_imported(self) -> bool:
        """Whether nothing is known of it but its name."""
        return self.history is History.UNKNOWN and not self.versions.latest


@dataclass(frozen=True)
class RecordedAgent(Recorded):
    """What the state records of an agent."""

    traffic: Weights = field(default_factory=dict)
    """Percent by version that served."""
    protocols: list[str] = field(default_factory=list)
    """The protocols that the program set."""
    agent_guid: str = ""
    """The service's own id of the agent; empty if it is not known."""

    @property
    def is_imported(self) -> bool:
        """States of the first release have no more than the version."""
        return super().is_imported and not self.traffic


@dataclass(frozen=True)
class AgentState:
    """An agent as it is on the service."""

    version: str
    """The version that gets the most traffic."""
    status: str
    """The service's status of that version, or `missing` if it does not exist."""
    image: str
    traffic: dict[str, int]
    """Percent by version, `@latest` as in the service's rules."""
    versions: list[str]
    """The versions that are kept, the one that serves first."""
    previous_version: str
    """The version that `serve_version` would go back to; empty if there is none."""
    latest_version: str
    """The newest version, whoever created it."""
    unmanaged_versions: list[str]
    """Versions that appeared since the last run: created by hand, or by a run that was interrupted."""
    versions_pending_deletion: list[str]
    """Versions that the next run deletes, once their sessions have ended."""
    protocols: list[str]
    """The protocols that the endpoint answers to."""
    adopted_from: str
    """The mark of another owner that the agent was imported with, until it has a version of this stack."""
    principal_id: str
    client_id: str
    agent_guid: str
    endpoints: dict[str, str]

    @classmethod
    def of(
        cls,
        project_endpoint: str,
        agent: Agent,
        serving: AgentVersion,
        versions: Versions,
        *,
        adopted_from: str = "",
        exists: bool = True,
    ) -> AgentState:
        """Reads it from the agent and the version that serves, which may not exist."""
        identity = serving.get("instance_identity") or agent.get("instance_identity") or {}
        number = number_of(serving)
        return cls(
            version=number,
            status=str(serving.get("status") or "") if exists else MISSING,
            image=image_of(serving),
            traffic=traffic.weights(agent),
            versions=versions.kept,
            previous_version=_previous(number, versions),
            latest_version=versions.latest,
            unmanaged_versions=versions.unmanaged,
            versions_pending_deletion=versions.pending_deletion,
            protocols=endpoint.open_protocols(agent),
            adopted_from=adopted_from,
            principal_id=str(identity.get("principal_id") or ""),
            client_id=str(identity.get("client_id") or ""),
            agent_guid=str(serving.get("agent_guid") or ""),
            endpoints={
                record["protocol"]: endpoint.protocol_url(project_endpoint, serving["name"], record["protocol"])
                for record in protocols_of(serving)
            },
        )


@dataclass(frozen=True)
class ToolboxState:
    """A toolbox as it is on the service."""

    toolbox_id: str
    """The service's own id."""
    version: str
    """The default version, which the endpoint serves."""
    versions: list[str]
    """The versions that are kept, the default one first."""
    previous_version: str
    """The version that was the default before; empty if there is none."""
    latest_version: str
    """The newest version, whoever created it."""
    unmanaged_versions: list[str]
    """Versions that appeared since the last run: created by hand, or by a run that was interrupted."""
    adopted_from: str
    """The mark of another owner that the toolbox was imported with, until it has a version of this stack."""
    mcp_endpoint: str
    """The MCP endpoint of the default version."""

    @classmethod
    def of(
        cls,
        project_endpoint: str,
        toolbox: Toolbox,
        default: ToolboxVersion,
        versions: Versions,
        *,
        adopted_from: str = "",
    ) -> ToolboxState:
        """Reads it from the toolbox and its default version."""
        number = number_of(default)
        return cls(
            toolbox_id=str(toolbox.get("id") or ""),
            version=number,
            versions=versions.kept,
            previous_version=_previous(number, versions),
            latest_version=versions.latest,
            unmanaged_versions=versions.unmanaged,
            adopted_from=adopted_from,
            mcp_endpoint=mcp_endpoint(project_endpoint, default["name"]),
        )


def _previous(number: str, versions: Versions) -> str:
    return next((other for other in versions.kept if other != number), "")
