"""What the data plane remembers: agents with versions and sessions, toolboxes, and what projects store."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field


class VersionError(BaseModel):
    code: str
    message: str


class Version(BaseModel):
    """A version. Its outcome is decided when it is created and shown once `settled_at` has passed."""

    version: str
    created_at: float
    description: str
    metadata: dict[str, str]
    definition: dict[str, Any]
    """As the service returns it."""
    fingerprint: str
    """Two versions with the same fingerprint are the same to the service."""
    settled_at: float
    error: VersionError | None = None
    """Why it fails. None: it becomes active."""
    image_digest: str | None = None
    """Manifest that the image reference pointed to."""
    draft: bool = False
    gone_at: float | None = None
    """When an asynchronous delete is over."""
    reads_when_settled: int = 0
    """How often it was read since `settled_at`: for setting `status_flickers`."""

    def status(self, now: float) -> Literal["creating", "active", "failed", "deleting"]:
        if self.gone_at is not None:
            return "deleting"
        if now < self.settled_at:
            return "creating"
        return "failed" if self.error else "active"


class Session(BaseModel):
    session_id: str
    version: str
    created_at: float
    last_accessed_at: float
    idle_after: float
    """Seconds (real) without an invocation after which it is idle."""
    failed: bool = False
    failure: str = ""
    """Why its container did not start."""
    deleted: bool = False
    calls: int = Field(default=0, exclude=True)
    """How many calls run. Not saved: none survives the process that saves."""
    stopped_at: float | None = None
    used: bool = False
    """Whether it had a call."""
    values: str = ""
    """Which values the placeholders of its variables had when its process started, as a mark (no value itself)."""

    def status(self, now: float) -> Literal["active", "idle", "failed", "deleted"]:
        if self.deleted:
            return "deleted"
        if self.failed:
            return "failed"
        silent = not self.calls and now > self.last_accessed_at + self.idle_after
        return "idle" if self.stopped or silent else "active"

    @property
    def stopped(self) -> bool:
        """Whether it was stopped after its last call had begun."""
        return self.stopped_at is not None and self.stopped_at >= self.last_accessed_at

    def begin_call(self, now: float) -> None:
        self.calls += 1
        self.used = True
        self.last_accessed_at = now

    def end_call(self, now: float) -> None:
        self.calls -= 1
        if not self.stopped:
            self.last_accessed_at = now


class Conversation(BaseModel):
    """What was said, across responses. Its calls go to one session."""

    id: str
    created_at: float
    metadata: dict[str, str] = Field(default_factory=dict)
    items: list[dict[str, Any]] = Field(default_factory=list)
    """Oldest first."""
    session_id: str | None = None
    """The session of its calls; None before the first one."""


class Agent(BaseModel):
    name: str
    guid: str
    principal_id: str
    blueprint_principal_id: str
    blueprint_client_id: str
    blueprint_id: str
    created_at: float
    enabled: bool = True
    endpoint: dict[str, Any]
    card: dict[str, Any] | None = None
    next_number: int = 1
    versions: dict[str, Version] = Field(default_factory=dict)
    """In the order in which they were created."""
    sessions: dict[str, Session] = Field(default_factory=dict)
    conversations: dict[str, Conversation] = Field(default_factory=dict)
    gone_at: float | None = None


class ToolboxVersion(BaseModel):
    """A version. It never changes."""

    version: str
    created_at: float
    description: str
    metadata: dict[str, str]
    tools: list[dict[str, Any]]
    """As they were sent, and as they are echoed."""
    further: dict[str, Any] = Field(default_factory=dict)
    """`skills` and `policies`, where they were sent."""


class Toolbox(BaseModel):
    id: str
    """`toolbox_` and 40 hexadecimal digits."""
    name: str
    updated_at: float
    default_version: str = "1"
    next_number: int = 1
    versions: dict[str, ToolboxVersion] = Field(default_factory=dict)
    """In the order in which they were created."""


class StoredFile(BaseModel):
    id: str
    filename: str
    purpose: str
    created_at: float
    text: str


class StoreFile(BaseModel):
    """A file in a vector store."""

    file_id: str
    created_at: float
    attributes: dict[str, Any] = Field(default_factory=dict)


class VectorStore(BaseModel):
    id: str
    name: str
    created_at: float
    metadata: dict[str, str] = Field(default_factory=dict)
    files: dict[str, StoreFile] = Field(default_factory=dict)
    """By the id of the file, in the order in which they were attached."""


class ProjectTools(BaseModel):
    """The toolboxes of one project, and the files that their tools search."""

    toolboxes: dict[str, Toolbox] = Field(default_factory=dict)
    """By name."""
    files: dict[str, StoredFile] = Field(default_factory=dict)
    vector_stores: dict[str, VectorStore] = Field(default_factory=dict)


class FoundryState(BaseModel):
    projects: dict[str, dict[str, Agent]] = Field(default_factory=dict)
    """Agents by name, by project key (see `project_key`)."""
    storage: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """Responses that agents stored, by project key and response id."""
    toolboxes: dict[str, ProjectTools] = Field(default_factory=dict)
    """By project key."""

    def agents(self, account: str, project: str) -> dict[str, Agent]:
        return self.projects.setdefault(project_key(account, project), {})

    def tools(self, account: str, project: str) -> ProjectTools:
        return self.toolboxes.setdefault(project_key(account, project), ProjectTools())

    def count_agents(self, account: str) -> int:
        """In all projects of the account."""
        prefix = project_key(account, "")
        return sum(len(agents) for key, agents in self.projects.items() if key.startswith(prefix))


def project_key(account: str, project: str) -> str:
    return f"{account}/{project}".lower()
