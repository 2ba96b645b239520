"""Every operation of Resource Manager that the local Azure has: path, needed right, handler, source."""

from foundry_emulator.arm import (
    container_registry,
    key_vault,
    polling,
    providers,
    resource_groups,
    role_assignments,
    role_definitions,
    subscriptions,
)
from foundry_emulator.arm.call import Operation
from foundry_emulator.arm.cognitive_services import (
    accounts,
    capability_hosts,
    connections,
    deleted_accounts,
    deployments,
    projects,
)

_SUBSCRIPTION = "/subscriptions/{subscription}"
_GROUP = f"{_SUBSCRIPTION}/resourceGroups/{{group}}"
_COGNITIVE = "Microsoft.CognitiveServices"
_ACCOUNTS = f"providers/{_COGNITIVE}/accounts"
_ACCOUNT = f"{_GROUP}/{_ACCOUNTS}/{{account}}"
_PROJECT = f"{_ACCOUNT}/projects/{{project}}"
_REGISTRIES = "providers/Microsoft.ContainerRegistry/registries"
_REGISTRY = f"{_GROUP}/{_REGISTRIES}/{{registry}}"
_REGISTRY_TYPE = "Microsoft.ContainerRegistry/registries"
_VAULTS = "providers/Microsoft.KeyVault/vaults"
_VAULT = f"{_GROUP}/{_VAULTS}/{{vault}}"
_DELETED_VAULT = f"{_SUBSCRIPTION}/providers/Microsoft.KeyVault/locations/{{location}}/deletedVaults/{{vault}}"
_ROLE_ASSIGNMENTS = "/{scope:path}/providers/Microsoft.Authorization/roleAssignments"
_ROLE_DEFINITIONS = "/{scope:path}/providers/Microsoft.Authorization/roleDefinitions"
_DELETED = (
    f"{_SUBSCRIPTION}/providers/{_COGNITIVE}/locations/{{location}}"
    "/resourceGroups/{group}/deletedAccounts/{account}"
)

CLI = "recorded test traffic of Azure/azure-cli, 2025-10 to 2026-09"
GO = "recorded test traffic of Azure/azure-sdk-for-go and Azure/azure-dev"
SPEC = "Azure/azure-rest-api-specs and the models of the azure-mgmt packages"

_SUBSCRIPTIONS: tuple[Operation, ...] = (
    Operation("GET", "/tenants", None, subscriptions.tenants, SPEC),
    Operation(
        "GET",
        f"{_SUBSCRIPTION}/locations",
        "Microsoft.Resources/subscriptions/locations/read",
        subscriptions.locations,
        SPEC,
        scope=_SUBSCRIPTION,
    ),
    Operation("GET", "/subscriptions", None, subscriptions.show_all, SPEC),
    Operation("GET", _SUBSCRIPTION, "Microsoft.Resources/subscriptions/read", subscriptions.show, SPEC),
    Operation(
        "GET",
        f"{_SUBSCRIPTION}/resources",
        "Microsoft.Resources/subscriptions/resources/read",
        subscriptions.resources,
        SPEC,
        scope=_SUBSCRIPTION,
    ),
    Operation(
        "GET",
        f"{_SUBSCRIPTION}/providers",
        "Microsoft.Resources/subscriptions/providers/read",
        providers.list_all,
        SPEC,
        scope=_SUBSCRIPTION,
    ),
    Operation(
        "GET",
        f"{_SUBSCRIPTION}/providers/{{namespace}}",
        "Microsoft.Resources/subscriptions/providers/read",
        providers.get,
        SPEC,
        scope=_SUBSCRIPTION,
    ),
    Operation(
        "POST",
        f"{_SUBSCRIPTION}/providers/{{namespace}}/register",
        "Microsoft.Resources/subscriptions/providers/register/action",
        providers.register,
        SPEC,
        scope=_SUBSCRIPTION,
    ),
)


def _resource_groups() -> tuple[Operation, ...]:
    right = "Microsoft.Resources/subscriptions/resourceGroups"
    return (
        Operation("GET", f"{_SUBSCRIPTION}/resourceGroups", f"{right}/read", resource_groups.list_all, GO),
        Operation("PUT", _GROUP, f"{right}/write", resource_groups.put, GO),
        Operation("PATCH", _GROUP, f"{right}/write", resource_groups.patch, GO),
        Operation("GET", _GROUP, f"{right}/read", resource_groups.get, GO),
        Operation("HEAD", _GROUP, f"{right}/read", resource_groups.head, GO),
        Operation("DELETE", _GROUP, f"{right}/delete", resource_groups.delete, GO),
        Operation("GET", f"{_GROUP}/resources", f"{right}/resources/read", subscriptions.resources, SPEC),
        Operation("GET", f"{_SUBSCRIPTION}/operationresults/{{operation}}", None, polling.poll_group, GO),
    )


def _accounts() -> tuple[Operation, ...]:
    right = f"{_COGNITIVE}/accounts"
    deleted = f"{_COGNITIVE}/locations/resourceGroups/deletedAccounts"
    return (
        Operation("PUT", _ACCOUNT, f"{right}/write", accounts.put, CLI),
        Operation("PATCH", _ACCOUNT, f"{right}/write", accounts.patch, SPEC),
        Operation("GET", _ACCOUNT, f"{right}/read", accounts.get, CLI),
        Operation("DELETE", _ACCOUNT, f"{right}/delete", accounts.delete, CLI),
        Operation("GET", f"{_GROUP}/{_ACCOUNTS}", f"{right}/read", accounts.list_all, SPEC),
        Operation("GET", f"{_SUBSCRIPTION}/{_ACCOUNTS}", f"{right}/read", accounts.list_all, SPEC),
        Operation(
            "POST",
            f"{_ACCOUNT}/listKeys",
            f"{right}/listKeys/action",
            accounts.list_keys,
            SPEC,
            scope=_ACCOUNT,
        ),
        Operation("GET", _DELETED, f"{deleted}/read", deleted_accounts.get, CLI),
        Operation("DELETE", _DELETED, f"{deleted}/delete", deleted_accounts.purge, CLI),
        Operation(
            "GET",
            f"{_SUBSCRIPTION}/providers/{_COGNITIVE}/deletedAccounts",
            f"{_COGNITIVE}/deletedAccounts/read",
            deleted_accounts.list_all,
            CLI,
        ),
        Operation(
            "GET",
            f"{_SUBSCRIPTION}/providers/{_COGNITIVE}/locations/{{location}}/operationResults/{{operation}}",
            None,
            polling.poll,
            CLI,
        ),
    )


def _projects() -> tuple[Operation, ...]:
    right = f"{_COGNITIVE}/accounts/projects"
    return (
        Operation("PUT", _PROJECT, f"{right}/write", projects.put, CLI),
        Operation("PATCH", _PROJECT, f"{right}/write", projects.patch, SPEC),
        Operation("GET", _PROJECT, f"{right}/read", projects.get, CLI),
        Operation("DELETE", _PROJECT, f"{right}/delete", projects.delete, CLI),
        Operation("GET", f"{_ACCOUNT}/projects", f"{right}/read", projects.list_all, SPEC),
    )


def _capability_hosts(parent: str, right: str) -> tuple[Operation, ...]:
    place = f"{parent}/capabilityHosts/{{host}}"
    return (
        Operation("PUT", place, f"{right}/write", capability_hosts.put, SPEC),
        Operation("GET", place, f"{right}/read", capability_hosts.get, SPEC),
        Operation("DELETE", place, f"{right}/delete", capability_hosts.delete, SPEC),
        Operation("GET", f"{parent}/capabilityHosts", f"{right}/read", capability_hosts.list_all, SPEC),
    )


def _connections(parent: str, right: str) -> tuple[Operation, ...]:
    place = f"{parent}/connections/{{connection}}"
    return (
        Operation("PUT", place, f"{right}/write", connections.put, CLI),
        Operation("PATCH", place, f"{right}/write", connections.patch, SPEC),
        Operation("GET", place, f"{right}/read", connections.get, CLI),
        Operation("DELETE", place, f"{right}/delete", connections.delete, CLI),
        Operation("GET", f"{parent}/connections", f"{right}/read", connections.list_all, CLI),
    )


def _deployments() -> tuple[Operation, ...]:
    right, place = f"{_COGNITIVE}/accounts/deployments", f"{_ACCOUNT}/deployments/{{deployment}}"
    return (
        Operation("PUT", place, f"{right}/write", deployments.put, CLI),
        Operation("GET", place, f"{right}/read", deployments.get, CLI),
        Operation("DELETE", place, f"{right}/delete", deployments.delete, CLI),
        Operation("GET", f"{_ACCOUNT}/deployments", f"{right}/read", deployments.list_all, CLI),
    )


def _registries() -> tuple[Operation, ...]:
    right = _REGISTRY_TYPE
    return (
        Operation("PUT", _REGISTRY, f"{right}/write", container_registry.put, CLI),
        Operation("PATCH", _REGISTRY, f"{right}/write", container_registry.patch, CLI),
        Operation("GET", _REGISTRY, f"{right}/read", container_registry.get, CLI),
        Operation("DELETE", _REGISTRY, f"{right}/delete", container_registry.delete, SPEC),
        Operation("GET", f"{_GROUP}/{_REGISTRIES}", f"{right}/read", container_registry.list_all, SPEC),
        Operation("GET", f"{_SUBSCRIPTION}/{_REGISTRIES}", f"{right}/read", container_registry.list_all, SPEC),
        Operation("GET", f"{_REGISTRY}/operationStatuses/{{operation}}", None, polling.poll, CLI),
        Operation(
            "POST",
            f"{_REGISTRY}/listCredentials",
            f"{right}/listCredentials/action",
            container_registry.list_credentials,
            SPEC,
            scope=_REGISTRY,
        ),
        Operation(
            "GET",
            f"{_REGISTRY}/listUsages",
            f"{right}/listUsages/read",
            container_registry.list_usages,
            SPEC,
            scope=_REGISTRY,
        ),
        Operation(
            "POST",
            f"{_SUBSCRIPTION}/providers/Microsoft.ContainerRegistry/checkNameAvailability",
            "Microsoft.ContainerRegistry/checkNameAvailability/read",
            container_registry.check_name,
            SPEC,
            scope=_SUBSCRIPTION,
        ),
    )


def _vaults() -> tuple[Operation, ...]:
    right, deleted = "Microsoft.KeyVault/vaults", "Microsoft.KeyVault/locations/deletedVaults"
    return (
        Operation("PUT", _VAULT, f"{right}/write", key_vault.put, SPEC),
        Operation("PATCH", _VAULT, f"{right}/write", key_vault.patch, SPEC),
        Operation("GET", _VAULT, f"{right}/read", key_vault.get, SPEC),
        Operation("DELETE", _VAULT, f"{right}/delete", key_vault.delete, SPEC),
        Operation("GET", f"{_GROUP}/{_VAULTS}", f"{right}/read", key_vault.list_all, SPEC),
        Operation("GET", f"{_SUBSCRIPTION}/{_VAULTS}", f"{right}/read", key_vault.list_all, SPEC),
        Operation("GET", _DELETED_VAULT, f"{deleted}/read", key_vault.get_deleted, SPEC, scope=_SUBSCRIPTION),
        Operation(
            "POST",
            f"{_DELETED_VAULT}/purge",
            f"{deleted}/purge/action",
            key_vault.purge,
            SPEC,
            scope=_SUBSCRIPTION,
        ),
        Operation(
            "GET",
            f"{_SUBSCRIPTION}/providers/Microsoft.KeyVault/deletedVaults",
            "Microsoft.KeyVault/deletedVaults/read",
            key_vault.list_deleted,
            SPEC,
            scope=_SUBSCRIPTION,
        ),
    )


def _authorization() -> tuple[Operation, ...]:
    assignments, definitions = (f"Microsoft.Authorization/{one}" for one in ("roleAssignments", "roleDefinitions"))
    place = f"{_ROLE_ASSIGNMENTS}/{{name}}"
    return (
        Operation("PUT", place, f"{assignments}/write", role_assignments.put, CLI),
        Operation("GET", place, f"{assignments}/read", role_assignments.get, CLI),
        Operation("DELETE", place, f"{assignments}/delete", role_assignments.delete, CLI),
        Operation("GET", _ROLE_ASSIGNMENTS, f"{assignments}/read", role_assignments.list_all, CLI),
        Operation("GET", f"{_ROLE_DEFINITIONS}/{{role}}", f"{definitions}/read", role_definitions.get, SPEC),
        Operation("GET", _ROLE_DEFINITIONS, f"{definitions}/read", role_definitions.list_all, SPEC),
        Operation(
            "GET",
            "/providers/Microsoft.Authorization/roleDefinitions/{role}",
            None,
            role_definitions.get,
            SPEC,
        ),
    )


OPERATIONS: tuple[Operation, ...] = (
    *_authorization(),
    *_SUBSCRIPTIONS,
    *_resource_groups(),
    *_accounts(),
    *_projects(),
    *_capability_hosts(_ACCOUNT, f"{_COGNITIVE}/accounts/capabilityHosts"),
    *_capability_hosts(_PROJECT, f"{_COGNITIVE}/accounts/projects/capabilityHosts"),
    *_connections(_ACCOUNT, f"{_COGNITIVE}/accounts/connections"),
    *_connections(_PROJECT, f"{_COGNITIVE}/accounts/projects/connections"),
    *_deployments(),
    *_registries(),
    *_vaults(),
)
