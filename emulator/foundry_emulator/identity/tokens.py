"""Access tokens: signed JWTs that say who asks and for whom the token is meant."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING

import jwt

from foundry_emulator.identity.directory import Principal

if TYPE_CHECKING:
    from starlette.requests import Request

    from foundry_emulator.world import World

ARM_AUDIENCES = ("https://management.azure.com", "https://management.core.windows.net")
FOUNDRY_AUDIENCES = ("https://ai.azure.com",)
VAULT_AUDIENCES = ("https://vault.azure.net",)
REGISTRY_AUDIENCES = ("https://containerregistry.azure.net",)

LIFETIME_SECONDS = 24 * 3600
"""Lifetime of a managed identity's token. Source: learn.microsoft.com, managed identities FAQ."""


def issue(world: World, principal: Principal, audience: str) -> tuple[str, int]:
    """A token for `principal`, and when it expires (unix seconds, not scaled)."""
    now = int(world.clock.now())
    tenant = world.state.directory.tenant_id
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
    return jwt.encode(claims, world.signing_key, algorithm="HS256"), now + LIFETIME_SECONDS


def read(world: World, token: str, audiences: Iterable[str]) -> Principal | None:
    """Whose token it is: None if it is forged, expired, meant for another audience, or of nobody."""
    try:
        claims = jwt.decode(
            token,
            world.signing_key,
            algorithms=["HS256"],
            audience=[a.rstrip("/") for a in audiences],
            options={"require": ["exp", "oid"]},
            leeway=5,
        )
    except jwt.InvalidTokenError:
        return None
    return world.state.directory.get(str(claims["oid"]))


def whose(world: World, token: str) -> Principal | None:
    """Whose token it is, for any audience: only for the request log."""
    try:
        claims = jwt.decode(token, world.signing_key, algorithms=["HS256"], options={"verify_aud": False})
    except jwt.InvalidTokenError:
        return None
    return world.state.directory.get(str(claims.get("oid")))


def bearer(request: Request) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token else None


def principal(world: World, request: Request, audiences: Iterable[str]) -> Principal | None:
    """Who sends `request`: None without a valid bearer token for one of `audiences`."""
    token = bearer(request)
    return read(world, token, audiences) if token else None
