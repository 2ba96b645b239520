"""Pulumi components and a resource for Microsoft Foundry hosted agents."""

from .agent_secrets import AgentSecrets, AgentSecretsArgs
from .capability_host import CapabilityHost, CapabilityHostArgs
from .environment import AgentEnvironment, AgentEnvironmentArgs, DeployerArgs, EnvironmentAgentArgs
from .foundry import FoundryProject, FoundryProjectArgs
from .hosted_agent import (
    AgentArgs,
    AgentCardArgs,
    AgentSkillArgs,
    HostedAgent,
    HostedAgentArgs,
    ProtocolVersionArgs,
    RolloutArgs,
    TelemetryAuthArgs,
    TelemetryEndpointArgs,
    VerifyArgs,
)
from .key_vault import KeyVaultConnection, KeyVaultConnectionArgs
from .registry import AgentRegistry, AgentRegistryArgs, ImagePullAccess, ImagePullAccessArgs
from .stack_config import environment_from_config
from .toolbox import Toolbox, ToolboxArgs

__all__ = [
    "AgentArgs",
    "AgentCardArgs",
    "AgentEnvironment",
    "AgentEnvironmentArgs",
    "AgentRegistry",
    "AgentRegistryArgs",
    "AgentSecrets",
    "AgentSecretsArgs",
    "AgentSkillArgs",
    "CapabilityHost",
    "CapabilityHostArgs",
    "DeployerArgs",
    "EnvironmentAgentArgs",
    "FoundryProject",
    "FoundryProjectArgs",
    "HostedAgent",
    "HostedAgentArgs",
    "ImagePullAccess",
    "ImagePullAccessArgs",
    "KeyVaultConnection",
    "KeyVaultConnectionArgs",
    "ProtocolVersionArgs",
    "RolloutArgs",
    "TelemetryAuthArgs",
    "TelemetryEndpointArgs",
    "Toolbox",
    "ToolboxArgs",
    "VerifyArgs",
    "environment_from_config",
]
