// A Foundry environment with one agent, which has tools and a secret.

import * as foundry from "@foundryagents/pulumi-foundry-agents";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();

const environment = new foundry.AgentEnvironment("support", {
    location: "swedencentral",
    tags: { team: "support" },
    agents: {
        triage: {
            image: config.get("image") ?? "triage:v1.0",
            cpu: "2",
            memory: "4Gi",
            environmentVariables: { MODEL_NAME: "gpt-4.1" },
            secretEnvironmentVariables: { TICKETS_API_KEY: config.requireSecret("ticketsApiKey") },
            tools: [
                "code_interpreter",
                {
                    type: "mcp",
                    server_label: "docs",
                    server_url: "https://learn.microsoft.com/api/mcp",
                    require_approval: "never",
                },
            ],
        },
    },
});

export const projectEndpoint = environment.projectEndpoint;
export const registry = environment.registry;
export const version = environment.agents.triage.version;
export const principalId = environment.agents.triage.principalId;
export const url = environment.agents.triage.endpoints.responses;
