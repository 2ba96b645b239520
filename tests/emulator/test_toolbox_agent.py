"""The sample agent `agents/tools`, run by the local Azure: its questions become calls of its toolbox."""

import io
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from azure.ai.projects import AIProjectClient

from foundry_emulator.testing import FOUNDRY_USER, LocalAzure, Project
from tools import LOCAL, ROOT
from tools.local.virtual_environment import ensure

AGENT = ROOT / "agents" / "tools"
ENVIRONMENT = LOCAL / "agents" / "tools"
STAND_IN_SERVER = Path(__file__).parent / "stand_in_mcp_server.py"

Ask = Callable[..., str]


@pytest.fixture(scope="module")
def tools_image(azure: LocalAzure, project: Project) -> str:
    """An image that stands for the sample agent."""
    ensure(ENVIRONMENT, ["agents/tools/requirements.txt"])
    reference = f"{project.login_server}/tools:v1"
    command = shlex.join([str(ENVIRONMENT / "bin" / "python"), "main.py"])
    push = [sys.executable, "-m", "foundry_emulator.cli", "push", reference, "--home", str(azure.home.root)]
    subprocess.run([*push, "--command", command, "--cwd", str(AGENT)], check=True, capture_output=True)
    return reference


@pytest.fixture(scope="module")
def library() -> Iterator[str]:
    """Another MCP server; its URL."""
    process = subprocess.Popen([sys.executable, str(STAND_IN_SERVER)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    yield process.stdout.readline().strip()
    process.terminate()
    process.wait()


@pytest.fixture(scope="module")
def toolbox(azure: LocalAzure, project: Project, client: AIProjectClient, library: str) -> str:
    """A toolbox with one tool of each of the three kinds; its MCP endpoint."""
    with client.get_openai_client() as openai:
        content = io.BytesIO(b"The red lamp blinks when the battery is empty.")
        file = openai.files.create(file=("manual.md", content), purpose="assistants")
        store = openai.vector_stores.create(name="manuals", file_ids=[file.id])
    tools = [
        {"type": "code_interpreter", "name": "python"},
        {"type": "file_search", "vector_store_ids": [store.id]},
        {"type": "mcp", "server_label": "library", "server_url": library, "require_approval": "never"},
    ]
    made = azure.data("POST", f"{project.endpoint}/toolboxes/agent-tools/versions", {"tools": tools})
    assert made.status == 200, made.raw
    return f"{project.endpoint}/toolboxes/agent-tools/mcp?api-version=v1"


@pytest.fixture
def ask(azure: LocalAzure, project: Project) -> Ask:
    """`ask("agent", "calculate 1 + 1")`: what the agent answers."""

    def asked(agent: str, question: str) -> str:
        url = f"{project.endpoint}/agents/{agent}/endpoint/protocols/openai/responses"
        answer = azure.data("POST", url, {"input": question})
        assert answer.status == 200, answer.raw
        return str(answer.body["output"][0]["content"][0]["text"])

    return asked


def _deploy(azure: LocalAzure, project: Project, image: str, name: str, endpoint: str | None) -> str:
    """An active agent; its principal."""
    definition = {
        "kind": "hosted",
        "cpu": "1",
        "memory": "2Gi",
        "container_configuration": {"image": image},
        "protocol_versions": [{"protocol": "responses", "version": "2.0.0"}],
        "environment_variables": {} if endpoint is None else {"TOOLBOX_MCP_ENDPOINT": endpoint},
    }
    url = f"{project.endpoint}/agents/{name}/versions"
    version = azure.data("POST", url, {"definition": definition}).body
    while version["status"] == "creating":
        version = azure.data("GET", f"{url}/{version['version']}").body
    assert version["status"] == "active"
    return str(version["instance_identity"]["principal_id"])


def test_questions_become_calls_of_the_tools(
    azure: LocalAzure, project: Project, tools_image: str, toolbox: str, ask: Ask
) -> None:
    principal = _deploy(azure, project, tools_image, "worker", toolbox)
    assert "it needs Foundry User" in ask("worker", "calculate 6 * 7")
    azure.grant(FOUNDRY_USER, principal, project.arm_id)
    assert ask("worker", "tools") == "file_search, library.lookup, python"
    assert ask("worker", "calculate 2 ** 100") == str(2**100)
    assert "the battery is empty" in ask("worker", "find blinking red lamp")
    assert ask("worker", "ask library bees and wasps") == "about bees and wasps: yes"
    assert ask("worker", "ask library.lookup bees") == "about bees: yes"
    azure.settings(tool_name_separator="___")
    assert ask("worker", "ask library bees") == "about bees: yes"


def test_what_cannot_be_done_is_said_in_a_sentence(
    azure: LocalAzure, project: Project, tools_image: str, toolbox: str, ask: Ask
) -> None:
    azure.grant(FOUNDRY_USER, _deploy(azure, project, tools_image, "reader", toolbox), project.arm_id)
    assert "ZeroDivisionError" in ask("reader", "calculate 1 / 0")
    assert ask("reader", "find xylophone") == "Nothing was found."
    assert "the toolbox offers no tool of an MCP server archive, only python" in ask("reader", "ask archive bees")
    for question in ("hello", "calculate", "ask library"):
        assert ask("reader", question).startswith("Ask me to `calculate <expression>`")


def test_a_toolbox_that_is_missing_is_named(
    azure: LocalAzure, project: Project, tools_image: str, toolbox: str, ask: Ask
) -> None:
    _deploy(azure, project, tools_image, "without", None)
    assert "TOOLBOX_MCP_ENDPOINT is not set" in ask("without", "calculate 1")
    gone = toolbox.replace("agent-tools", "gone")
    _deploy(azure, project, tools_image, "lost", gone)
    assert "404 not_found: Toolbox 'gone' not found" in ask("lost", "calculate 1")
    _deploy(azure, project, tools_image, "nowhere", "http://127.0.0.1:9/mcp")
    assert "the toolbox at http://127.0.0.1:9/mcp does not answer" in ask("nowhere", "calculate 1")
