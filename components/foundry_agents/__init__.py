"""Pulumi components and a resource for Microsoft Foundry hosted agents."""

from .adapters.first_class import use_first_class_resources
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
from .azure.image_pull_access import ImagePullAccess, ImagePullAccessArgs
from .azure.key_vault import KeyVaultConnection, KeyVaultConnectionArgs
from .azure.registry import AgentRegistry, AgentRegistryArgs
from .environment.arguments import AgentEnvironmentArgs, DeployerArgs
from .environment.environment import AgentEnvironment
from .environment.stack_config import environment_from_config
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
    "use_first_class_resources",
]
