"""Connections of accounts and projects to other services.

Source: recorded test traffic of Azure/azure-cli (test_project_connections_from_file), 2025-10; for the connection
to a key vault MicrosoftDocs/azure-ai-docs set-up-key-vault-connection.
"""

from typing import Any

from starlette.responses import Response

from foundry_emulator.arm import credentials, errors
from foundry_emulator.arm.call import Call
from foundry_emulator.arm.cognitive_services.names import (
    CONNECTION_NAME,
    check_name,
    existing_account,
    existing_project,
)
from foundry_emulator.arm.resource_types import CONNECTION, PROJECT_CONNECTION
from foundry_emulator.arm.state import Resource
from foundry_emulator.arm.wire import answer, empty, listing, system_data

AUTH_TYPES = (
    "AAD",
    "AccessKey",
    "AccountKey",
    "AccountManagedIdentity",
    "AgenticIdentityToken",
    "AgentUserImpersonation",
    "ApiKey",
    "CustomKeys",
    "DelegatedSAS",
    "ManagedIdentity",
    "None",
    "OAuth2",
    "PAT",
    "ProjectManagedIdentity",
    "SAS",
    "ServicePrincipal",
    "UserEntraToken",
    "UsernamePassword",
)
"""Source: azure-mgmt-cognitiveservices 14.1.0, ConnectionAuthType."""


async def put(call: Call) -> Response:
    """Create or replace: 200 in both cases."""
    check_name(call.parameters["connection"], CONNECTION_NAME, "connection")
    scope = _scope(call)
    sent = call.mapping("properties") or {}
    existing = call.arm.resources.find(_id(call, scope))
    _check(call, scope, sent)
    connection = existing or Resource(id=_id(call, scope), type=_type(call), name=call.parameters["connection"])
    _write(call, connection, dict(sent))
    call.arm.resources.save(connection, call.principal)
    return answer(200, _body(connection))


async def patch(call: Call) -> Response:
    """Change single properties."""
    connection = _existing(call)
    merged = {**connection.properties, **(call.mapping("properties") or {})}
    _check(call, _scope(call), merged)
    _write(call, connection, merged)
    call.arm.resources.save(connection, call.principal)
    return answer(200, _body(connection))


async def get(call: Call) -> Response:
    """Read one; credentials are never shown."""
    return answer(200, _body(_existing(call)))


async def list_all(call: Call) -> Response:
    """Those of the scope; `category` and `target` select."""
    scope = _scope(call)
    query = call.request.query_params
    found = [
        one
        for one in call.arm.resources.of_type(_type(call), scope.id)
        if query.get("category") in (None, one.properties.get("category"))
        and query.get("target") in (None, one.properties.get("target"))
    ]
    return listing([_body(one) for one in found])


async def delete(call: Call) -> Response:
    """200, or 204 where there is none."""
    connection = call.arm.resources.find(_id(call, _scope(call)))
    if connection is None:
        return empty(204)
    if connection.properties["category"] == credentials.KEY_VAULT and _others(call, connection.id):
        # Code inferred, rule documented.
        raise errors.invalid_value(
            "ValidationError", "The Azure Key Vault connection can only be deleted when no other connection exists."
        )
    await call.arm.resources.remove(connection)
    return empty(200)


def _write(call: Call, connection: Resource, sent: dict[str, Any]) -> None:
    given = sent.pop("credentials", None)
    kept = connection.properties.get(credentials.IN_VAULT)
    connection.properties = sent | ({credentials.IN_VAULT: kept} if kept and given is None else {})
    if given is not None:
        call.arm.credentials.keep(existing_account(call), connection, given)


def _others(call: Call, own: str) -> list[Resource]:
    """All other connections of the account, those of its projects included."""
    account = existing_account(call)
    found = [one for kind in (CONNECTION, PROJECT_CONNECTION) for one in call.arm.resources.of_type(kind, account.id)]
    return [one for one in found if one.id.lower() != own.lower()]


def _scope(call: Call) -> Resource:
    return existing_project(call) if "project" in call.parameters else existing_account(call, settled=True)


def _type(call: Call) -> str:
    return PROJECT_CONNECTION if "project" in call.parameters else CONNECTION


def _id(call: Call, scope: Resource) -> str:
    return f"{scope.id}/connections/{call.parameters['connection']}"


def _existing(call: Call) -> Resource:
    scope = _scope(call)
    connection = call.arm.resources.find(_id(call, scope))
    if connection is None:
        raise errors.resource_not_found(
            f"{_type(call)}/{scope.name}/{call.parameters['connection']}", call.parameters["group"]
        )
    return connection


def _check(call: Call, scope: Resource, sent: dict[str, Any]) -> None:
    category, auth_type = sent.get("category"), sent.get("authType")
    if not category or auth_type not in AUTH_TYPES:
        raise errors.invalid_value(
            "ValidationError", f"A connection needs a category and an authType of {', '.join(AUTH_TYPES)}."
        )
    if category == "ContainerRegistry" and auth_type == "ManagedIdentity" and call.api_version == "2025-06-01":
        # Source: Azure/azure-dev, which uses another version for this connection.
        raise errors.missing_api_version()
    if category == credentials.KEY_VAULT:
        _check_key_vault(call, scope, sent)
    if auth_type == "CustomKeys" and not _are_custom_keys(sent.get("credentials")):
        raise errors.invalid_value(
            "ValidationError", "A connection with authType CustomKeys needs credentials.keys, a map of strings."
        )
    if category != "AppInsights":
        return
    # Source: aiappsgbb/awesome-gbb, live runs.
    if auth_type != "ApiKey":
        raise errors.invalid_value("ValidationError", "AuthType for AppInsights Connection can only be ApiKey")
    own = _id(call, scope).lower()
    others = [one for one in call.arm.resources.of_type(_type(call), scope.id) if one.id.lower() != own]
    if any(one.properties.get("category") == "AppInsights" for one in others):
        raise errors.invalid_value(
            "ValidationError", "There can only be one AppInsights connection. Delete the existing one first."
        )


def _are_custom_keys(sent: Any) -> bool:
    keys = sent.get("keys") if isinstance(sent, dict) else None
    return sent is None or (isinstance(keys, dict) and all(isinstance(one, str) for one in keys.values()))


def _check_key_vault(call: Call, scope: Resource, sent: dict[str, Any]) -> None:
    """One per account, and before any other. The codes are inferred, the rules documented."""
    if "project" in call.parameters or sent["authType"] not in ("AccountManagedIdentity", "AAD"):
        raise errors.invalid_value(
            "ValidationError",
            "An Azure Key Vault connection belongs to the account, with authType AccountManagedIdentity.",
        )
    if _others(call, _id(call, scope)):
        raise errors.invalid_value(
            "ValidationError",
            "An Azure Key Vault connection can only be created when no other connection exists at the resource or "
            "project level. Delete the others first.",
        )
    vault = credentials.vault_named_by(sent)
    if not vault or call.arm.resources.find(vault) is None:
        raise errors.invalid_value("ValidationError", f"The key vault '{vault}' was not found.", "target")


def _body(connection: Resource) -> dict[str, Any]:
    sent = connection.properties
    return {
        "tags": None,
        "location": None,
        "id": connection.id,
        "name": connection.name,
        "type": connection.type,
        "properties": {
            "authType": sent["authType"],
            "credentials": None,
            "group": "Azure"
            if sent["category"] in ("ContainerRegistry", "AppInsights", "AzureKeyVault")
            else "Generic",
            "category": sent["category"],
            "expiryTime": sent.get("expiryTime"),
            "target": sent.get("target"),
            "useWorkspaceManagedIdentity": bool(sent.get("useWorkspaceManagedIdentity", False)),
            # Of a project's connection it is ignored, whatever is sent (recorded); of an account's it is not known.
            "isSharedToAll": connection.type == CONNECTION and bool(sent.get("isSharedToAll", False)),
            "sharedUserList": sent.get("sharedUserList") or [],
            "peRequirement": "NotRequired",
            "peStatus": "NotApplicable",
            "error": None,
            "isDefault": True,
            "metadata": sent.get("metadata") or {},
        },
        "systemData": system_data(connection),
    }
