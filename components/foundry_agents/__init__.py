"""Pulumi components and a resource for Microsoft Foundry hosted agents."""

from .args import (
    AgentArgs,
    AgentCardArgs,
    AgentSkillArgs,
    EnvironmentAgentArgs,
    HostedAgentArgs,
    ProtocolVersionArgs,
    RolloutArgs,
    TelemetryAuthArgs,
    TelemetryEndpointArgs,
    ToolboxArgs,
    VerifyArgs,
)
from .azure.agent_secrets import AgentSecrets, AgentSecretsArgs
from .azure.capability_host import CapabilityHost, CapabilityHostArgs
from .azure.foundry_project import FoundryProject, FoundryProjectArgs
from .azure.key_vault import KeyVaultConnection, KeyVaultConnectionArgs
from .azure.registry import AgentRegistry, AgentRegistryArgs, ImagePullAccess, ImagePullAccessArgs
from .environment.config import environment_from_config
from .environment.environment import AgentEnvironment, AgentEnvironmentArgs, DeployerArgs
from .hosted_agent import HostedAgent
from .toolbox import Toolbox

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
