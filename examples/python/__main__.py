"""A Foundry environment with one agent, which has tools and a secret."""

import pulumi

from foundry_agents import AgentEnvironment

config = pulumi.Config()

environment = AgentEnvironment(
    "support",
    location="swedencentral",
    tags={"team": "support"},
    agents={
        "triage": {
            "image": config.get("image") or "triage:v1.0",
            "cpu": 2,
            "memory": "4Gi",
            "environment_variables": {"MODEL_NAME": "gpt-4.1"},
            "secret_environment_variables": {"TICKETS_API_KEY": config.require_secret("ticketsApiKey")},
            "tools": [
                "code_interpreter",
                {
                    "type": "mcp",
                    "server_label": "docs",
                    "server_url": "https://learn.microsoft.com/api/mcp",
                    "require_approval": "never",
                },
            ],
        },
    },
)

pulumi.export("projectEndpoint", environment.project_endpoint)
pulumi.export("registry", environment.registry)
pulumi.export("version", environment.agents["triage"]["version"])
pulumi.export("principalId", environment.agents["triage"]["principal_id"])
pulumi.export("url", environment.agents["triage"]["endpoints"]["responses"])
