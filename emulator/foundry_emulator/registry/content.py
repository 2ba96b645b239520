"""The content of a registry: find, add, remove. Digests are SHA-256 digests of the bytes."""

import base64
import hashlib
import json
import re
import uuid
from typing import Any

from foundry_emulator.registry import errors
from foundry_emulator.registry.state import Manifest, RegistryContent, Repository, Tag

REPOSITORY = re.compile(r"[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*")
TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
BLOB_LIMIT = 32 * 1024 * 1024

INDEX_TYPES = (
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.index.v1+json",
)
MANIFEST_TYPES = (
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    *INDEX_TYPES,
)


def digest_of(content: bytes) -> str:
    """`sha256:` and 64 hexadecimal digits."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def repository(registry: RegistryContent, name: str) -> Repository:
    """The repository, or 404."""
    found = registry.repositories.get(name)
    if found is None:
        raise errors.repository_unknown(name)
    return found


def manifest(registry: RegistryContent, name: str, reference: str) -> Manifest:
    """The manifest that a tag or a digest names, or 404."""
    held = repository(registry, name)
    if DIGEST.fullmatch(reference):
        found = held.manifests.get(reference)
        if found is None:
            raise errors.digest_unknown(reference)
        return found
    tag = held.tags.get(reference)
    if tag is None:
        raise errors.tag_unknown(reference)
    return held.manifests[tag.digest]


def put_manifest(
    registry: RegistryContent, name: str, reference: str, *, body: bytes, content_type: str, now: float
) -> Manifest:
    """Store a manifest whose parts all exist, and point the tag at it."""
    check_repository(name)
    digest = digest_of(body)
    if reference.startswith("sha256:") and reference != digest:
        raise errors.digest_invalid(reference)
    if not reference.startswith("sha256:") and not TAG.fullmatch(reference):
        raise errors.manifest_invalid(f"'{reference}' is no tag")
    text, media_type = _check_manifest(registry, name, body, content_type)
    held = registry.repositories.setdefault(name, Repository(name=name))
    made = held.manifests.setdefault(digest, Manifest(digest=digest, media_type=media_type, body=text, pushed_at=now))
    if not reference.startswith("sha256:"):
        before = held.tags.get(reference)
        held.tags[reference] = Tag(
            name=reference, digest=digest, created_at=before.created_at if before else now, updated_at=now
        )
    return made


def delete_manifest(registry: RegistryContent, name: str, digest: str) -> None:
    """Remove a manifest and the tags that point at it."""
    held = repository(registry, name)
    if held.manifests.pop(digest, None) is None:
        raise errors.digest_unknown(digest)
    held.tags = {tag: one for tag, one in held.tags.items() if one.digest != digest}


def blob(registry: RegistryContent, digest: str) -> bytes:
    """The bytes of a blob, or 404."""
    if digest not in registry.blobs:
        raise errors.blob_unknown(digest)
    return base64.b64decode(registry.blobs[digest])


def begin_upload(registry: RegistryContent) -> str:
    """Start an upload. Returns its identifier."""
    identifier = str(uuid.uuid4())
    registry.uploads[identifier] = ""
    return identifier


def append(registry: RegistryContent, identifier: str, chunk: bytes) -> int:
    """Add bytes to an upload. Returns its size."""
    if identifier not in registry.uploads:
        raise errors.upload_unknown()
    content = base64.b64decode(registry.uploads[identifier]) + chunk
    if len(content) > BLOB_LIMIT:
        del registry.uploads[identifier]
        raise errors.too_large(BLOB_LIMIT)
    registry.uploads[identifier] = base64.b64encode(content).decode()
    return len(content)


def finish_upload(registry: RegistryContent, identifier: str, digest: str) -> None:
    """Turn the upload into a blob, if it has the digest that the caller names."""
    content = base64.b64decode(registry.uploads.pop(identifier, ""))
    if digest_of(content) != digest:
        raise errors.digest_invalid(digest)
    registry.blobs[digest] = base64.b64encode(content).decode()


def check_repository(name: str) -> None:
    """400 for an invalid repository name."""
    if not REPOSITORY.fullmatch(name):
        raise errors.name_invalid(name)


def _check_manifest(registry: RegistryContent, name: str, body: bytes, content_type: str) -> tuple[str, str]:
    try:
        text = body.decode()
        parsed = json.loads(text)
    except ValueError as problem:
        raise errors.manifest_invalid("not JSON") from problem
    if not isinstance(parsed, dict):
        raise errors.manifest_invalid("not an object")
    media_type = str(parsed.get("mediaType") or content_type.split(";", maxsplit=1)[0].strip())
    if media_type not in MANIFEST_TYPES:
        raise errors.manifest_invalid(f"media type '{media_type}' is not supported")
    for digest in _parts(parsed, "manifests" if media_type in INDEX_TYPES else "layers"):
        held = registry.repositories.get(name)
        known = digest in held.manifests if held and media_type in INDEX_TYPES else digest in registry.blobs
        if not known:
            raise errors.manifest_blob_unknown(digest)
    return text, media_type


def _parts(parsed: dict[str, Any], member: str) -> list[str]:
    found = [*parsed.get(member, []), *([parsed["config"]] if "config" in parsed else [])]
    digests = [part.get("digest") for part in found if isinstance(part, dict)]
    if len(digests) != len(found) or not all(isinstance(digest, str) for digest in digests):
        raise errors.manifest_invalid("a part has no digest")
    return [str(digest) for digest in digests]
