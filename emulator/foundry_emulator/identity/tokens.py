"""Access tokens: signed JWTs that name the caller and the audience."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping

import jwt
from starlette.requests import Request

from foundry_emulator.host.clock import Clock
from foundry_emulator.identity.state import Directory, Principal

ARM_AUDIENCES = ("https://management.azure.com", "https://management.core.windows.net")
FOUNDRY_AUDIENCES = ("https://ai.azure.com",)
VAULT_AUDIENCES = ("https://vault.azure.net",)
REGISTRY_AUDIENCES = ("https://containerregistry.azure.net",)

LIFETIME_SECONDS = 24 * 3600
"""Lifetime of a managed identity's token. Source: learn.microsoft.com, managed identities FAQ."""


class Tokens:
    """Issues and reads the access tokens of one directory."""

    def __init__(self, key: bytes, clock: Clock, directory: Directory) -> None:
        self._key = key
        self._clock = clock
        self._directory = directory

    def issue(self, principal: Principal, audience: str) -> tuple[str, int]:
        """A token for `principal`, and when it expires (unix seconds, not scaled)."""
        now = int(self._clock.now())
        tenant = self._directory.tenant_id
        claims = {
            "aud": audience.rstrip("/"),
            "iss": f"https://sts.windows.net/{tenant}/",
            "iat": now,
            "nbf": now,
            "exp": now + LIFETIME_SECONDS,
            "appid": principal.app_id,
            "idtyp": "app",
            "oid": principal.object_id,
            "sub": principal.object_id,
            "tid": tenant,
            "uti": uuid.uuid4().hex,
            "ver": "1.0",
        }
        return jwt.encode(claims, self._key, algorithm="HS256"), now + LIFETIME_SECONDS

    def read(self, token: str, audiences: Iterable[str]) -> Principal | None:
        """The principal of a token. None for a token that is forged, expired, or meant for another audience."""
        try:
            claims = jwt.decode(
                token,
                self._key,
                algorithms=["HS256"],
                audience=[a.rstrip("/") for a in audiences],
                options={"require": ["exp", "oid"]},
                leeway=5,
            )
        except jwt.InvalidTokenError:
            return None
        return self._directory.get(str(claims["oid"]))

    def display_name(self, headers: Mapping[str, str]) -> str | None:
        """Who sends a request with these headers (names in lower case): only for the request log."""
        identity = headers.get("x-identity-header")
        if identity is not None:
            found = self._directory.named(identity)
        else:
            found = self._read_for_any_audience(headers.get("authorization", "").partition(" ")[2])
        return found.display_name if found else None

    def caller(self, request: Request, audiences: Iterable[str]) -> Principal | None:
        """Who sends `request`. None without a valid bearer token for one of `audiences`."""
        token = bearer(request)
        return self.read(token, audiences) if token else None

    def _read_for_any_audience(self, token: str) -> Principal | None:
        try:
            claims = jwt.decode(token, self._key, algorithms=["HS256"], options={"verify_aud": False})
        except jwt.InvalidTokenError:
            return None
        return self._directory.get(str(claims.get("oid")))


def bearer(request: Request) -> str | None:
    """The bearer token of a request."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token else None
