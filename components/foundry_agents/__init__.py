"""Pulumi components and a resource for Microsoft Foundry hosted agents."""

from .capability_host import CapabilityHost, CapabilityHostArgs
from .environment import AgentEnvironment, AgentEnvironmentArgs, DeployerArgs
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
from .registry import AgentRegistry, AgentRegistryArgs, ImagePullAccess, ImagePullAccessArgs
from .stack_config import environment_from_config

__all__ = [
    "AgentArgs",
    "AgentCardArgs",
    "AgentEnvironment",
    "AgentEnvironmentArgs",
    "AgentRegistry",
    "AgentRegistryArgs",
    "AgentSkillArgs",
    "CapabilityHost",
    "CapabilityHostArgs",
    "DeployerArgs",
    "FoundryProject",
    "FoundryProjectArgs",
    "HostedAgent",
    "HostedAgentArgs",
    "ImagePullAccess",
    "ImagePullAccessArgs",
    "ProtocolVersionArgs",
    "RolloutArgs",
    "TelemetryAuthArgs",
    "TelemetryEndpointArgs",
    "VerifyArgs",
    "environment_from_config",
]
