"""The image of an agent and the registry that it is in.

A reference is `[host[:port]/]repository[:tag][@sha256:digest]`. Sources: the hosted-agent documentation;
distribution/reference, the grammar of container registries.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors.input_issue import Issues, shown
from .types import Form
from .unknown import Unknown

_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_REPOSITORY = re.compile(rf"{_COMPONENT}(?:/{_COMPONENT})*")
_HOST = re.compile(
    r"(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*(?::[0-9]{1,5})?"
)
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_MAX_REPOSITORY = 255

REGISTRY_ID = Form(
    re.compile(
        r"/subscriptions/[\w-]+/resourceGroups/[\w.()-]+/providers/Microsoft\.ContainerRegistry/registries/\w+",
        re.IGNORECASE,
    ),
    "the ARM id of a registry",
    "/subscriptions/…/Microsoft.ContainerRegistry/registries/<registry>",
)


@dataclass(frozen=True)
class ImageReference:
    """A parsed reference. `host` is empty where the image names no registry."""

    host: str
    repository: str
    tag: str
    digest: str

    @property
    def is_mutable(self) -> bool:
        """Whether the reference is meant to move to other images: it has no tag, or `latest`."""
        return not self.digest and self.tag in ("", "latest")

    def __str__(self) -> str:
        host = f"{self.host}/" if self.host else ""
        tag = f":{self.tag}" if self.tag else ""
        digest = f"@{self.digest}" if self.digest else ""
        return f"{host}{self.repository}{tag}{digest}"


def check(value: Any, path: str, issues: Issues) -> Any:
    """Checks the image alone."""
    if isinstance(value, Unknown):
        return value
    if not isinstance(value, str) or not value:
        issues.refuse(path, "is not an image reference", "for example data-processor:v1.0")
        return value
    try:
        parse(value)
    except ValueError as error:
        issues.refuse(path, str(error), "use [host/]repository:tag or [host/]repository@sha256:…")
    return value


def check_registry(value: Any, path: str, issues: Issues) -> Any:
    """Checks the login server of a registry."""
    if not isinstance(value, Unknown) and not (isinstance(value, str) and is_host(value)):
        issues.refuse(
            path, f"{shown(value)} is not the login server of a registry", "for example myregistry.azurecr.io"
        )
    return value


def check_tag(inputs: Mapping[str, Any], issues: Issues) -> None:
    """Refuses an image whose tag moves, unless `allow_mutable_tag` is set; warns of other tags."""
    image, is_allowed = inputs.get("image"), inputs.get("allow_mutable_tag")
    try:
        reference = parse(image if isinstance(image, str) else "")
    except ValueError:
        return  # missing, unknown, or refused already
    if reference.is_mutable and is_allowed is not True and not isinstance(is_allowed, Unknown):
        named = "the tag `latest`" if reference.tag else "no tag"
        issues.refuse(
            "image",
            f"has {named}, so it can change without a new version",
            "use a version as the tag, use a digest, or set allow_mutable_tag",
        )
    elif not reference.digest:
        issues.warn(
            "image",
            f"{shown(image)} is a tag, which can move to another image without a new version",
            "use a digest (@sha256:…) in production",
        )


def parse(text: str) -> ImageReference:
    """Parses a reference.

    :raises ValueError: with the part that is wrong.
    """
    if "://" in text:
        raise ValueError(f"{shown(text)} is a URL, not an image reference")
    rest, at, digest = text.partition("@")
    if at and not _DIGEST.fullmatch(digest):
        raise ValueError(f"{shown(digest)} is not a digest, which is `sha256:` and 64 lowercase hexadecimal digits")
    host, rest = _split_host(rest)
    if host and not _HOST.fullmatch(host):
        raise ValueError(f"{shown(host)} is not a registry host")
    repository, colon, tag = rest.partition(":")
    if colon and not _TAG.fullmatch(tag):
        raise ValueError(f"{shown(tag)} is not a tag, which has at most 128 letters, digits, `_`, `.` and `-`")
    if len(repository) > _MAX_REPOSITORY or not _REPOSITORY.fullmatch(repository):
        raise ValueError(
            f"{shown(repository)} is not a repository, which has lowercase letters and digits, "
            "separated by `.`, `_`, `-` or `/`"
        )
    return ImageReference(host, repository, tag, digest)


def is_host(text: str) -> bool:
    """Whether the text is a registry host: an image with it in front is in that registry."""
    return bool(_HOST.fullmatch(text)) and _split_host(f"{text}/")[0] == text


def in_registry(image: str, login_server: str) -> str:
    """The image with its host: its own, or else that of the registry."""
    reference = parse(image)
    if reference.host or not login_server:
        return image
    return f"{login_server}/{image}"


def _split_host(text: str) -> tuple[str, str]:
    """The first component is a host if it has a dot or a port, or is `localhost`."""
    first, slash, rest = text.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost"):
        return first, rest
    return "", text
