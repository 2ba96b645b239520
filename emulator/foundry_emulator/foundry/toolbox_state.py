"""What the data plane remembers of toolboxes, and of the files that their tools search."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field


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


class ToolboxesState(BaseModel):
    """Of one project."""

    toolboxes: dict[str, Toolbox] = Field(default_factory=dict)
    """By name."""
    files: dict[str, StoredFile] = Field(default_factory=dict)
    vector_stores: dict[str, VectorStore] = Field(default_factory=dict)
