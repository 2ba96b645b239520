"""Container image references: `[host[:port]/]repository[:tag][@sha256:digest]`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..errors.problem import shown

_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_REPOSITORY = re.compile(rf"{_COMPONENT}(?:/{_COMPONENT})*")
_HOST = re.compile(
    r"(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*(?::[0-9]{1,5})?"
)
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_MAX_REPOSITORY = 255


@dataclass(frozen=True)
class ImageReference:
    """A parsed reference. `host` is empty where the image names no registry."""

    host: str
    repository: str
    tag: str
    digest: str

    @property
    def is_mutable(self) -> bool:
        """Whether the reference may mean another image tomorrow by its very form: no tag, or `latest`."""
        return not self.digest and self.tag in ("", "latest")

    def __str__(self) -> str:
        host = f"{self.host}/" if self.host else ""
        tag = f":{self.tag}" if self.tag else ""
        digest = f"@{self.digest}" if self.digest else ""
        return f"{host}{self.repository}{tag}{digest}"


def parse(text: str) -> ImageReference:
    """Parses a reference by the grammar of the container registries (distribution/reference).

    Raises `ValueError` with the part that is wrong.
    """
    if "://" in text:
        raise ValueError(f"{shown(text)} is a URL: an image has no `https://` in front")
    rest, at, digest = text.partition("@")
    if at and not _DIGEST.fullmatch(digest):
        raise ValueError(f"{shown(digest)} is not a digest: `sha256:` and 64 lower-case hexadecimal digits")
    host, rest = _split_host(rest)
    if host and not _HOST.fullmatch(host):
        raise ValueError(f"{shown(host)} is not a registry host")
    repository, colon, tag = rest.partition(":")
    if colon and not _TAG.fullmatch(tag):
        raise ValueError(f"{shown(tag)} is not a tag: letters, digits, `_`, `.`, `-`, at most 128")
    if len(repository) > _MAX_REPOSITORY or not _REPOSITORY.fullmatch(repository):
        raise ValueError(
            f"{shown(repository)} is not a repository: lower-case letters and digits, `.`, `_`, `-`, `/` between"
        )
    return ImageReference(host, repository, tag, digest)


def is_host(text: str) -> bool:
    """Whether an image with this in front is in the registry of that name."""
    return bool(_HOST.fullmatch(text)) and _split_host(f"{text}/")[0] == text


def in_registry(image: str, login_server: str) -> str:
    """The image with a host: its own, or else the registry it is looked up in."""
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
