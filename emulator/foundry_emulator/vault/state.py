"""What the key vaults hold: secrets with their versions, and deleted ones that can come back."""

from pydantic import BaseModel, Field


class SecretVersion(BaseModel):
    """One value of a secret, current or former."""

    id: str
    value: str
    content_type: str | None = None
    tags: dict[str, str] = Field(default_factory=dict)
    enabled: bool = True
    created_at: float = 0.0


class Secret(BaseModel):
    """A secret; the last version is the current one."""

    name: str
    versions: list[SecretVersion] = Field(default_factory=list)


class DeletedSecret(BaseModel):
    """A soft-deleted secret: its name stays in use until it is purged."""

    secret: Secret
    deleted_at: float
    purge_at: float


class VaultContent(BaseModel):
    """The content of one vault. Keys are names in lower case, since names of secrets ignore case."""

    arm_id: str
    secrets: dict[str, Secret] = Field(default_factory=dict)
    deleted: dict[str, DeletedSecret] = Field(default_factory=dict)


class VaultsState(BaseModel):
    """All vaults, by their name in lower case; soft-deleted ones keep their content."""

    vaults: dict[str, VaultContent] = Field(default_factory=dict)
