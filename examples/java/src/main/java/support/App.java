package support;

import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.github.foundryagents.AgentEnvironment;
import io.github.foundryagents.AgentEnvironmentArgs;
import io.github.foundryagents.inputs.EnvironmentAgentArgs;
import io.github.foundryagents.outputs.AgentOutputs;
import com.pulumi.Context;
import com.pulumi.Pulumi;

/** A Foundry environment with one agent, which has tools and a secret. */
public class App {
    public static void main(String[] args) {
        Pulumi.run(App::stack);
    }

    private static void stack(Context ctx) {
        var config = ctx.config();

        var triageArgs = EnvironmentAgentArgs.builder()
            .image(config.get("image").orElse("triage:v1.0"))
            .cpu("2")
            .memory("4Gi")
            .environmentVariables(Map.of("MODEL_NAME", "gpt-4.1"))
            .secretEnvironmentVariables(
                config.requireSecret("ticketsApiKey").applyValue(key -> Map.of("TICKETS_API_KEY", key)))
            .tools(List.of(
                "code_interpreter",
                Map.of(
                    "type", "mcp",
                    "server_label", "docs",
                    "server_url", "https://learn.microsoft.com/api/mcp",
                    "require_approval", "never")))
            .build();

        var environment = new AgentEnvironment("support", AgentEnvironmentArgs.builder()
            .location("swedencentral")
            .tags(Map.of("team", "support"))
            .agents(Map.of("triage", triageArgs))
            .build());

        ctx.export("projectEndpoint", environment.projectEndpoint());
        ctx.export("registry", environment.registry());
        // Without the agent, as with `--exclude`, there is nothing to know of it.
        var triage = environment.agents().applyValue(agents -> Optional.ofNullable(agents).map(all -> all.get("triage")));
        ctx.export("version", triage.applyValue(agent -> agent.map(AgentOutputs::version).orElse("")));
        ctx.export("principalId", triage.applyValue(agent -> agent.map(AgentOutputs::principalId).orElse("")));
        ctx.export("url", triage.applyValue(agent -> agent.map(it -> it.endpoints().get("responses")).orElse("")));
    }
}
