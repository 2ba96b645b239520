"""The errors of Azure Resource Manager. One function per error, each with its source.

The envelope is `{"error": {"code", "message", "target"?, "details", "additionalInfo"}}`.
Source of the texts, where no other is named: recorded test traffic of Azure/azure-cli, 2025-10 to 2026-09.
"""

from typing import Any


class ArmError(Exception):
    """A refusal. `status` is the HTTP status, `code` and `message` are what the caller reads."""

    def __init__(self, status: int, code: str, message: str, target: str | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.target = target

    def body(self) -> dict[str, Any]:
        """The envelope as JSON."""
        error: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.target is not None:
            error["target"] = self.target
        return {"error": error}


# --- the caller and the request ------------------------------------------------------------------------------------


def authentication_failed() -> ArmError:
    # Source: learn.microsoft.com "Common Azure Resource Manager errors".
    return ArmError(
        401,
        "AuthenticationFailed",
        "Authentication failed. The 'Authorization' header is missing or invalid.",
    )


def authorization_failed(name: str, object_id: str, action: str, scope: str) -> ArmError:
    return ArmError(
        403,
        "AuthorizationFailed",
        f"The client '{name}' with object id '{object_id}' does not have authorization to perform action "
        f"'{action}' over scope '{scope}' or the scope is invalid. If access was recently granted, please "
        "refresh your credentials.",
    )


def missing_api_version() -> ArmError:
    # Source: pulumi/pulumi-azure-native and Azure/terraform-provider-azapi issue threads.
    return ArmError(
        400,
        "MissingApiVersionParameter",
        "The api-version query parameter (?api-version=) is required for all requests.",
    )


def unknown_api_version(version: str, resource_type: str, location: str, known: tuple[str, ...]) -> ArmError:
    # Source: learn.microsoft.com "Resolve errors for resource provider registration".
    return ArmError(
        400,
        "NoRegisteredProviderFound",
        f"No registered resource provider found for location '{location}' and API version '{version}' "
        "for type "
        f"'{resource_type}'. The supported api-versions are '{', '.join(known)}'.",
    )


def invalid_resource_type(namespace: str, resource_type: str) -> ArmError:
    # Source: learn.microsoft.com "Common Azure Resource Manager errors" (InvalidResourceType).
    return ArmError(
        404,
        "InvalidResourceType",
        f"The resource type '{resource_type}' could not be found in the namespace '{namespace}'. "
        "(The local Azure has only the types that foundry-agents uses.)",
    )


def unknown_path(method: str, path: str) -> ArmError:
    return ArmError(404, "NotFound", f"The local Azure does not serve {method} {path}.")


def invalid_json(reason: str) -> ArmError:
    return ArmError(
        400,
        "InvalidRequestContent",
        f"The request content was invalid and could not be deserialized: '{reason}'.",
    )


def invalid_value(code: str, message: str, target: str | None = None) -> ArmError:
    return ArmError(400, code, message, target)


def precondition_failed(etag: str) -> ArmError:
    return ArmError(
        412,
        "PreconditionFailed",
        f"Precondition failed. The etag '{etag}' specified does not match the current value of the resource.",
    )


# --- what does not exist ------------------------------------------------------------------------------------


def subscription_not_found(subscription: str) -> ArmError:
    return ArmError(404, "SubscriptionNotFound", f"The subscription '{subscription}' could not be found.")


def resource_group_not_found(name: str) -> ArmError:
    return ArmError(404, "ResourceGroupNotFound", f"Resource group '{name}' could not be found.")


def resource_not_found(type_and_name: str, group: str) -> ArmError:
    return ArmError(
        404,
        "ResourceNotFound",
        f"The Resource '{type_and_name}' under resource group '{group}' was not found. For more "
        "details please "
        "go to https://aka.ms/ARMResourceNotFoundFix",
    )


def parent_resource_not_found(resource_type: str, parent: str) -> ArmError:
    # Source: learn.microsoft.com "Resolve errors for parent resources".
    return ArmError(
        404,
        "ParentResourceNotFound",
        f"Failed to perform 'write' on resource(s) of type '{resource_type}', because the parent resource "
        f"'{parent}' could not be found.",
    )


# --- conflicts -----------------------------------------------------------------------------------


def nested_resources(nested: list[str]) -> ArmError:
    # Source: Azure/terraform-provider-azapi issue 894.
    names = ", ".join(f"'{name}'" for name in nested)
    return ArmError(
        409,
        "CannotDeleteResource",
        "Cannot delete resource while nested resources exist. Some existing nested resource IDs "
        f"include: {names}. "
        "Please delete all nested resources before deleting this resource.",
    )


def request_conflict(parent: str) -> ArmError:
    # Source: hashicorp/terraform-provider-azurerm issue 22607.
    return ArmError(
        409,
        "RequestConflict",
        f"Another operation is being performed on the parent resource '{parent}'. Please try again later.",
    )


def conflict(message: str) -> ArmError:
    return ArmError(409, "Conflict", message)
