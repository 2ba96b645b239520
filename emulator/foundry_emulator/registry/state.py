"""What the container registries hold: manifests, tags and the blobs they name."""

import secrets

from pydantic import BaseModel, Field


class Manifest(BaseModel):
    """A manifest as it was pushed; its digest is the SHA-256 of `body` in UTF-8."""

    digest: str
    media_type: str
    body: str
    pushed_at: float


class Tag(BaseModel):
    """A tag and the manifest it points at now."""

    name: str
    digest: str
    created_at: float
    updated_at: float


class Repository(BaseModel):
    """One repository of a registry."""

    name: str
    manifests: dict[str, Manifest] = Field(default_factory=dict)
    tags: dict[str, Tag] = Field(default_factory=dict)


class RegistryContent(BaseModel):
    """The content of one registry. Blobs are base64, so that the whole state is one JSON document."""

    arm_id: str
    repositories: dict[str, Repository] = Field(default_factory=dict)
    blobs: dict[str, str] = Field(default_factory=dict)
    uploads: dict[str, str] = Field(default_factory=dict)


class RegistriesState(BaseModel):
    """All registries, by their name in lower case."""

    registries: dict[str, RegistryContent] = Field(default_factory=dict)
    signing_key: str = Field(default_factory=lambda: secrets.token_hex(32))
