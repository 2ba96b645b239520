"""The registry's own tokens: an Entra token is exchanged for a refresh token, and that for an access token.

Source: recorded test traffic of Azure/azure-cli (acr login); Azure/acr docs/AAD-OAuth.md for the fields.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

import jwt
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from foundry_emulator.arm.state import Resource
from foundry_emulator.identity import tokens as entra
from foundry_emulator.registry import rights
from foundry_emulator.registry.registries import Registries

REFRESH_SECONDS = 3 * 3600
ACCESS_SECONDS = 75 * 60

_ACTIONS: dict[str, rights.Action] = {
    "pull": "pull",
    "push": "push",
    "delete": "delete",
    "metadata_read": "metadata_read",
    "metadata_write": "metadata_write",
}


@dataclass(frozen=True)
class Access:
    """What an access token allows, and which access was requested."""

    principal_id: str
    granted: frozenset[tuple[str, str]]
    asked: frozenset[tuple[str, str]]


class RegistryTokens:
    """The token endpoints of one registry, and the check of the tokens that they issue."""

    def __init__(self, registries: Registries, name: str) -> None:
        self._registries = registries
        self._name = name

    async def exchange(self, request: Request) -> Response:
        """`POST /oauth2/exchange`: an Entra token for a refresh token. Refused: 401 without a body."""
        form = parse_qs((await request.body()).decode())
        resource = self._registries.resource(self._name)
        if resource is None or _first(form, "grant_type") != "access_token":
            return Response(status_code=400)
        audiences = list(entra.REGISTRY_AUDIENCES)
        if rights.takes_arm_tokens(resource):
            audiences += entra.ARM_AUDIENCES
        principal = self._registries.tokens.read(_first(form, "access_token"), audiences)
        if principal is None:
            return Response(status_code=401)
        body = {"kind": "refresh", "registry": self._name, "oid": principal.object_id}
        return JSONResponse({"refresh_token": self._sign(body, REFRESH_SECONDS)})

    async def token(self, request: Request) -> Response:
        """`/oauth2/token`: access for the scopes that were asked for and that the caller has rights on."""
        resource = self._registries.resource(self._name)
        if resource is None:
            return Response(status_code=401)
        scopes, refresh = await _asked(request)
        claims = self._read(refresh, "refresh") if refresh else None
        if refresh and claims is None:
            return Response(status_code=401)
        principal_id = str(claims["oid"]) if claims else ""
        asked = sorted(_pairs(scopes))
        granted = [[name, action] for name, action in asked if self._is_granted(resource, principal_id, action)]
        if not refresh and not granted:
            return Response(status_code=401)
        body = {
            "kind": "access",
            "registry": self._name,
            "oid": principal_id,
            "granted": granted,
            "asked": [list(pair) for pair in asked],
        }
        return JSONResponse({"access_token": self._sign(body, ACCESS_SECONDS)})

    def access(self, request: Request) -> Access | None:
        """What the caller's token allows. None without a valid one."""
        bearer = entra.bearer(request)
        claims = self._read(bearer, "access") if bearer else None
        if claims is None:
            return None
        granted, asked = (frozenset((name, one) for name, one in claims[part]) for part in ("granted", "asked"))
        return Access(str(claims["oid"]), granted, asked)

    def _is_granted(self, resource: Resource, principal_id: str, action: str) -> bool:
        known = "catalog" if action == "*" else _ACTIONS.get(action)
        if known is None:
            return False
        if rights.anonymous(resource, known):
            return True
        return bool(principal_id) and self._registries.rights.may(resource, principal_id, known)

    def _sign(self, body: dict[str, Any], seconds: int) -> str:
        now = int(self._registries.clock.now())
        return jwt.encode({**body, "iat": now, "exp": now + seconds}, self._registries.state.signing_key, "HS256")

    def _read(self, text: str, kind: str) -> dict[str, Any] | None:
        try:
            claims: dict[str, Any] = jwt.decode(text, self._registries.state.signing_key, ["HS256"], leeway=5)
        except jwt.InvalidTokenError:
            return None
        return claims if claims.get("kind") == kind and claims.get("registry") == self._name else None


async def _asked(request: Request) -> tuple[list[str], str]:
    """Scopes and refresh token: from the form, or as Docker asks, by query and basic authentication."""
    if request.method == "POST":
        form = parse_qs((await request.body()).decode())
        return form.get("scope", []), _first(form, "refresh_token") or _first(form, "password")
    scopes = request.query_params.getlist("scope")
    kind, _, value = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return scopes, ""
    try:
        return scopes, base64.b64decode(value).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return scopes, "unreadable"


def _first(form: dict[str, list[str]], name: str) -> str:
    return form.get(name, [""])[0]


def _pairs(scopes: Iterable[str]) -> set[tuple[str, str]]:
    """`repository:a/b:pull,push` as pairs of name and action; several scopes may be separated by spaces."""
    pairs: set[tuple[str, str]] = set()
    for scope in " ".join(scopes).split():
        kind, _, rest = scope.partition(":")
        name, _, actions = rest.rpartition(":")
        if kind == "registry":
            pairs.add((name, "*"))
            continue
        for action in actions.split(","):
            found = _ACTIONS if action == "*" else {action: None}
            pairs |= {(name, one) for one in found}
    return pairs
