"""An agent uses its toolbox; a change of the tools changes the toolbox alone; without tools there is none."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tools import LOCAL, ROOT
from tools.local.virtual_environment import ensure

from .conftest import Stack

AGENT, TOOLBOX = "agents-worker", "agents-worker-tools"
SAMPLE = ROOT / "agents" / "tools"
ENVIRONMENT = LOCAL / "agents" / "tools"
STAND_IN_SERVER = ROOT / "tests" / "emulator" / "stand_in_mcp_server.py"
Change = Callable[[dict[str, Any]], None]


@pytest.fixture(scope="module")
def library() -> Iterator[str]:
    """Another MCP server; its URL."""
    process = subprocess.Popen([sys.executable, str(STAND_IN_SERVER)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    yield process.stdout.readline().strip()
    process.terminate()
    process.wait()


def with_tools(tools: list[Any], **more: Any) -> Change:
    """One agent, made of the sample."""

    def change(config: dict[str, Any]) -> None:
        worker = {"image": "tools:v1", **({"tools": tools} if tools else {}), **more}
        config["agents"] = {"worker": worker}

    return change


def push_sample(stack: Stack) -> None:
    ensure(ENVIRONMENT, ["agents/tools/requirements.txt"])
    stack.push("tools:v1", command=[str(ENVIRONMENT / "bin" / "python"), str(SAMPLE / "main.py")])


def vector_store(stack: Stack) -> str:
    """A store with one file, in the project; its id."""
    endpoint = stack.project_endpoint
    program = (
        "import sys\n"
        "from azure.ai.projects import AIProjectClient\n"
        "from azure.identity import DefaultAzureCredential\n"
        "with AIProjectClient(sys.argv[1], DefaultAzureCredential()) as client, client.get_openai_client() as openai:\n"
        "    text = b'The red lamp blinks when the battery is empty.'\n"
        "    file = openai.files.create(file=('manual.md', text), purpose='assistants')\n"
        "    print(openai.vector_stores.create(name='manuals', file_ids=[file.id]).id)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, endpoint], env=stack.environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def ask(stack: Stack, question: str) -> str:
    url = f"{stack.project_endpoint}/agents/worker/endpoint/protocols/openai/responses"
    answer = stack.azure.data("POST", url, {"input": question})
    assert answer.status == 200, answer.raw
    return str(answer.body["output"][0]["content"][0]["text"])


def toolbox(stack: Stack) -> dict[str, Any] | None:
    answer = stack.azure.data("GET", f"{stack.project_endpoint}/toolboxes/worker-tools")
    return answer.body if answer.status == 200 else None


def toolbox_writes(stack: Stack) -> list[str]:
    """Methods of the writes to the toolbox since the last look."""
    return [one.split()[0] for one in stack.writes() if "/toolboxes/worker-tools" in one]


def test_an_agent_with_tools_from_the_first_up_to_the_last(running: Stack, library: str) -> None:
    stack = running
    push_sample(stack)
    store = vector_store(stack)
    mcp = {"type": "mcp", "server_label": "library", "server_url": library, "require_approval": "never"}
    all_three = ["code_interpreter", {"type": "file_search", "vector_store_ids": [store]}, mcp]
    stack.configure(with_tools(all_three))
    stack.up()

    assert ask(stack, "calculate 2 ** 100") == str(2**100)
    assert "the battery is empty" in ask(stack, "find blinking red lamp")
    assert ask(stack, "ask library bees") == "about bees: yes"

    # Other tools: another version of the toolbox, and the agent is not touched.
    stack.configure(with_tools([*all_three[:2], {**mcp, "server_label": "books"}]))
    stack.writes()
    run = stack.up()
    assert run.steps == {TOOLBOX: "update"}
    assert toolbox_writes(stack) == ["POST", "PATCH"]
    assert "worker-tools: version 2 is the default" in run.output
    shown = toolbox(stack)
    assert shown is not None and shown["default_version"] == "2"
    assert ask(stack, "ask books wasps") == "about wasps: yes"
    assert stack.serving("worker") == "1"

    # Another definition of the agent: the toolbox, and what the agent is granted, stay.
    stack.configure(with_tools([*all_three[:2], {**mcp, "server_label": "books"}], description="a worker"))
    assert stack.preview() == {AGENT: "update"}

    # An agent that was deleted by hand comes back with another identity, and so its grant is another one.
    # Its toolbox keeps one version beside the default one.
    stack.configure(with_tools([*all_three[:2], {**mcp, "server_label": "films"}], description="a worker"))
    url = f"{stack.project_endpoint}/agents/worker?force=true"
    assert stack.azure.data("DELETE", url).status == 200
    stack.writes()
    stack.up("--refresh")
    assert toolbox_writes(stack) == ["POST", "PATCH", "DELETE"]
    assert ask(stack, "calculate 6 * 7") == "42"

    stack.configure(with_tools([]))
    run = stack.up()
    assert run.steps == {AGENT: "update", TOOLBOX: "delete", f"{TOOLBOX}-user": "delete"}
    assert "toolbox worker-tools is deleted with its versions" in run.output
    assert toolbox(stack) is None
    assert "TOOLBOX_MCP_ENDPOINT is not set" in ask(stack, "calculate 1")


def test_wrong_tools_are_refused_in_the_preview_all_at_once(stack: Stack) -> None:
    stack.configure(with_tools(["code_interpeter", {"type": "mcp", "headers": {"Authorization": "x"}}]))
    output = stack.pulumi("preview", fails=True).output
    for path in ("tools[0]", "tools[1].server_label", "tools[1].server_url", "tools[1].headers.Authorization"):
        assert f"agents.worker.{path}: " in output
    assert stack.writes() == []
