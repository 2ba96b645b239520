"""The resource types, as data.

Source: the input and output classes of pulumi-azure-native 3.29.0, and the default API versions that its
docstrings name.
"""

from azure_native.shapes import ANY, LOCATION, NAME, PATH, TAGS, Field, ResourceType, members

_GROUP = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}"
_ACCOUNT = f"{_GROUP}/providers/Microsoft.CognitiveServices/accounts/{{accountName}}"
_COMMON_OUTPUTS = ("azureApiVersion", "name", "systemData", "type")
_IDENTITY = members("type", "userAssignedIdentities", computed=("principalId", "tenantId"))
_SKU = members("name", "capacity", "family", "size", "tier")

RESOURCE_GROUP = ResourceType(
    token="azure-native:resources:ResourceGroup",
    path=_GROUP,
    api_version="2024-03-01",
    name_input="resourceGroupName",
    inputs={"resourceGroupName": NAME, "location": LOCATION, "managedBy": ANY, "tags": TAGS},
    outputs=("azureApiVersion", "name", "properties", "type"),
)

RESOURCE = ResourceType(
    token="azure-native:resources:Resource",
    path=(
        "/subscriptions/{subscriptionId}/resourcegroups/{resourceGroupName}/providers"
        "/{resourceProviderNamespace}/{parentResourcePath}/{resourceType}/{resourceName}"
    ),
    api_version="2025-04-01",
    name_input="resourceName",
    inputs={
        "apiVersion": Field(required=True),
        "resourceGroupName": PATH,
        "resourceProviderNamespace": PATH,
        "parentResourcePath": PATH,
        "resourceType": PATH,
        "resourceName": NAME,
        "extendedLocation": ANY,
        "identity": _IDENTITY,
        "kind": ANY,
        "location": LOCATION,
        "managedBy": ANY,
        "plan": ANY,
        "properties": ANY,
        "sku": _SKU,
        "tags": TAGS,
    },
    outputs=("azureApiVersion", "name", "type"),
)

ACCOUNT = ResourceType(
    token="azure-native:cognitiveservices:Account",
    path=_ACCOUNT,
    api_version="2025-06-01",
    name_input="accountName",
    inputs={
        "accountName": NAME,
        "resourceGroupName": PATH,
        "identity": _IDENTITY,
        "kind": ANY,
        "location": LOCATION,
        "properties": members(
            "allowProjectManagement",
            "allowedFqdnList",
            "amlWorkspace",
            "apiProperties",
            "associatedProjects",
            "customSubDomainName",
            "defaultProject",
            "disableLocalAuth",
            "dynamicThrottlingEnabled",
            "encryption",
            "locations",
            "migrationToken",
            "networkAcls",
            "networkInjections",
            "publicNetworkAccess",
            "raiMonitorConfig",
            "restore",
            "restrictOutboundNetworkAccess",
            "userOwnedStorage",
            computed=(
                "abusePenalty",
                "callRateLimit",
                "capabilities",
                "commitmentPlanAssociations",
                "dateCreated",
                "deletionDate",
                "endpoint",
                "endpoints",
                "internalId",
                "isMigrated",
                "privateEndpointConnections",
                "provisioningState",
                "quotaLimit",
                "scheduledPurgeDate",
                "skuChangeInfo",
            ),
        ),
        "sku": _SKU,
        "tags": TAGS,
    },
    outputs=("etag", *_COMMON_OUTPUTS),
    imported_defaults={"properties.publicNetworkAccess": "Enabled"},
)

PROJECT = ResourceType(
    token="azure-native:cognitiveservices:Project",
    path=f"{_ACCOUNT}/projects/{{projectName}}",
    api_version="2025-06-01",
    name_input="projectName",
    inputs={
        "accountName": PATH,
        "projectName": NAME,
        "resourceGroupName": PATH,
        "identity": _IDENTITY,
        "location": LOCATION,
        "properties": members("description", "displayName", computed=("endpoints", "isDefault", "provisioningState")),
        "tags": TAGS,
    },
    outputs=("etag", *_COMMON_OUTPUTS),
)

DEPLOYMENT = ResourceType(
    token="azure-native:cognitiveservices:Deployment",
    path=f"{_ACCOUNT}/deployments/{{deploymentName}}",
    api_version="2025-06-01",
    name_input="deploymentName",
    inputs={
        "accountName": PATH,
        "deploymentName": NAME,
        "resourceGroupName": PATH,
        "properties": members(
            "capacitySettings",
            "currentCapacity",
            "model",
            "parentDeploymentName",
            "raiPolicyName",
            "scaleSettings",
            "spilloverDeploymentName",
            "versionUpgradeOption",
            computed=(
                "callRateLimit",
                "capabilities",
                "dynamicThrottlingEnabled",
                "provisioningState",
                "rateLimits",
            ),
        ),
        "sku": _SKU,
        "tags": TAGS,
    },
    outputs=("etag", *_COMMON_OUTPUTS),
)

PROJECT_CONNECTION = ResourceType(
    token="azure-native:cognitiveservices:ProjectConnection",
    path=f"{_ACCOUNT}/projects/{{projectName}}/connections/{{connectionName}}",
    api_version="2025-06-01",
    name_input="connectionName",
    inputs={
        "accountName": PATH,
        "projectName": PATH,
        "connectionName": NAME,
        "resourceGroupName": PATH,
        "properties": Field(required=True),
    },
    outputs=_COMMON_OUTPUTS,
)

ACCOUNT_CONNECTION = ResourceType(
    token="azure-native:cognitiveservices:AccountConnection",
    path=f"{_ACCOUNT}/connections/{{connectionName}}",
    api_version="2025-06-01",
    name_input="connectionName",
    inputs={
        "accountName": PATH,
        "connectionName": NAME,
        "resourceGroupName": PATH,
        "properties": Field(required=True),
    },
    outputs=_COMMON_OUTPUTS,
)

VAULT = ResourceType(
    token="azure-native:keyvault:Vault",
    path=f"{_GROUP}/providers/Microsoft.KeyVault/vaults/{{vaultName}}",
    api_version="2024-11-01",
    name_input="vaultName",
    inputs={
        "vaultName": NAME,
        "resourceGroupName": PATH,
        "location": LOCATION,
        "properties": Field(
            required=True,
            members={
                "accessPolicies": ANY,
                "createMode": ANY,
                "enablePurgeProtection": ANY,
                "enableRbacAuthorization": ANY,
                "enableSoftDelete": ANY,
                "enabledForDeployment": ANY,
                "enabledForDiskEncryption": ANY,
                "enabledForTemplateDeployment": ANY,
                "networkAcls": ANY,
                "publicNetworkAccess": ANY,
                "sku": Field(required=True, members={"family": Field(required=True), "name": Field(required=True)}),
                "softDeleteRetentionInDays": ANY,
                "tenantId": Field(required=True),
            },
            computed=("hsmPoolResourceId", "privateEndpointConnections", "provisioningState", "vaultUri"),
        ),
        "tags": TAGS,
    },
    outputs=_COMMON_OUTPUTS,
    imported_defaults={
        "properties.enabledForDeployment": False,
        "properties.publicNetworkAccess": "Enabled",
    },
)

_POLICIES_OFF = {
    "policies.quarantinePolicy.status": "disabled",
    "policies.trustPolicy.type": "Notary",
    "policies.trustPolicy.status": "disabled",
    "policies.retentionPolicy.days": 7,
    "policies.retentionPolicy.status": "disabled",
    "policies.exportPolicy.status": "enabled",
    "policies.softDeletePolicy.retentionDays": 7,
    "policies.softDeletePolicy.status": "disabled",
}

REGISTRY = ResourceType(
    token="azure-native:containerregistry:Registry",
    path=f"{_GROUP}/providers/Microsoft.ContainerRegistry/registries/{{registryName}}",
    api_version="2023-01-01-preview",
    name_input="registryName",
    naming="letters",
    flattened=True,
    inputs={
        "registryName": NAME,
        "resourceGroupName": PATH,
        "adminUserEnabled": ANY,
        "anonymousPullEnabled": ANY,
        "dataEndpointEnabled": ANY,
        "encryption": members("keyVaultProperties", "status"),
        "identity": _IDENTITY,
        "location": LOCATION,
        "networkRuleBypassOptions": ANY,
        "networkRuleSet": members("defaultAction", "ipRules"),
        "policies": Field(
            members={
                "azureADAuthenticationAsArmPolicy": members("status"),
                "exportPolicy": members("status"),
                "quarantinePolicy": members("status"),
                "retentionPolicy": members("days", "status", computed=("lastUpdatedTime",)),
                "softDeletePolicy": members("retentionDays", "status", computed=("lastUpdatedTime",)),
                "trustPolicy": members("status", "type"),
            }
        ),
        "publicNetworkAccess": ANY,
        "sku": Field(required=True, members={"name": Field(required=True)}, computed=("tier",)),
        "tags": TAGS,
        "zoneRedundancy": ANY,
    },
    outputs=(
        "creationDate",
        "dataEndpointHostNames",
        "loginServer",
        "privateEndpointConnections",
        "provisioningState",
        "status",
        *_COMMON_OUTPUTS,
    ),
    imported_defaults={
        "dataEndpointEnabled": False,
        "encryption.status": "disabled",
        **_POLICIES_OFF,
    },
)

ROLE_ASSIGNMENT = ResourceType(
    token="azure-native:authorization:RoleAssignment",
    path="/{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
    api_version="2022-04-01",
    name_input="roleAssignmentName",
    naming="uuid",
    flattened=True,
    inputs={
        "scope": PATH,
        "roleAssignmentName": NAME,
        "condition": ANY,
        "conditionVersion": ANY,
        "delegatedManagedIdentityResourceId": Field(replaces=True),
        "description": ANY,
        "principalId": PATH,
        "principalType": Field(replaces=True),
        "roleDefinitionId": PATH,
    },
    outputs=("createdBy", "createdOn", "updatedBy", "updatedOn", *_COMMON_OUTPUTS),
)

TYPES = {
    one.token: one
    for one in (
        RESOURCE_GROUP,
        RESOURCE,
        ACCOUNT,
        PROJECT,
        DEPLOYMENT,
        PROJECT_CONNECTION,
        ACCOUNT_CONNECTION,
        VAULT,
        REGISTRY,
        ROLE_ASSIGNMENT,
    )
}

GETTERS = {
    f"azure-native:{module}:get{name}": TYPES[f"azure-native:{module}:{name}"]
    for module, name in (
        ("resources", "ResourceGroup"),
        ("resources", "Resource"),
        ("cognitiveservices", "Account"),
        ("cognitiveservices", "Project"),
        ("containerregistry", "Registry"),
        ("keyvault", "Vault"),
    )
}
"""Functions that read an existing resource."""
