"""The HTTP interface of one registry: the distribution API, the token endpoints and ACR's own lists.

Source: recorded test traffic of Azure/azure-cli and Azure/azure-sdk-for-go (azcontainerregistry);
opencontainers/distribution-spec; azure-containerregistry 1.2.0 for `/acr/v1`.
"""

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from foundry_emulator.arm.wire import iso
from foundry_emulator.registry import content, errors, rights
from foundry_emulator.registry.errors import RegistryError
from foundry_emulator.registry.registries import Registries
from foundry_emulator.registry.state import Manifest, RegistryContent, Repository, Tag
from foundry_emulator.registry.tokens import RegistryTokens


@dataclass(frozen=True)
class Call:
    """An authorized request: the registry, and the repository that the path names."""

    registries: Registries
    request: Request
    registry: RegistryContent
    name: str

    def path(self, parameter: str) -> str:
        return str(self.request.path_params[parameter])


Handler = Callable[[Call], Awaitable[Response]]


def registry_app(registries: Registries, name: str) -> Starlette:
    """The application of the registry of that name (in lower case)."""
    door = _Door(registries, name)
    guarded, tokens = door.guarded, door.tokens
    repository = "/v2/{name:path}"
    own = "/acr/v1/{name:path}"
    manifest, upload = f"{repository}/manifests/{{reference}}", f"{repository}/blobs/uploads/{{upload}}"
    return Starlette(
        routes=[
            Route("/oauth2/exchange", tokens.exchange, methods=["POST"]),
            Route("/oauth2/token", tokens.token, methods=["GET", "POST"]),
            Route("/v2/", guarded(None, _version)),
            Route("/v2", guarded(None, _version)),
            Route("/v2/_catalog", guarded("catalog", _catalog)),
            Route("/acr/v1/_catalog", guarded("catalog", _catalog)),
            Route(f"{repository}/tags/list", guarded("pull", _tags)),
            Route(manifest, guarded("pull", _get_manifest), methods=["GET", "HEAD"]),
            Route(manifest, guarded("push", _put_manifest), methods=["PUT"]),
            Route(manifest, guarded("delete", _delete_manifest), methods=["DELETE"]),
            Route(f"{repository}/blobs/uploads/", guarded("push", _begin_upload), methods=["POST"]),
            Route(upload, guarded("push", _append), methods=["PATCH"]),
            Route(upload, guarded("push", _finish_upload), methods=["PUT"]),
            Route(f"{repository}/blobs/{{digest}}", guarded("pull", _get_blob), methods=["GET", "HEAD"]),
            Route(f"{own}/_tags/{{tag}}", guarded("metadata_read", _tag_properties), methods=["GET"]),
            Route(f"{own}/_tags/{{tag}}", guarded("delete", _delete_tag), methods=["DELETE"]),
            Route(f"{own}/_tags", guarded("metadata_read", _list_tags)),
            Route(f"{own}/_manifests/{{digest}}", guarded("metadata_read", _manifest_properties)),
            Route(f"{own}/_manifests", guarded("metadata_read", _list_manifests)),
            Route(own, guarded("metadata_read", _repository_properties), methods=["GET"]),
            Route(own, guarded("delete", _delete_repository), methods=["DELETE"]),
        ]
    )


class _Door:
    """Lets in whom the token allows; refusals have the registry's own shape."""

    def __init__(self, registries: Registries, name: str) -> None:
        self._registries = registries
        self._name = name
        self.tokens = RegistryTokens(registries, name)

    def guarded(self, action: rights.Action | None, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            try:
                response = await handler(self._admitted(request, action))
            except RegistryError as problem:
                response = problem.response()
            _stamp(response)
            return response

        return endpoint

    def _admitted(self, request: Request, action: rights.Action | None) -> Call:
        resource = self._registries.resource(self._name)
        if resource is None:
            raise errors.repository_unknown(self._name)
        if resource.properties.get("publicNetworkAccess") == "Disabled":
            raise errors.blocked_network()
        name = request.path_params.get("name", "catalog" if action == "catalog" else "")
        call = Call(self._registries, request, self._registries.state.registries[self._name], name)
        if action is None or not rights.anonymous(resource, action):
            self._check_token(call, action)
        return call

    def _check_token(self, call: Call, action: rights.Action | None) -> None:
        host = call.request.headers.get("host", "")
        allowed = self.tokens.access(call.request)
        if action is None:
            if allowed is None:
                raise errors.unauthorized(host, None, None)
            return
        wanted = "*" if action == "catalog" else action
        if allowed is not None and (call.name, wanted) in allowed.granted:
            return
        if allowed is not None and (call.name, wanted) in allowed.asked:
            raise errors.denied()
        kind = "registry" if action == "catalog" else "repository"
        detail = [{"Type": kind, "Name": call.name, "Action": wanted}]
        asked = "pull,push" if action == "push" else wanted
        raise errors.unauthorized(host, f"{kind}:{call.name}:{asked}", detail)


def _stamp(response: Response) -> None:
    """The headers that every answer carries."""
    response.headers["Docker-Distribution-Api-Version"] = "registry/2.0"
    response.headers["Access-Control-Expose-Headers"] = (
        "Docker-Content-Digest, WWW-Authenticate, Link, X-Ms-Correlation-Request-Id"
    )
    response.headers["X-Ms-Correlation-Request-Id"] = str(uuid.uuid4())
    response.headers["X-Ms-Ratelimit-Remaining-Calls-Per-Second"] = "166.65"
    response.headers["Server"] = "AzureContainerRegistry"


async def _version(_call: Call) -> Response:
    return JSONResponse({})


async def _catalog(call: Call) -> Response:
    names = sorted(call.registry.repositories)
    return JSONResponse({"repositories": names or None if "/acr/" in call.request.url.path else names})


async def _tags(call: Call) -> Response:
    held = content.repository(call.registry, call.name)
    return JSONResponse({"name": call.name, "tags": sorted(held.tags)})


async def _get_manifest(call: Call) -> Response:
    found = content.manifest(call.registry, call.name, call.path("reference"))
    headers = {"Docker-Content-Digest": found.digest, "ETag": f'"{found.digest}"'}
    return Response(found.body.encode(), media_type=None, headers={**headers, "Content-Type": found.media_type})


async def _put_manifest(call: Call) -> Response:
    body = await call.request.body()
    kind = call.request.headers.get("content-type", "")
    now = call.registries.clock.now()
    made = content.put_manifest(call.registry, call.name, call.path("reference"), body=body, content_type=kind, now=now)
    headers = {
        "Docker-Content-Digest": made.digest,
        "Location": f"/v2/{call.name}/manifests/{made.digest}",
    }
    return Response(status_code=201, headers=headers)


async def _delete_manifest(call: Call) -> Response:
    content.delete_manifest(call.registry, call.name, call.path("reference"))
    return Response(status_code=202)


async def _begin_upload(call: Call) -> Response:
    content.check_repository(call.name)
    return _upload_answer(call, content.begin_upload(call.registry), 0)


async def _append(call: Call) -> Response:
    identifier = call.path("upload")
    return _upload_answer(call, identifier, content.append(call.registry, identifier, await call.request.body()))


async def _finish_upload(call: Call) -> Response:
    identifier, digest = call.path("upload"), call.request.query_params.get("digest", "")
    content.append(call.registry, identifier, await call.request.body())
    content.finish_upload(call.registry, identifier, digest)
    headers = {"Docker-Content-Digest": digest, "Location": f"/v2/{call.name}/blobs/{digest}"}
    return Response(status_code=201, headers=headers)


def _upload_answer(call: Call, identifier: str, size: int) -> Response:
    headers = {
        "Location": f"/v2/{call.name}/blobs/uploads/{identifier}",
        "Docker-Upload-UUID": identifier,
        "Range": f"0-{max(0, size - 1)}",
    }
    return Response(status_code=202, headers=headers)


async def _get_blob(call: Call) -> Response:
    digest = call.path("digest")
    body = content.blob(call.registry, digest)
    headers = {"Docker-Content-Digest": digest, "Content-Type": "application/octet-stream"}
    return Response(body, headers=headers)


async def _repository_properties(call: Call) -> Response:
    held = content.repository(call.registry, call.name)
    times = [one.pushed_at for one in held.manifests.values()] or [0.0]
    return JSONResponse(
        {
            "registry": call.request.headers.get("host", ""),
            "imageName": call.name,
            "createdTime": iso(min(times)),
            "lastUpdateTime": iso(max(times)),
            "manifestCount": len(held.manifests),
            "tagCount": len(held.tags),
            "changeableAttributes": _CHANGEABLE,
        }
    )


async def _delete_repository(call: Call) -> Response:
    held = content.repository(call.registry, call.name)
    del call.registry.repositories[call.name]
    gone = {"manifestsDeleted": sorted(held.manifests), "tagsDeleted": sorted(held.tags)}
    return JSONResponse(gone, 202)


async def _list_tags(call: Call) -> Response:
    held = content.repository(call.registry, call.name)
    digest = call.request.query_params.get("digest")
    shown = [_tag(one) for one in held.tags.values() if digest in (None, one.digest)]
    return JSONResponse(_own(call, {"tags": sorted(shown, key=lambda one: str(one["name"]))}))


async def _tag_properties(call: Call) -> Response:
    held = content.repository(call.registry, call.name)
    tag = held.tags.get(call.path("tag"))
    if tag is None:
        raise errors.tag_unknown(call.path("tag"))
    return JSONResponse(_own(call, {"tag": _tag(tag)}))


async def _delete_tag(call: Call) -> Response:
    held = content.repository(call.registry, call.name)
    if held.tags.pop(call.path("tag"), None) is None:
        raise errors.tag_unknown(call.path("tag"))
    return Response(status_code=202)


async def _list_manifests(call: Call) -> Response:
    held = content.repository(call.registry, call.name)
    return JSONResponse(_own(call, {"manifests": [_manifest(held, one) for one in held.manifests.values()]}))


async def _manifest_properties(call: Call) -> Response:
    held = content.repository(call.registry, call.name)
    found = content.manifest(call.registry, call.name, call.path("digest"))
    return JSONResponse(_own(call, {"manifest": _manifest(held, found)}))


_CHANGEABLE = {"deleteEnabled": True, "writeEnabled": True, "readEnabled": True, "listEnabled": True}


def _own(call: Call, body: dict[str, object]) -> dict[str, object]:
    return {"registry": call.request.headers.get("host", ""), "imageName": call.name, **body}


def _tag(tag: Tag) -> dict[str, object]:
    return {
        "name": tag.name,
        "digest": tag.digest,
        "createdTime": iso(tag.created_at),
        "lastUpdateTime": iso(tag.updated_at),
        "signed": False,
        "changeableAttributes": _CHANGEABLE,
    }


def _manifest(held: Repository, manifest: Manifest) -> dict[str, object]:
    return {
        "digest": manifest.digest,
        "imageSize": len(manifest.body),
        "createdTime": iso(manifest.pushed_at),
        "lastUpdateTime": iso(manifest.pushed_at),
        "mediaType": manifest.media_type,
        "tags": sorted(tag.name for tag in held.tags.values() if tag.digest == manifest.digest),
        "changeableAttributes": _CHANGEABLE,
    }
