"""The errors of a vault.

Source: learn.microsoft.com "Authentication, requests and responses" of Key Vault, and issue reports of
azurerm and Ansible for the texts.
"""

from typing import Any


class VaultError(Exception):
    """A refusal: `status`, `code` and `message` are what the caller reads; `inner` is the finer code."""

    def __init__(self, status: int, code: str, message: str, inner: str = "") -> None:
        super().__init__(f"{code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.inner = inner

    def body(self) -> dict[str, Any]:
        """The envelope as JSON."""
        error: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.inner:
            error["innererror"] = {"code": self.inner}
        return {"error": error}


def unauthorized() -> VaultError:
    return VaultError(401, "Unauthorized", "AKV10000: Request is missing a Bearer or PoP token.")


def forbidden(object_id: str, action: str, resource: str, *, by_role: bool) -> VaultError:
    return VaultError(
        403,
        "Forbidden",
        "Caller is not authorized to perform action on resource.\r\nIf role assignments, deny assignments or role "
        "definitions were changed recently, please observe propagation time.\r\n"
        f"Caller: oid={object_id}\r\nAction: '{action}'\r\nResource: '{resource}'\r\nAssignment: (not found)",
        inner="ForbiddenByRbac" if by_role else "ForbiddenByPolicy",
    )


def bad_parameter(message: str) -> VaultError:
    return VaultError(400, "BadParameter", message)


def not_found(name: str) -> VaultError:
    return VaultError(
        404,
        "SecretNotFound",
        f"A secret with (name/id) {name} was not found in this key vault. If you recently deleted this secret you "
        "may be able to recover it using the correct recovery command.",
    )


def disabled(name: str) -> VaultError:
    return VaultError(
        403, "Forbidden", f"Operation get is not allowed on a disabled secret: {name}", inner="SecretDisabled"
    )


def name_in_deleted_state(name: str) -> VaultError:
    return VaultError(
        409,
        "Conflict",
        f"Secret {name} is currently in a deleted but recoverable state, and its name cannot be reused; in this "
        "state, the secret can only be recovered or purged.",
        inner="ObjectIsDeletedButRecoverable",
    )


def purge_protected() -> VaultError:
    return VaultError(403, "Forbidden", "Operation purge is not allowed on this vault.", inner="OperationNotAllowed")
