"""Where tokens come from: the managed identity endpoint and the login endpoint.

Sources: learn.microsoft.com "How to use managed identities for App Service" (REST endpoint reference)
and "OAuth 2.0 client credentials flow"; azure-identity as client.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from foundry_emulator.host import names
from foundry_emulator.identity.state import Directory
from foundry_emulator.identity.tokens import LIFETIME_SECONDS, Tokens

_OPENID_SCOPES = ("openid", "offline_access", "profile")


@dataclass(frozen=True)
class Identity:
    """The endpoints that issue tokens."""

    tokens: Tokens
    directory: Directory
    base_url: str
    """`https://localhost:PORT`, where the login endpoint answers."""

    def managed_identity_routes(self) -> list[Route]:
        """For the second port, which is plain HTTP as on App Service."""
        return [Route("/identity/token", self.managed_identity_token, methods=["GET"])]

    def login_routes(self) -> list[Route]:
        """For the main port."""
        return [
            Route("/{tenant}/oauth2/v2.0/token", self.client_secret_token, methods=["POST"]),
            Route("/{tenant}/v2.0/.well-known/openid-configuration", self.openid_configuration),
            Route("/{tenant}/discovery/instance", self.instance_discovery),
            Route("/common/discovery/instance", self.instance_discovery),
        ]

    async def managed_identity_token(self, request: Request) -> Response:
        """`GET /identity/token?api-version=2019-08-01&resource=…`; the header names the identity."""
        who = request.headers.get("x-identity-header", "")
        resource = request.query_params.get("resource")
        if not resource:
            return _bad_identity_request("The parameter 'resource' is missing.")
        principal = self.directory.named(who)
        if principal is None:
            return _bad_identity_request(f"No identity of this local Azure is called '{who}'.")
        wanted = request.query_params.get("client_id") or request.query_params.get("principal_id")
        if wanted and wanted not in (principal.app_id, principal.object_id):
            return _bad_identity_request(f"No user-assigned identity '{wanted}' is assigned here.")
        token, expires = self.tokens.issue(principal, resource)
        return JSONResponse(
            {
                "access_token": token,
                "expires_on": str(expires),
                "resource": resource,
                "token_type": "Bearer",
                "client_id": principal.app_id,
            }
        )

    async def client_secret_token(self, request: Request) -> Response:
        """Client credentials with a secret. Refusals have Entra's codes."""
        form = dict(parse_qsl((await request.body()).decode("utf-8", errors="replace")))
        if form.get("grant_type") != "client_credentials":
            return _login_error("unsupported_grant_type", 70003, "The app requested an unsupported grant type.")
        tenant = request.path_params["tenant"]
        if tenant != self.directory.tenant_id:
            return _login_error("invalid_request", 90002, f"Tenant '{tenant}' not found.")
        client_id = form.get("client_id", "")
        principal = self.directory.with_app_id(client_id)
        if principal is None:
            message = f"Application with identifier '{client_id}' was not found in the directory."
            return _login_error("unauthorized_client", 700016, message)
        if principal.secret is None or form.get("client_secret") != principal.secret:
            return _login_error("invalid_client", 7000215, "Invalid client secret provided.", status=401)
        audience = _audience(form.get("scope", ""))
        if audience is None:
            return _login_error("invalid_scope", 1002012, f"The scope '{form.get('scope', '')}' is not valid.")
        token, _ = self.tokens.issue(principal, audience)
        return JSONResponse(
            {
                "token_type": "Bearer",
                "expires_in": LIFETIME_SECONDS,
                "ext_expires_in": LIFETIME_SECONDS,
                "access_token": token,
            }
        )

    async def openid_configuration(self, request: Request) -> Response:
        """Names the host that the client asked: it accepts no other issuer."""
        login = f"{self._asked(request)}/{request.path_params['tenant']}"
        return JSONResponse(
            {
                "token_endpoint": f"{login}/oauth2/v2.0/token",
                "authorization_endpoint": f"{login}/oauth2/v2.0/authorize",
                "device_authorization_endpoint": f"{login}/oauth2/v2.0/devicecode",
                "issuer": f"{login}/v2.0",
                "jwks_uri": f"{login}/discovery/v2.0/keys",
            }
        )

    async def instance_discovery(self, request: Request) -> Response:
        base_url = self._asked(request)
        host = base_url.removeprefix("https://")
        tenant = self.directory.tenant_id
        body = {
            "tenant_discovery_endpoint": f"{base_url}/{tenant}/v2.0/.well-known/openid-configuration",
            "api-version": "1.1",
            "metadata": [{"preferred_network": host, "preferred_cache": host, "aliases": [host]}],
        }
        return Response(json.dumps(body), media_type="application/json")

    def _asked(self, request: Request) -> str:
        return f"https://{names.LOGIN}" if request.url.hostname == names.LOGIN else self.base_url


def _audience(scope: str) -> str | None:
    """The resource that the scopes name. None unless there is exactly one, with `/.default`.

    MSAL for Go adds the scopes of OpenID to every request. Source: AzureAD/microsoft-authentication-library-for-go,
    `AppendDefaultScopes`.
    """
    wanted = [one for one in scope.split() if one not in _OPENID_SCOPES]
    if len(wanted) != 1 or not wanted[0].endswith("/.default"):
        return None
    return wanted[0].removesuffix("/.default")


def _bad_identity_request(message: str) -> Response:
    return JSONResponse({"statusCode": 400, "message": message}, status_code=400)


def _login_error(error: str, number: int, message: str, status: int = 400) -> Response:
    body = {"error": error, "error_description": f"AADSTS{number}: {message}", "error_codes": [number]}
    return JSONResponse(body, status_code=status)
