"""The secrets of a vault: set, find, delete, recover."""

import re
import uuid
from typing import Any

from foundry_emulator.arm.state import Resource
from foundry_emulator.vault import errors
from foundry_emulator.vault.state import DeletedSecret, Secret, SecretVersion, VaultContent

DAY = 86400.0
NAME = re.compile(r"[0-9a-zA-Z-]{1,127}")
MAX_VALUE = 25 * 1024
"""Source: learn.microsoft.com "About Azure Key Vault secrets"."""


def put(
    vault: VaultContent,
    name: str,
    value: str,
    now: float,
    *,
    content_type: str | None = None,
    tags: dict[str, str] | None = None,
) -> SecretVersion:
    """A new version, which is the current one from now on."""
    if not NAME.fullmatch(name):
        raise errors.bad_parameter(f"The request URI contains an invalid name: {name}")
    if name.lower() in vault.deleted:
        raise errors.name_in_deleted_state(name)
    version = SecretVersion(
        id=uuid.uuid4().hex, value=value, content_type=content_type, tags=tags or {}, created_at=now
    )
    vault.secrets.setdefault(name.lower(), Secret(name=name)).versions.append(version)
    return version


def find(vault: VaultContent, name: str, version: str = "") -> tuple[Secret, SecretVersion]:
    """A secret and its current version, or the one that is named."""
    secret = vault.secrets.get(name.lower())
    found = [one for one in (secret.versions if secret else []) if not version or one.id == version]
    if secret is None or not found:
        raise errors.not_found(f"{name}/{version}" if version else name)
    return secret, found[-1]


def delete(vault: VaultContent, name: str, now: float, retention: float) -> DeletedSecret:
    """Soft-deletes a secret. Its name stays in use until the retention ends."""
    secret, _ = find(vault, name)
    del vault.secrets[name.lower()]
    deleted = DeletedSecret(secret=secret, deleted_at=now, purge_at=now + retention)
    vault.deleted[name.lower()] = deleted
    return deleted


def find_deleted(vault: VaultContent, name: str) -> DeletedSecret:
    if name.lower() not in vault.deleted:
        raise errors.not_found(name)
    return vault.deleted[name.lower()]


def recover(vault: VaultContent, name: str) -> Secret:
    """Recovers a deleted secret."""
    secret = find_deleted(vault, name).secret
    del vault.deleted[name.lower()]
    vault.secrets[name.lower()] = secret
    return secret


def forget_expired(vault: VaultContent, now: float) -> None:
    """Drops deleted secrets whose retention is over."""
    for name in [name for name, one in vault.deleted.items() if now >= one.purge_at]:
        del vault.deleted[name]


def attributes(resource: Resource, version: SecretVersion) -> dict[str, Any]:
    """The attributes of a version."""
    protected = resource.properties.get("enablePurgeProtection")
    return {
        "enabled": version.enabled,
        "created": int(version.created_at),
        "updated": int(version.created_at),
        "recoveryLevel": "Recoverable" if protected else "Recoverable+Purgeable",
        "recoverableDays": resource.properties.get("softDeleteRetentionInDays", 90),
    }
