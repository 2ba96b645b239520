"""The provider plugin `foundry-agents`: what it serves, and its command `pulumi-resource-foundry-agents`."""

import sys

import pulumi

from .adapters.plugin.components import Components
from .adapters.plugin.serve import serve


def main() -> int:
    """Serves the Pulumi engine whose address is on the command line."""
    return serve(COMPONENTS, sys.argv[1:])


def _agent_environment() -> type[pulumi.ComponentResource]:
    from .environment.environment import AgentEnvironment  # noqa: PLC0415

    return AgentEnvironment


def _agent_registry() -> type[pulumi.ComponentResource]:
    from .azure.registry import AgentRegistry  # noqa: PLC0415

    return AgentRegistry


def _agent_secrets() -> type[pulumi.ComponentResource]:
    from .azure.agent_secrets import AgentSecrets  # noqa: PLC0415

    return AgentSecrets


def _capability_host() -> type[pulumi.ComponentResource]:
    from .azure.capability_host import CapabilityHost  # noqa: PLC0415

    return CapabilityHost


def _foundry_project() -> type[pulumi.ComponentResource]:
    from .azure.foundry_project import FoundryProject  # noqa: PLC0415

    return FoundryProject


def _image_pull_access() -> type[pulumi.ComponentResource]:
    from .azure.image_pull_access import ImagePullAccess  # noqa: PLC0415

    return ImagePullAccess


def _key_vault_connection() -> type[pulumi.ComponentResource]:
    from .azure.key_vault import KeyVaultConnection  # noqa: PLC0415

    return KeyVaultConnection


COMPONENTS: Components = {
    "AgentEnvironment": _agent_environment,
    "AgentRegistry": _agent_registry,
    "AgentSecrets": _agent_secrets,
    "CapabilityHost": _capability_host,
    "FoundryProject": _foundry_project,
    "ImagePullAccess": _image_pull_access,
    "KeyVaultConnection": _key_vault_connection,
}
"""Loaded when they are first constructed: azure-native takes its time."""
