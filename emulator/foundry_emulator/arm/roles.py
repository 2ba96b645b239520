"""The built-in roles that matter here, as data: what each allows.

Source: learn.microsoft.com "Azure built-in roles" (names, ids, actions) and MicrosoftDocs/azure-ai-docs
rbac-foundry (Foundry roles, renamed from Azure AI in 2026). Actions of providers that the local Azure does
not have are left out.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Role:
    """A role definition. Patterns take `*` for any number of segments; case is ignored."""

    id: str
    name: str
    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    data_actions: tuple[str, ...] = ()


_COGNITIVE = "Microsoft.CognitiveServices"
_REGISTRY = "Microsoft.ContainerRegistry/registries"
_CONTENT = f"{_REGISTRY}/repositories/content"
_METADATA = f"{_REGISTRY}/repositories/metadata"
_VAULT = "Microsoft.KeyVault/vaults"
_READ_GROUPS = ("Microsoft.Authorization/*/read", "Microsoft.Resources/subscriptions/resourceGroups/read")
_WRITE_ASSIGNMENTS = (
    "Microsoft.Authorization/roleAssignments/write",
    "Microsoft.Authorization/roleAssignments/delete",
)

ROLES: tuple[Role, ...] = (
    Role("8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "Owner", actions=("*",)),
    Role(
        "b24988ac-6180-42a0-ab88-20f7382dd24c",
        "Contributor",
        actions=("*",),
        not_actions=(
            "Microsoft.Authorization/*/Delete",
            "Microsoft.Authorization/*/Write",
            "Microsoft.Authorization/elevateAccess/Action",
        ),
    ),
    Role("acdd72a7-3385-48ef-bd42-f606fba81ae7", "Reader", actions=("*/read",)),
    Role(
        "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
        "User Access Administrator",
        actions=("*/read", "Microsoft.Authorization/*"),
    ),
    Role(
        "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
        "Role Based Access Control Administrator",
        actions=("*/read", *_WRITE_ASSIGNMENTS),
    ),
    Role(
        "7f951dda-4ed3-4680-a7ca-43fe172d538d",
        "AcrPull",
        actions=(f"{_REGISTRY}/pull/read",),
    ),
    Role(
        "8311e382-0749-4cb8-b61a-304f252e45ec",
        "AcrPush",
        actions=(f"{_REGISTRY}/pull/read", f"{_REGISTRY}/push/write"),
    ),
    Role(
        "c2f4ef07-c644-48eb-af81-4b1b4947fb11",
        "AcrDelete",
        actions=(f"{_REGISTRY}/artifacts/delete",),
    ),
    Role(
        "b93aa761-3e63-49ed-ac28-beffa264f7ac",
        "Container Registry Repository Reader",
        data_actions=(f"{_CONTENT}/read", f"{_METADATA}/read"),
    ),
    Role(
        "2a1e307c-b015-4ebd-883e-5b7698a07328",
        "Container Registry Repository Writer",
        data_actions=(f"{_CONTENT}/read", f"{_CONTENT}/write", f"{_METADATA}/read", f"{_METADATA}/write"),
    ),
    Role(
        "2efddaa5-3f1f-4df3-97df-af3f13818f4c",
        "Container Registry Repository Contributor",
        data_actions=(f"{_CONTENT}/*", f"{_METADATA}/*"),
    ),
    Role(
        "bfdb9389-c9a5-478a-bb2f-ba9ca092c3c7",
        "Container Registry Repository Catalog Lister",
        data_actions=(f"{_REGISTRY}/catalog/read",),
    ),
    Role(
        "fb382eab-e894-4461-af04-94435c366c3f",
        "Container Registry Tasks Contributor",
        actions=(*_READ_GROUPS, f"{_REGISTRY}/read", f"{_REGISTRY}/tasks/*", f"{_REGISTRY}/runs/*"),
    ),
    Role(
        "53ca6127-db72-4b80-b1b0-d745d6d5456d",
        "Foundry User",
        actions=(*_READ_GROUPS, f"{_COGNITIVE}/*/read"),
        data_actions=(f"{_COGNITIVE}/*",),
    ),
    Role(
        "eadc314b-1a2d-4efa-be10-5d325db5065e",
        "Foundry Project Manager",
        actions=(
            *_READ_GROUPS,
            *_WRITE_ASSIGNMENTS,
            f"{_COGNITIVE}/*/read",
            f"{_COGNITIVE}/accounts/projects/*",
        ),
        data_actions=(f"{_COGNITIVE}/*",),
    ),
    Role(
        "e47c6f54-e4a2-4754-9501-8e0985b135e1",
        "Foundry Account Owner",
        actions=(*_READ_GROUPS, *_WRITE_ASSIGNMENTS, f"{_COGNITIVE}/*"),
    ),
    Role(
        "c883944f-8b7b-4483-af10-35834be79c4a",
        "Foundry Owner",
        actions=(*_READ_GROUPS, *_WRITE_ASSIGNMENTS, f"{_COGNITIVE}/*"),
        data_actions=(f"{_COGNITIVE}/*",),
    ),
    Role(
        "64702f94-c441-49e6-a78b-ef80e0188fee",
        "Azure AI Developer",
        actions=(*_READ_GROUPS, f"{_COGNITIVE}/*/read"),
        data_actions=(
            f"{_COGNITIVE}/accounts/OpenAI/*",
            f"{_COGNITIVE}/accounts/SpeechServices/*",
            f"{_COGNITIVE}/accounts/ContentSafety/*",
            f"{_COGNITIVE}/accounts/MaaS/*",
        ),
    ),
    Role(
        "a97b65f3-24c7-4388-baec-2e87135dc908",
        "Cognitive Services User",
        actions=(*_READ_GROUPS, f"{_COGNITIVE}/*/read", f"{_COGNITIVE}/accounts/listkeys/action"),
        data_actions=(f"{_COGNITIVE}/*",),
    ),
    Role(
        "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd",
        "Cognitive Services OpenAI User",
        actions=(*_READ_GROUPS, f"{_COGNITIVE}/*/read"),
        data_actions=(
            f"{_COGNITIVE}/accounts/OpenAI/*/read",
            f"{_COGNITIVE}/accounts/OpenAI/deployments/completions/action",
            f"{_COGNITIVE}/accounts/OpenAI/deployments/chat/completions/action",
            f"{_COGNITIVE}/accounts/OpenAI/deployments/embeddings/action",
            f"{_COGNITIVE}/accounts/OpenAI/responses/*",
        ),
    ),
    Role(
        "25fbc0a9-bd7c-42a3-aa1a-3b75d497ee68",
        "Cognitive Services Contributor",
        actions=(*_READ_GROUPS, f"{_COGNITIVE}/*"),
    ),
    Role(
        "00482a5a-887f-4fb3-b363-3b7fe8e74483",
        "Key Vault Administrator",
        actions=(*_READ_GROUPS, f"{_VAULT}/read", "Microsoft.KeyVault/locations/deletedVaults/read"),
        data_actions=(f"{_VAULT}/*",),
    ),
    Role(
        "f25e0fa2-a7c8-4377-a976-54943a77a395",
        "Key Vault Contributor",
        actions=(*_READ_GROUPS, "Microsoft.KeyVault/*"),
        not_actions=("Microsoft.KeyVault/locations/deletedVaults/purge/action", "Microsoft.KeyVault/hsmPools/*"),
    ),
    Role(
        "21090545-7ca7-4776-b22c-e363652d74d2",
        "Key Vault Reader",
        actions=(*_READ_GROUPS, f"{_VAULT}/read"),
        data_actions=(f"{_VAULT}/*/read", f"{_VAULT}/secrets/readMetadata/action"),
    ),
    Role(
        "b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
        "Key Vault Secrets Officer",
        actions=(*_READ_GROUPS, f"{_VAULT}/read"),
        data_actions=(f"{_VAULT}/secrets/*",),
    ),
    Role(
        "4633458b-17de-408a-b874-0445c86b69e6",
        "Key Vault Secrets User",
        data_actions=(f"{_VAULT}/secrets/getSecret/action", f"{_VAULT}/secrets/readMetadata/action"),
    ),
)

BY_ID = {role.id: role for role in ROLES}
