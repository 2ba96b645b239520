"""The mark in a version's metadata that identifies the stack and the resource that own it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..inputs.metadata import NAME_KEY, OWNER_KEY, PLATFORM_PAIRS
from .answers import AgentVersion, ToolboxVersion


@dataclass(frozen=True)
class Mark:
    """The owner (`organization/project/stack`, or the input `owner`) and the name of the resource in its program.

    It stays the same for an agent's whole life, since metadata takes part in the service's deduplication of versions.
    """

    owner: str
    name: str

    @classmethod
    def of(cls, version: AgentVersion | ToolboxVersion) -> Mark | None:
        """The mark of a version; None if it has none."""
        metadata = version.get("metadata") or {}
        owner = metadata.get(OWNER_KEY)
        return cls(owner, metadata.get(NAME_KEY, "")) if owner else None

    def __str__(self) -> str:
        return f"{self.owner}/{self.name}" if self.name else self.owner


def with_mark(metadata: Mapping[str, str], mark: Mark) -> dict[str, str]:
    """The metadata of a new version: the user's pairs, the platform's, and the mark."""
    return {**metadata, **PLATFORM_PAIRS, OWNER_KEY: mark.owner, NAME_KEY: mark.name}
