"""The HTTP interface of one vault: secrets.

Source: azure-keyvault-secrets 4.12.0 for paths and shapes; learn.microsoft.com for the challenge.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from foundry_emulator.arm.state import Resource
from foundry_emulator.identity.tokens import VAULT_AUDIENCES
from foundry_emulator.vault import content, errors, rights
from foundry_emulator.vault.errors import VaultError
from foundry_emulator.vault.state import DeletedSecret, Secret, SecretVersion, VaultContent
from foundry_emulator.vault.vaults import Vaults


@dataclass(frozen=True)
class Call:
    """An authorized request to a vault."""

    vaults: Vaults
    request: Request
    resource: Resource
    vault: VaultContent

    @property
    def name(self) -> str:
        return str(self.request.path_params["name"])

    @property
    def now(self) -> float:
        return self.vaults.clock.now()

    @property
    def uri(self) -> str:
        return f"https://{self.request.url.netloc}/"


Handler = Callable[[Call], Awaitable[Response]]


def vault_app(vaults: Vaults, name: str) -> Starlette:
    """The application of the vault of that name (in lower case)."""

    def route(method: str, path: str, action: rights.Action, handler: Handler) -> Route:
        return Route(path, _guarded(vaults, name, action, handler), methods=[method])

    app = Starlette(
        routes=[
            route("GET", "/secrets", "list", _list),
            route("PUT", "/secrets/{name}", "set", _set),
            route("DELETE", "/secrets/{name}", "delete", _delete),
            route("GET", "/secrets/{name}/versions", "list", _versions),
            route("GET", "/secrets/{name}", "get", _get),
            route("GET", "/secrets/{name}/", "get", _get),  # so the client asks for the current version
            route("GET", "/secrets/{name}/{version}", "get", _get),
            route("GET", "/deletedsecrets/{name}", "list", _get_deleted),
            route("POST", "/deletedsecrets/{name}/recover", "recover", _recover),
            route("DELETE", "/deletedsecrets/{name}", "purge", _purge),
        ]
    )
    app.router.redirect_slashes = False
    return app


def audience(netloc: str) -> str:
    """For whom a token for this vault is meant, as the challenge says it.

    In Azure that is https://vault.azure.net for https://<name>.vault.azure.net: the client checks that the one is
    the domain of the other, which guards it against a foreign challenge. Of 127.0.0.1 the "domain" is 0.0.1.
    """
    return f"https://{netloc.split('.', 1)[1]}"


def _guarded(
    vaults: Vaults, name: str, action: rights.Action, handler: Handler
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            return await handler(_admitted(vaults, request, name, action))
        except VaultError as refusal:
            headers = {"WWW-Authenticate": _challenge(vaults, request)} if refusal.status == 401 else {}
            return JSONResponse(refusal.body(), status_code=refusal.status, headers=headers)

    return endpoint


def _challenge(vaults: Vaults, request: Request) -> str:
    return f'Bearer authorization="{vaults.login_url}", resource="{audience(request.url.netloc)}"'


def _admitted(vaults: Vaults, request: Request, name: str, action: rights.Action) -> Call:
    accepted = (*VAULT_AUDIENCES, audience(request.url.netloc))
    caller = vaults.tokens.caller(request, accepted)
    if caller is None:
        raise errors.unauthorized()
    vault = vaults.state.vaults[name]
    resource = vaults.resources.find(vault.arm_id)
    if resource is None:
        raise errors.unauthorized()  # its server is about to close
    if "api-version" not in request.query_params:
        raise errors.bad_parameter("api-version must be specified")
    if not vaults.rights.may(resource, caller.object_id, action):
        raise errors.forbidden(
            caller.object_id, rights.data_action(action), resource.id, by_role=rights.by_role(resource)
        )
    content.forget_expired(vault, vaults.clock.now())
    return Call(vaults, request, resource, vault)


async def _set(call: Call) -> Response:
    body = await _body(call.request)
    value = body.get("value")
    if not isinstance(value, str):
        raise errors.bad_parameter("Property value is missing or is not a string.")
    if len(value.encode()) > content.MAX_VALUE:
        raise errors.bad_parameter(f"The secret is longer than {content.MAX_VALUE} bytes.")
    version = content.put(
        call.vault, call.name, value, call.now, content_type=body.get("contentType"), tags=body.get("tags")
    )
    return JSONResponse(_bundle(call, *content.find(call.vault, call.name, version.id)))


async def _get(call: Call) -> Response:
    secret, version = content.find(call.vault, call.name, call.request.path_params.get("version", ""))
    if not version.enabled:
        raise errors.disabled(call.name)
    return JSONResponse(_bundle(call, secret, version))


async def _list(call: Call) -> Response:
    found = sorted(call.vault.secrets.values(), key=lambda secret: secret.name)
    return _page([_item(call, secret, secret.versions[-1]) for secret in found])


async def _versions(call: Call) -> Response:
    secret, _ = content.find(call.vault, call.name)
    return _page([_item(call, secret, version, with_version=True) for version in secret.versions])


async def _delete(call: Call) -> Response:
    days = call.resource.properties.get("softDeleteRetentionInDays", 90)
    deleted = content.delete(call.vault, call.name, call.now, call.vaults.clock.scaled(days * content.DAY))
    return JSONResponse(_deleted(call, deleted))


async def _get_deleted(call: Call) -> Response:
    return JSONResponse(_deleted(call, content.find_deleted(call.vault, call.name)))


async def _recover(call: Call) -> Response:
    secret = content.recover(call.vault, call.name)
    return JSONResponse(_item(call, secret, secret.versions[-1], with_version=True))


async def _purge(call: Call) -> Response:
    if call.resource.properties.get("enablePurgeProtection"):
        raise errors.purge_protected()
    content.find_deleted(call.vault, call.name)
    del call.vault.deleted[call.name.lower()]
    return Response(status_code=204)


async def _body(request: Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.body())
    except ValueError as problem:
        raise errors.bad_parameter(f"The body is not valid JSON: {problem}") from problem
    if not isinstance(body, dict):
        raise errors.bad_parameter("The body must be a JSON object.")
    return body


def _page(items: list[dict[str, Any]]) -> Response:
    return JSONResponse({"value": items, "nextLink": None})


def _item(call: Call, secret: Secret, version: SecretVersion, *, with_version: bool = False) -> dict[str, Any]:
    place = f"{secret.name}/{version.id}" if with_version else secret.name
    item: dict[str, Any] = {
        "id": f"{call.uri}secrets/{place}",
        "attributes": content.attributes(call.resource, version),
        "tags": version.tags,
    }
    if version.content_type is not None:
        item["contentType"] = version.content_type
    return item


def _bundle(call: Call, secret: Secret, version: SecretVersion) -> dict[str, Any]:
    return {"value": version.value, **_item(call, secret, version, with_version=True)}


def _deleted(call: Call, deleted: DeletedSecret) -> dict[str, Any]:
    secret = deleted.secret
    return {
        "recoveryId": f"{call.uri}deletedsecrets/{secret.name}",
        "deletedDate": int(deleted.deleted_at),
        "scheduledPurgeDate": int(deleted.purge_at),
        **_item(call, secret, secret.versions[-1], with_version=True),
    }
