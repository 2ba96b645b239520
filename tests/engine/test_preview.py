"""What a preview needs, shows and refuses."""

from collections.abc import Callable
from typing import Any

from .conftest import Stack, set_image

Change = Callable[[dict[str, Any]], None]


def agent_key(key: str, value: Any) -> Change:
    def change(config: dict[str, Any]) -> None:
        config["agents"]["echo"][key] = value

    return change


def top_key(key: str, value: Any) -> Change:
    def change(config: dict[str, Any]) -> None:
        config[key] = value

    return change


def test_a_wrong_config_is_refused_with_all_its_paths_and_nothing_is_registered(stack: Stack) -> None:
    wrong: list[tuple[Change, list[str]]] = [
        (agent_key("cpu", 9), ["agents.echo.cpu", "between 0.5 and 4"]),
        (agent_key("cpus", 1), ["agents.echo.cpus", "did you mean `cpu`?"]),
        (set_image("echo", "echo"), ["agents.echo.image", "no tag"]),
        (
            agent_key("environment_variables", {"PORT": "1"}),
            ["agents.echo.environment_variables.PORT", "reserved"],
        ),
        (agent_key("tools", [{"type": "mcp"}]), ["agents.echo.tools"]),
        (top_key("locatoin", "x"), ["locatoin", "did you mean `location`?"]),
        (top_key("capability_host", "maybe"), ["capability_host", "`maybe` is not allowed"]),
        (top_key("location", 5), ["location"]),
    ]
    for change, _ in wrong:
        stack.configure(change)
    run = stack.pulumi("preview", fails=True)
    assert [name for _, names in wrong for name in names if name not in run.output] == []
    assert "HostedAgent" not in run.output and "ResourceGroup" not in run.output


def test_a_secret_inside_another_key_is_refused_with_the_cure(stack: Stack) -> None:
    stack.pulumi(
        "config",
        "set",
        "--secret",
        "--path",
        "agent-environment:agents.echo.environment_variables.TOKEN",
        "hunter2",
    )
    run = stack.pulumi("preview", fails=True)
    assert "agents: contains a `secure:` value" in run.output and "agent-environment:secrets" in run.output
    assert "hunter2" not in run.output


def test_a_preview_needs_neither_credentials_nor_network_for_the_data_plane(running: Stack) -> None:
    running.configure(set_image("data-processor:v1.1"))
    running.azure.clear_requests()
    assert running.preview() == {"agents-data-processor": "update"}
    assert running.azure.requests(plane="data") == []
    tokens = [entry for entry in running.azure.requests(plane="identity") if "ai.azure.com" in str(entry)]
    assert tokens == []


def test_a_credential_that_does_not_work_is_told_without_a_traceback(stack: Stack) -> None:
    stack.environment["IDENTITY_HEADER"] = "nobody-knows-me"
    run = stack.pulumi("preview", fails=True)
    assert "reading the identity that runs this program" in run.output


def test_a_project_that_does_not_exist_is_told_without_a_traceback(stack: Stack) -> None:
    subscription = "/subscriptions/5b0f7c1e-2d34-4c5a-9e6b-0a1b2c3d4e5f"
    project = f"{subscription}/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/acc/projects/none"
    stack.configure(top_key("existing_project", project))
    run = stack.pulumi("preview", fails=True)
    assert "reading the Foundry project: " in run.output and f"'{project}' was not found" in run.output


def test_a_deployer_who_may_do_nothing_is_told_what_would_help(stack: Stack) -> None:
    stack.environment["IDENTITY_HEADER"] = "nobody"
    run = stack.up(fails=True)
    assert "AuthorizationFailed" in run.output and "role_assignments: external" in run.output
