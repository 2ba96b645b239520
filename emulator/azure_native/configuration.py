"""The provider's configuration: the real plugin's own keys and environment variables.

Source: pulumi-azure-native 3.29.0, ProviderArgs.
"""

import os
from dataclasses import dataclass
from typing import Any

from azure_native.errors import ProviderError
from azure_native.wire import UNKNOWN

KEYS = frozenset(
    {
        "auxiliaryTenantIds",
        "clientCertificatePassword",
        "clientCertificatePath",
        "clientId",
        "clientSecret",
        "disableInstanceDiscovery",
        "disablePulumiPartnerId",
        "environment",
        "location",
        "metadataHost",
        "msiEndpoint",
        "oidcAudience",
        "oidcRequestToken",
        "oidcRequestUrl",
        "oidcToken",
        "oidcTokenFilePath",
        "partnerId",
        "subscriptionId",
        "tenantId",
        "useDefaultAzureCredential",
        "useMsi",
        "useOidc",
        "version",
    }
)


@dataclass(frozen=True)
class Configuration:
    """The Azure settings of the stack."""

    values: dict[str, Any]

    @property
    def subscription(self) -> str:
        """The subscription. Raises ProviderError if none is configured."""
        found = self._value("subscriptionId", "ARM_SUBSCRIPTION_ID", "AZURE_SUBSCRIPTION_ID")
        if not found:
            raise ProviderError(
                "no subscription is set; run `pulumi config set azure-native:subscriptionId …` "
                "or set ARM_SUBSCRIPTION_ID"
            )
        return found

    @property
    def location(self) -> str:
        """The location of resources that set none. May be empty."""
        return self._value("location", "ARM_LOCATION_NAME")

    @property
    def metadata_host(self) -> str:
        """The host of the local Azure's metadata endpoint."""
        found = self._value("metadataHost", "ARM_METADATA_HOSTNAME")
        if not found:
            raise ProviderError(
                "this azure-native plugin is the stand-in for the local Azure and deploys nowhere else; "
                "source the `env` file of the local Azure, or remove the stand-in from PATH"
            )
        return found if "://" in found else f"https://{found}"

    def check(self) -> None:
        """Fail early without a local Azure or a subscription, and for other ways to sign in."""
        if UNKNOWN in self.values.values():
            return
        # Reading them raises if they are missing.
        _ = self.metadata_host, self.subscription
        if self._value("useDefaultAzureCredential", "ARM_USE_DEFAULT_AZURE_CREDENTIAL").lower() != "true":
            raise ProviderError(
                "the azure-native stand-in signs in with DefaultAzureCredential only; run `pulumi config set "
                "azure-native:useDefaultAzureCredential true` or set ARM_USE_DEFAULT_AZURE_CREDENTIAL=true"
            )

    def _value(self, key: str, *variables: str) -> str:
        configured = self.values.get(key)
        if configured not in (None, ""):
            return str(configured).lower() if isinstance(configured, bool) else str(configured)
        return next((os.environ[name] for name in variables if os.environ.get(name)), "")
