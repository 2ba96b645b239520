"""The fixed host names of Azure, and which server of the local Azure answers for each.

Clients with such names come through `foundry-emulator proxy`; references to images may use `azurecr.io` without it.
"""

from __future__ import annotations

from foundry_emulator.host.home import AZURE

PROJECTS, REGISTRIES, VAULTS = ".services.ai.azure.com", ".azurecr.io", ".vault.azure.net"
LOGIN, MANAGEMENT = "login.microsoftonline.com", "management.azure.com"

ON_CERTIFICATES = (MANAGEMENT, LOGIN, *(f"*{suffix}" for suffix in (PROJECTS, REGISTRIES, VAULTS)))
"""What the certificate of the local Azure covers besides localhost."""


def registry_server(name: str) -> str:
    """The name of a registry's server in `ports.json`."""
    return f"registry-{name.lower()}"


def vault_server(name: str) -> str:
    """The name of a vault's server in `ports.json`."""
    return f"vault-{name.lower()}"


def label_of(host: str, suffix: str) -> str | None:
    """What stands before the suffix, in lower case: the name of an account, a registry or a vault."""
    label = host.lower().removesuffix(suffix)
    return label if host.lower().endswith(suffix) and label and "." not in label else None


def server_of(host: str) -> str | None:
    """The name in `ports.json` of the server that answers for a host. None for a host that is not Azure's."""
    if host.lower() in (MANAGEMENT, LOGIN) or label_of(host, PROJECTS):
        return AZURE
    if registry := label_of(host, REGISTRIES):
        return registry_server(registry)
    vault = label_of(host, VAULTS)
    return vault_server(vault) if vault else None
