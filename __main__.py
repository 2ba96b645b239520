"""One environment of hosted agents per stack, all of it from the stack's configuration (stacks/)."""

import pulumi

from foundry_agents import AgentEnvironment, environment_from_config

environment = AgentEnvironment("agents", environment_from_config(pulumi.Config()))

pulumi.export("project_endpoint", environment.project_endpoint)
pulumi.export("registry", environment.registry)
pulumi.export("agents", environment.agents)
