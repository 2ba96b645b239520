"""`HostedAgent` used on its own, beside an environment."""

from pathlib import Path

from .conftest import Stack

PROGRAM = """
import pulumi
from foundry_agents import AgentEnvironment, HostedAgent, environment_from_config

environment = AgentEnvironment("agents", environment_from_config(pulumi.Config()))
alone = HostedAgent(
    "alone",
    {{
        "agent_name": "alone",
        "project_endpoint": environment.project_endpoint,
        "registry": environment.registry,
        {inputs}
    }},
    pulumi.ResourceOptions(depends_on=[environment]),
)
pulumi.export("registry", environment.registry)
pulumi.export("project_endpoint", environment.project_endpoint)
pulumi.export("alone", alone.version)
"""
CANARY = "canary-5c1f0e7a"


def use(stack: Stack, inputs: str) -> None:
    (stack.folder / "__main__.py").write_text(PROGRAM.format(inputs=inputs))


def test_wrong_inputs_are_refused_in_the_preview_with_their_paths(stack: Stack) -> None:
    use(stack, '"image": "echo", "cpu": 9, "environment_variables": {"PORT": "1"}, "colour": "red"')
    run = stack.pulumi("preview", fails=True)
    for path in ("image", "cpu", "environment_variables.PORT", "colour"):
        assert f"property {path} value" in run.output, run.output


def test_two_resources_with_one_agent_are_refused_in_the_first_preview(stack: Stack) -> None:
    use(stack, '"image": "echo:v1.0"')
    program = stack.folder / "__main__.py"
    again = program.read_text().partition("alone = ")[2].partition("\n)\n")[0].replace('"alone",', '"again",', 1)
    program.write_text(f"{program.read_text()}\n{again}\n)\n")
    output = stack.pulumi("preview", fails=True).output
    assert "HostedAgent 'again': agent_name: HostedAgent 'alone' is the agent `alone`" in output


def test_an_agent_with_tools_can_be_renamed_and_moved(running: Stack) -> None:
    use(running, '"image": "echo:v1.0", "tools": ["web_search"]')
    running.up()
    program = running.folder / "__main__.py"
    team = 'team = pulumi.ComponentResource("test:index:Team", "team")\n'
    former = "parent=team, aliases=[pulumi.Alias(name='alone', parent=pulumi.ROOT_STACK_RESOURCE)]"
    moved = program.read_text().replace('alone = HostedAgent(\n    "alone"', f'{team}alone = HostedAgent(\n    "moved"')
    program.write_text(moved.replace("depends_on=[environment]", f"depends_on=[environment], {former}"))
    running.writes()
    assert running.up().steps == {"team": "create"}
    assert running.writes() == []


def test_a_value_that_is_only_known_later_is_checked_then(running: Stack) -> None:
    use(running, '"image": pulumi.Output.concat("echo:", environment.project_endpoint.apply(lambda _: "latest"))')
    assert "has the tag `latest`" in running.up(fails=True).output


def test_a_secret_input_is_nowhere_in_clear_in_pulumis_state_and_output(running: Stack) -> None:
    use(running, f'"image": "echo:v1.0", "environment_variables": {{"TOKEN": pulumi.Output.secret("{CANARY}")}}')
    shown = running.pulumi("up", "--yes", "--diff").output
    shown += running.pulumi("refresh", "--yes", "--skip-preview").output + running.pulumi("stack", "export").output
    assert CANARY not in shown
    backend = Path(running.environment["PULUMI_BACKEND_URL"].removeprefix("file://"))
    assert [file for file in backend.rglob("*") if file.is_file() and CANARY in file.read_text(errors="replace")] == []
