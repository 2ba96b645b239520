"""The errors of a registry: `{"errors": [{"code", "message", "detail"}]}`.

Source: recorded test traffic of Azure/azure-cli (acr login) and Azure/azure-sdk-for-go (azcontainerregistry);
opencontainers/distribution-spec for the codes that were not recorded.
"""

from typing import Any

from starlette.responses import JSONResponse


class RegistryError(Exception):
    """A refusal of the registry."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        detail: Any = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.detail = detail
        self.headers = headers or {}

    def response(self) -> JSONResponse:
        """As the client reads it."""
        error = {"code": self.code, "message": self.message, "detail": self.detail}
        return JSONResponse({"errors": [error]}, self.status, self.headers)


def unauthorized(host: str, scope: str | None, detail: Any) -> RegistryError:
    """401 with the challenge that names the token endpoint and the scope."""
    challenge = f'Bearer realm="https://{host}/oauth2/token",service="{host}"'
    if scope is not None:
        challenge += f',scope="{scope}"'
    return RegistryError(
        401,
        "UNAUTHORIZED",
        "authentication required, visit https://aka.ms/acr/authorization for more information.",
        detail,
        {"WWW-Authenticate": challenge},
    )


def denied() -> RegistryError:
    return RegistryError(403, "DENIED", "requested access to the resource is denied")


def blocked_network() -> RegistryError:
    # Source: learn.microsoft.com "Troubleshoot network issues with registry".
    return RegistryError(
        403,
        "DENIED",
        "client with IP '127.0.0.1' is not allowed access. Refer https://aka.ms/acr/firewall to grant access.",
    )


def tag_unknown(tag: str) -> RegistryError:
    return RegistryError(404, "MANIFEST_UNKNOWN", f'manifest tagged by "{tag}" is not found', {"Tag": tag})


def digest_unknown(digest: str) -> RegistryError:
    return RegistryError(404, "MANIFEST_UNKNOWN", f"manifest {digest} is not found", {"Digest": digest})


def repository_unknown(name: str) -> RegistryError:
    return RegistryError(404, "NAME_UNKNOWN", "repository name not known to registry", {"name": name})


def blob_unknown(digest: str) -> RegistryError:
    return RegistryError(404, "BLOB_UNKNOWN", "blob unknown to registry", {"digest": digest})


def upload_unknown() -> RegistryError:
    return RegistryError(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry")


def digest_invalid(digest: str) -> RegistryError:
    return RegistryError(400, "DIGEST_INVALID", "provided digest did not match uploaded content", {"digest": digest})


def manifest_invalid(reason: str) -> RegistryError:
    return RegistryError(400, "MANIFEST_INVALID", f"manifest invalid: {reason}")


def manifest_blob_unknown(digest: str) -> RegistryError:
    return RegistryError(400, "MANIFEST_BLOB_UNKNOWN", "blob unknown to registry", {"digest": digest})


def name_invalid(name: str) -> RegistryError:
    return RegistryError(400, "NAME_INVALID", "invalid repository name", {"name": name})


def too_large(limit: int) -> RegistryError:
    return RegistryError(
        413,
        "SIZE_INVALID",
        f"The local registry accepts blobs of at most {limit} bytes. To run an agent, use "
        "`foundry-emulator push`: it needs no layers.",
    )
