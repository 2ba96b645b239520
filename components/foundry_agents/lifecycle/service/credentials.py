"""The credential that signs in to Microsoft Entra.

The kinds are the classes of `azure-identity`, which are also the words of its variable AZURE_TOKEN_CREDENTIALS.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors.exceptions import DeploymentError

if TYPE_CHECKING:
    from azure.core.credentials_async import AsyncTokenCredential

DEFAULT_KIND = "DefaultAzureCredential"
KINDS = (
    DEFAULT_KIND,
    "AzureCliCredential",
    "AzureDeveloperCliCredential",
    "AzurePowerShellCredential",
    "ClientSecretCredential",
    "EnvironmentCredential",
    "ManagedIdentityCredential",
    "WorkloadIdentityCredential",
)


@dataclass(frozen=True)
class CredentialSettings:
    """Which credential, and as whom it signs in; what is empty is left to the credential."""

    kind: str = DEFAULT_KIND
    tenant_id: str = ""
    client_id: str = ""
    client_secret: str = ""

    def open(self) -> AsyncTokenCredential:
        """The credential; its owner closes it. Loads `azure-identity`.

        :raises DeploymentError: if the credential lacks a setting, such as the token file of a workload identity.
        """
        from azure.identity import aio  # noqa: PLC0415

        tenant, client = self.tenant_id or None, self.client_id or None
        made: dict[str, Callable[[], AsyncTokenCredential]] = {
            DEFAULT_KIND: lambda: aio.DefaultAzureCredential(
                **({"workload_identity_tenant_id": tenant} if tenant else {}),
                **({"managed_identity_client_id": client} if client else {}),
            ),
            "AzureCliCredential": lambda: aio.AzureCliCredential(tenant_id=self.tenant_id),
            "AzureDeveloperCliCredential": lambda: aio.AzureDeveloperCliCredential(tenant_id=self.tenant_id),
            "AzurePowerShellCredential": lambda: aio.AzurePowerShellCredential(tenant_id=self.tenant_id),
            "ClientSecretCredential": lambda: aio.ClientSecretCredential(
                self.tenant_id, self.client_id, self.client_secret
            ),
            "EnvironmentCredential": aio.EnvironmentCredential,
            "ManagedIdentityCredential": lambda: aio.ManagedIdentityCredential(client_id=client),
            "WorkloadIdentityCredential": lambda: aio.WorkloadIdentityCredential(tenant_id=tenant, client_id=client),
        }
        try:
            return made[self.kind]()
        except ValueError as error:
            raise DeploymentError(f"{self.kind}: {error}") from None
