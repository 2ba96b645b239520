"""Where a client finds out about this cloud: `GET /metadata/endpoints`, without a token.

Source: pulumi/pulumi-azure-native provider/pkg/azure/cloud/cloud.go, which reads this document.
"""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from foundry_emulator.world import world_of


async def endpoints(request: Request) -> Response:
    """The endpoints of the local Azure."""
    world = world_of(request)
    return JSONResponse(
        {
            "name": "AzureLocal",
            "portal": world.base_url,
            "authentication": {
                "loginEndpoint": world.base_url,
                "audiences": ["https://management.core.windows.net/", "https://management.azure.com/"],
                "tenant": "common",
                "identityProvider": "AAD",
            },
            "graph": "https://graph.windows.net/",
            "graphAudience": "https://graph.windows.net/",
            "microsoftGraphResourceId": "https://graph.microsoft.com/",
            "resourceManager": world.base_url,
            "gallery": world.base_url,
            "suffixes": {
                "storage": "core.windows.net",
                "keyVaultDns": "vault.azure.net",
                "acrLoginServer": "azurecr.io",
            },
        }
    )
