"""The local certificate authority and the certificate of the local Azure."""

from __future__ import annotations

import os
import ssl
from pathlib import Path

import trustme

from foundry_emulator.host import names
from foundry_emulator.host.home import Home


def prepare(home: Home) -> ssl.SSLContext:
    """A server certificate for localhost, 127.0.0.1 and Azure's fixed host names; writes `ca.pem` and `ca-bundle.pem`.

    The authority is created once per home, so shells and programs that trust it keep working after a restart.
    """
    authority = _authority(home)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1", *names.ON_CERTIFICATES).configure_cert(context)
    home.ca.write_bytes(authority.cert_pem.bytes())
    _write_bundle(home, authority.cert_pem.bytes())
    return context


def _authority(home: Home) -> trustme.CA:
    key = home.keys / "ca-key.pem"
    if key.exists() and home.ca.exists():
        return trustme.CA.from_pem(home.ca.read_bytes(), key.read_bytes())
    authority = trustme.CA(organization_name="foundry-emulator", organization_unit_name="local Azure")
    write_private(key, authority.private_key_pem.bytes())
    return authority


def write_private(path: Path, content: bytes) -> None:
    """A file that only its owner can read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def _write_bundle(home: Home, own: bytes) -> None:
    """The bundle that was trusted before, plus the local authority."""
    before = _trusted_before(home)
    if before is None:
        return  # this shell already uses the local bundle, which has both
    home.ca_bundle.write_bytes(before.rstrip() + b"\n" + own)


def _trusted_before(home: Home) -> bytes | None:
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        path = os.environ.get(name)
        if not path or not Path(path).is_file():
            continue
        if Path(path).resolve() != home.ca_bundle:
            return Path(path).read_bytes()
        if home.ca.read_bytes().strip() in home.ca_bundle.read_bytes():
            return None
    import certifi  # noqa: PLC0415 (only read where the machine names no bundle of its own)

    return Path(certifi.where()).read_bytes()
