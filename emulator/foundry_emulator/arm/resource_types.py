"""The resource types that the local Azure has."""

ACCOUNT = "Microsoft.CognitiveServices/accounts"
PROJECT = f"{ACCOUNT}/projects"
CAPABILITY_HOST = f"{ACCOUNT}/capabilityHosts"
PROJECT_CAPABILITY_HOST = f"{PROJECT}/capabilityHosts"
CONNECTION = f"{ACCOUNT}/connections"
PROJECT_CONNECTION = f"{PROJECT}/connections"
DEPLOYMENT = f"{ACCOUNT}/deployments"

REGISTRY = "Microsoft.ContainerRegistry/registries"
RESOURCE_GROUP = "Microsoft.Resources/resourceGroups"
VAULT = "Microsoft.KeyVault/vaults"
