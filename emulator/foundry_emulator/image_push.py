"""Pushes an image that stands for a local command, as any client of a registry does.

It uploads a manifest of an image without layers. Its content depends on the reference and on what runs for it, so two
tags have two digests, and so have two commands under one tag, as two builds have.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from foundry_emulator.host import names
from foundry_emulator.host.home import Home
from foundry_emulator.runner import images

if TYPE_CHECKING:
    from azure.core.exceptions import HttpResponseError

_REFERENCE = re.compile(r"(?P<host>[^/]+)/(?P<repository>[a-z0-9]+(?:[._/-][a-z0-9]+)*):(?P<tag>\w[\w.-]{0,127})")
CONFIG_TYPE = "application/vnd.docker.container.image.v1+json"
MANIFEST_TYPE = "application/vnd.docker.distribution.manifest.v2+json"


class PushFailed(Exception):
    """The push failed. Says why, and what to do."""


class BadReference(PushFailed):
    """The reference does not name a registry, a repository and a tag."""


@dataclass(frozen=True)
class Reference:
    host: str
    repository: str
    tag: str

    @classmethod
    def parse(cls, text: str) -> Reference:
        """Raises BadReference unless it is `host[:port]/repository:tag`."""
        found = _REFERENCE.fullmatch(text)
        if found is None:
            raise BadReference(f"'{text}' is not a valid reference. Use registry/repository:tag.")
        return cls(found["host"], found["repository"], found["tag"])


def host_of(home: Home, reference: Reference) -> str:
    """Where the registry of a reference answers: `registry1.azurecr.io` is the local registry of that name."""
    name = names.label_of(reference.host, names.REGISTRIES)
    port = home.read_ports().get(names.registry_server(name)) if name else None
    return reference.host if port is None else f"localhost:{port}"


def mark_of(command: str, cwd: Path, env: dict[str, str]) -> str:
    """Tells what runs for an image from other things; says nothing about it, since `env` may have secrets."""
    return digest_of(json.dumps([command, str(cwd), env], sort_keys=True).encode())


def config_of(reference: str, platform: str, mark: str) -> bytes:
    """The same bytes for the same reference, platform and mark (see `mark_of`)."""
    system, _, architecture = platform.partition("/")
    content = {
        "architecture": architecture,
        "os": system,
        "config": {"Labels": {"foundry-emulator.reference": reference, "foundry-emulator.runs": mark}},
        "rootfs": {"type": "layers", "diff_ids": []},
        "created": "1970-01-01T00:00:00Z",
    }
    return json.dumps(content, sort_keys=True).encode()


def manifest_of(config: bytes) -> bytes:
    content = {
        "schemaVersion": 2,
        "mediaType": MANIFEST_TYPE,
        "config": {
            "mediaType": CONFIG_TYPE,
            "size": len(config),
            "digest": digest_of(config),
        },
        "layers": [],
    }
    return json.dumps(content, sort_keys=True).encode()


def digest_of(content: bytes) -> str:
    """`sha256:` and 64 hexadecimal digits."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def push(home: Home, text: str, *, command: str, cwd: Path, env: dict[str, str], platform: str) -> str:
    """Uploads the image and records its command. Returns the digest. The identity comes from the environment.

    Raises PushFailed, with the registry's own words.
    """
    reference = Reference.parse(text)
    folder = cwd.resolve()
    config = config_of(text, platform, mark_of(command, folder, env))
    digest = _upload(replace(reference, host=host_of(home, reference)), config, manifest_of(config))
    images.record(home.images, images.ImageCommand(digest, text, command, str(folder), env))
    return digest


def _upload(reference: Reference, config: bytes, manifest: bytes) -> str:
    # Imported here, since it takes a third of a second.
    from azure.containerregistry import ContainerRegistryClient  # noqa: PLC0415
    from azure.core.exceptions import (  # noqa: PLC0415
        ClientAuthenticationError,
        HttpResponseError,
        ServiceRequestError,
    )
    from azure.identity import DefaultAzureCredential  # noqa: PLC0415

    endpoint = f"https://{reference.host}"
    try:
        with (
            DefaultAzureCredential() as credential,
            ContainerRegistryClient(endpoint, credential, retry_total=1) as client,
        ):
            client.upload_blob(reference.repository, io.BytesIO(config))
            digest: str = client.set_manifest(
                reference.repository, io.BytesIO(manifest), tag=reference.tag, media_type=MANIFEST_TYPE
            )
            return digest
    except ServiceRequestError as problem:
        raise PushFailed(
            f"Cannot reach {reference.host}: {_first_line(problem)} Check that the registry exists and that "
            "this shell uses the local Azure (`source` its env file)."
        ) from problem
    except (ClientAuthenticationError, HttpResponseError) as problem:
        raise PushFailed(_refusal(reference.host, problem)) from problem


def _refusal(host: str, problem: HttpResponseError) -> str:
    message = f"{host} refused the push: {_first_line(problem)}"
    if problem.status_code in (None, 401, 403):
        message += (
            " The identity that pushes needs the role AcrPush on the registry. It comes from the environment: "
            "`source` the env file of the local Azure first."
        )
    return message


def _first_line(problem: Exception) -> str:
    line = str(problem).strip().splitlines()[0] if str(problem).strip() else type(problem).__name__
    return line if line.endswith(".") else f"{line}."
