"""Every example, in its language: from the first `up` to the last `destroy`."""

import json
import time

from .conftest import Example

AGENT = "support-triage"
CANARY = "canary-5d1e7a90"


def test_the_life_of_an_example(example: Example) -> None:
    example.configure_for_local_azure(CANARY)
    example.up("--exclude", "**:HostedAgent**")
    example.push("triage:v1.0", "triage:v1.1", "greeter:v1.0")
    example.up()
    outputs = example.outputs()
    assert outputs["version"] == "1" and outputs["url"].startswith(f"{example.project_endpoint}/agents/triage/")
    shown = json.dumps(example.agent("triage"))
    assert "gpt-4.1" in shown and "${{connections.triage-secrets.credentials.TICKETS_API_KEY}}" in shown
    tools = example.azure.data("GET", f"{example.project_endpoint}/toolboxes/triage-tools/versions/1").body["tools"]
    assert [tool["type"] for tool in tools] == ["code_interpreter", "mcp"]

    example.writes()
    example.up("--expect-no-changes")
    assert example.writes() == []

    example.pulumi("config", "set", "image", "triage:v1.1")
    example.up()
    assert example.serving("triage") == "2"
    assert example.outputs() == {**outputs, "version": "2"}

    make_by_hand(example, "greeter")
    endpoint = example.project_endpoint
    example.pulumi(
        *("import", "foundry-agents:index:HostedAgent", "greeter", f"{endpoint}/agents/greeter"),
        *("--yes", "--skip-preview", "--protect=false", "--generate-code=false"),
    )
    example.add_import()
    example.writes()
    example.up("--expect-no-changes")
    assert example.writes() == []
    assert example.resources()["greeter"]["type"] == "foundry-agents:index:HostedAgent"

    assert all(CANARY not in file.read_text() for file in example.backend.rglob("*.json"))
    example.pulumi("destroy", "--yes", "--skip-preview")
    assert example.resources() == {}
    assert example.agent("triage") is None and example.agent("greeter") is None


def make_by_hand(example: Example, name: str) -> None:
    """An agent that bears nobody's mark, active."""
    definition = {
        "kind": "hosted",
        "cpu": "1",
        "memory": "2Gi",
        "container_configuration": {"image": f"{example.registry}/{name}:v1.0"},
        "protocol_versions": [{"protocol": "responses", "version": "2.0.0"}],
    }
    url = f"{example.project_endpoint}/agents/{name}/versions"
    answer = example.azure.data("POST", url, {"definition": definition})
    assert answer.status == 200, answer.raw
    while example.azure.data("GET", f"{url}/1").body["status"] != "active":
        time.sleep(0.01)
