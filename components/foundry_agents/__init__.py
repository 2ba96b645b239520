"""Pulumi components and a resource for Microsoft Foundry hosted agents."""

from .capability_host import CapabilityHost, CapabilityHostArgs
from .environment import AgentEnvironment, AgentEnvironmentArgs, DeployerArgs
from .foundry import FoundryProject, FoundryProjectArgs
from .hosted_agent import (
    AgentArgs,
    HostedAgent,
    HostedAgentArgs,
    ProtocolVersionArgs,
    TelemetryAuthArgs,
    TelemetryEndpointArgs,
)
from .registry import AgentRegistry, AgentRegistryArgs, ImagePullAccess, ImagePullAccessArgs
from .stack_config import environment_from_config

__all__ = [
    "AgentArgs",
    "AgentEnvironment",
    "AgentEnvironmentArgs",
    "AgentRegistry",
    "AgentRegistryArgs",
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
    "TelemetryAuthArgs",
    "TelemetryEndpointArgs",
    "environment_from_config",
]
