"""Where a client learns about this cloud: `GET /metadata/endpoints`, without a token.

Source: pulumi/pulumi-azure-native provider/pkg/azure/cloud/cloud.go, which reads this document.
"""

from typing import Any


def endpoints(base_url: str) -> dict[str, Any]:
    """The endpoints of the local Azure."""
    return {
        "name": "AzureLocal",
        "portal": base_url,
        "authentication": {
            "loginEndpoint": base_url,
            "audiences": ["https://management.core.windows.net/", "https://management.azure.com/"],
            "tenant": "common",
            "identityProvider": "AAD",
        },
        "graph": "https://graph.windows.net/",
        "graphAudience": "https://graph.windows.net/",
        "microsoftGraphResourceId": "https://graph.microsoft.com/",
        "resourceManager": base_url,
        "gallery": base_url,
        "suffixes": {
            "storage": "core.windows.net",
            "keyVaultDns": "vault.azure.net",
            "acrLoginServer": "azurecr.io",
        },
    }
