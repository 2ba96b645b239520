"""Microsoft.CognitiveServices: accounts, projects, capability hosts, connections, model deployments."""

from foundry_emulator.arm.cognitive_services.view import ProjectView, find_project

__all__ = ["ProjectView", "find_project"]
