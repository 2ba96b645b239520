// A Foundry environment with one agent, which has tools and a secret.
package main

import (
	"github.com/foundryagents/pulumi-foundry-agents/sdk/go/foundryagents"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		cfg := config.New(ctx, "")
		image := cfg.Get("image")
		if image == "" {
			image = "triage:v1.0"
		}

		environment, err := foundryagents.NewAgentEnvironment(ctx, "support", &foundryagents.AgentEnvironmentArgs{
			Location: pulumi.String("swedencentral"),
			Tags:     pulumi.StringMap{"team": pulumi.String("support")},
			Agents: map[string]foundryagents.EnvironmentAgentInput{
				"triage": foundryagents.EnvironmentAgentArgs{
					Image:                      pulumi.String(image),
					Cpu:                        pulumi.String("2"),
					Memory:                     pulumi.String("4Gi"),
					EnvironmentVariables:       pulumi.StringMap{"MODEL_NAME": pulumi.String("gpt-4.1")},
					SecretEnvironmentVariables: pulumi.StringMap{"TICKETS_API_KEY": cfg.RequireSecret("ticketsApiKey")},
					Tools: pulumi.Array{
						pulumi.String("code_interpreter"),
						pulumi.StringMap{
							"type":             pulumi.String("mcp"),
							"server_label":     pulumi.String("docs"),
							"server_url":       pulumi.String("https://learn.microsoft.com/api/mcp"),
							"require_approval": pulumi.String("never"),
						},
					},
				},
			},
		})
		if err != nil {
			return err
		}

		ctx.Export("projectEndpoint", environment.ProjectEndpoint)
		ctx.Export("registry", environment.Registry)
		triage := environment.Agents.MapIndex(pulumi.String("triage"))
		ctx.Export("version", triage.Version())
		ctx.Export("principalId", triage.PrincipalId())
		ctx.Export("url", triage.Endpoints().MapIndex(pulumi.String("responses")))
		return nil
	})
}
