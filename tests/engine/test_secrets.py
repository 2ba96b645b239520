"""A secret is where it must be and nowhere else, in clear; and a changed one reaches the agent."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError

from foundry_emulator.arm.state import SUBSCRIPTION_ID
from foundry_emulator.identity.state import READER_OBJECT_ID, TENANT_ID
from foundry_emulator.testing import Answer, LocalAzure

from .conftest import CHECKOUT, STAND_IN, Stack
from .vault_agent import shown_in_the_docs

CANARY = "canary-5c1f0e7a"
SECOND = "canary-second-1b9d"
VARIABLES = {"API_KEY": "openai"}
PLACEHOLDER = "${{connections.echo-secrets.credentials.API_KEY}}"
Change = Callable[[dict[str, Any]], None]

PROGRAM = """
import pulumi
from foundry_agents import AgentEnvironment, AgentSecrets, HostedAgent, environment_from_config

config = pulumi.Config()
args = environment_from_config(config)
secret = pulumi.Output.secret("{canary}")
args["agents"]["echo"]["secret_environment_variables"] = {{"API_KEY": secret}}
environment = AgentEnvironment("agents", args)
kept = AgentSecrets(
    "alone", {{"project_id": args["existing_project"], "secret_environment_variables": {{"TOKEN": secret}}}}
)
HostedAgent(
    "alone",
    {{
        "agent_name": "alone",
        "project_endpoint": environment.project_endpoint,
        "registry": environment.registry,
        "image": "echo:v1.0",
        "environment_variables": kept.environment_variables,
    }},
    pulumi.ResourceOptions(depends_on=[environment]),
)
pulumi.export("project_endpoint", environment.project_endpoint)
pulumi.export("registry", environment.registry)
pulumi.export("names", kept.connection_name)
"""


def secret_variables(**extra: Any) -> Change:
    """The agent `echo` gets its key from the stack's secret `openai`, and speaks invocations."""

    def change(config: dict[str, Any]) -> None:
        config["agents"]["echo"] |= {
            "protocol_versions": ["responses", "invocations"],
            "environment_variables": {"LOG_LEVEL": "info"},
            "secret_environment_variables": dict(VARIABLES),
            **extra,
        }
        del config["agents"]["data-processor"]

    return change


def keep(stack: Stack, value: str, name: str = "openai") -> str:
    return stack.pulumi("config", "set", "--secret", "--path", f"agent-environment:secrets.{name}", value).output


def up_with_log(stack: Stack, file: str, *more: str) -> str:
    """An up with all its events in a file."""
    options = ("--yes", "--skip-preview", "--diff", "--event-log", file, *more)
    return stack.pulumi("up", *options, PULUMI_DEBUG_COMMANDS="true").output


def variables_in(stack: Stack, session: str, agent: str = "echo") -> dict[str, str]:
    """The environment of the agent's process, as a session of it sees it."""
    endpoint = stack.project_endpoint
    url = f"{endpoint}/agents/{agent}/endpoint/protocols/invocations?agent_session_id={session}"
    answer = stack.azure.data("POST", url, {})
    assert answer.status == 200, answer.raw
    return dict(answer.body["env"])


def files_with(folder: Path, text: str) -> list[Path]:
    return [
        file
        for file in folder.rglob("*")
        if file.is_file() and not file.is_symlink() and text.encode() in file.read_bytes()
    ]


def answers_of(stack: Stack) -> list[Answer]:
    """What the service shows to everyone who may read: agents, versions, connections, by both planes."""
    azure, endpoint = stack.azure, stack.project_endpoint
    shown = [azure.data("GET", f"{endpoint}{path}") for path in ("/agents", "/agents/echo", "/connections")]
    shown.append(azure.data("GET", f"{endpoint}/agents/echo/versions"))
    arm = azure.state()["arm"]["resources"]
    places = [one["id"] for one in arm.values() if "CognitiveServices" in one["type"] or "KeyVault" in one["type"]]
    versions = {"KeyVault": "2024-11-01", "CognitiveServices": "2025-09-01"}
    for place in places:
        version = next(text for key, text in versions.items() if key in place)
        shown.append(azure.arm("GET", f"{place}?api-version={version}"))
    assert all(answer.status == 200 for answer in shown)
    return shown


def test_a_secret_is_nowhere_in_clear_but_in_the_connection_and_so_in_the_customers_vault(running: Stack) -> None:
    stack = running
    shown = [keep(stack, CANARY)]
    stack.configure(secret_variables())
    stack.configure(lambda config: config.update(key_vault="new"))
    notes = stack.folder / "notes"
    notes.mkdir()
    plan, events = str(notes / "plan.json"), str(notes / "events.json")
    shown.append(stack.pulumi("preview", "--diff", "--save-plan", plan, PULUMI_EXPERIMENTAL="true").output)
    shown += [up_with_log(stack, events), stack.pulumi("preview", "--json").output]
    assert variables_in(stack, "s1")["API_KEY"] == CANARY

    shown.append(keep(stack, SECOND))
    shown.append(up_with_log(stack, events + "2"))
    for command in (
        ("refresh", "--yes", "--diff", "--skip-preview"),
        ("stack", "export"),
        ("stack", "--show-urns"),
        ("config",),
    ):
        shown.append(stack.pulumi(*command).output)
    assert variables_in(stack, "s2")["API_KEY"] == SECOND
    shown += [str(answer.raw) for answer in answers_of(stack)]
    asked = [one for one in stack.azure.requests() if "/protocols/" not in one["path"]]  # that is this test, asking
    shown += [json.dumps(one) for one in asked]
    for canary in (CANARY, SECOND):
        assert [text for text in shown if canary in text] == []
        assert files_with(stack.folder, canary) == []
        # What Azure itself keeps is in one file; its log and Pulumi's backend lie in the same folder.
        assert {file.name for file in files_with(stack.azure.home.root, canary)} <= {"azure.json"}
    state = stack.azure.state()
    assert SECOND in str(state["vaults"]) and SECOND not in str(state["arm"])
    assert all((notes / name).stat().st_size > 1000 for name in ("plan.json", "events.json", "events.json2"))
    stack.pulumi("destroy", "--yes", "--skip-preview")
    assert [key for key in stack.azure.state()["arm"]["resources"] if "/connections/" in key] == []


def test_a_changed_secret_reaches_a_new_session_without_a_new_version_and_a_revision_makes_one(running: Stack) -> None:
    stack = running
    keep(stack, CANARY)
    stack.configure(secret_variables())
    stack.up()
    shown = stack.agent("echo")
    assert shown is not None
    variables = shown["versions"]["latest"]["definition"]["environment_variables"]
    assert variables == {"LOG_LEVEL": "info", "API_KEY": PLACEHOLDER}
    assert variables_in(stack, "s1")["API_KEY"] == CANARY

    keep(stack, SECOND)
    stack.writes()
    assert stack.up().steps == {"agents-echo-secrets": "update"}
    (write,) = stack.writes()
    assert write.startswith("PUT ") and write.endswith("/connections/echo-secrets")
    assert stack.serving("echo") == "2"
    assert variables_in(stack, "s2")["API_KEY"] == SECOND
    assert variables_in(stack, "s1")["API_KEY"] == CANARY  # a session that runs keeps what it started with

    stack.configure(lambda config: config["agents"]["echo"].update(secrets_revision=1))
    assert stack.up().steps == {"agents-echo": "update"}
    assert stack.serving("echo") == "3" and variables_in(stack, "s3")["SECRETS_REVISION"] == "1"
    assert stack.up("--refresh", "--expect-no-changes").steps == {}

    clear = stack.pulumi("stack", "export").output
    assert CANARY not in clear and SECOND not in clear
    assert files_with(stack.azure.home.root / "state", SECOND) == []

    def without(config: dict[str, Any]) -> None:
        for key in ("secret_environment_variables", "secrets_revision"):
            del config["agents"]["echo"][key]

    stack.configure(without)
    assert stack.up().steps["agents-echo-secrets"] == "delete"
    assert "API_KEY" not in variables_in(stack, "s4")
    assert [key for key in stack.azure.state()["arm"]["resources"] if "/connections/" in key] == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            lambda config: config["agents"]["echo"].update(secret_environment_variables={"API_KEY": "opanai"}),
            "the secret `opanai` does not exist; did you mean `openai`? If not, run `pulumi config set --secret --path "
            "'agent-environment:secrets.opanai'`",
        ),
        (
            lambda config: config["agents"]["echo"].update(environment_variables={"A": "AK" + "IAIOSFODNN7EXAMPLE"}),
            "agents.echo.environment_variables.A: has the format of a credential (AWS Access Key)",
        ),
        (
            lambda config: config.update(secrets={"openai": CANARY}),
            "secrets: is not encrypted",
        ),
    ],
)
def test_a_secret_in_a_wrong_place_is_refused_with_the_cure_and_not_shown(
    stack: Stack, change: Change, told: str
) -> None:
    keep(stack, CANARY)
    stack.configure(secret_variables())
    stack.configure(change)
    run = stack.pulumi("preview", fails=True)
    assert told in " ".join(run.output.split())
    assert "IOSFODNN7" not in run.output and CANARY not in run.output
    assert "HostedAgent" not in run.output


def test_a_program_gives_its_secrets_as_outputs(stack: Stack) -> None:
    made = stack.azure.make_project(grants=False)
    stack.azure.push(f"{made.login_server}/echo:v1.0", STAND_IN)

    def existing(config: dict[str, Any]) -> None:
        config["existing_project"], config["existing_registry"] = made.arm_id, made.registry_id
        del config["agents"]["data-processor"]

    stack.configure(existing)
    (stack.folder / "__main__.py").write_text(PROGRAM.format(canary=CANARY))
    shown = stack.pulumi("up", "--yes", "--diff").output
    shown += stack.pulumi("stack", "export").output + json.dumps(stack.azure.requests())
    assert CANARY not in shown
    assert files_with(stack.azure.home.root / "state", CANARY) == []
    for agent, variable in (("echo", "API_KEY"), ("alone", "TOKEN")):
        asked = f"{made.endpoint}/connections/{agent}-secrets/getConnectionWithCredentials"
        assert stack.azure.data("POST", asked).body["credentials"][variable] == CANARY
        version = stack.agent(agent)
        assert version is not None
        variables = version["versions"]["latest"]["definition"]["environment_variables"]
        assert variables[variable] == f"${{{{connections.{agent}-secrets.credentials.{variable}}}}}"


def test_an_agent_reads_a_vault_with_its_own_identity_and_the_deployer_cannot(running: Stack) -> None:
    stack = running
    vault = make_vault(stack.azure)

    def triage(config: dict[str, Any]) -> None:
        config["agents"] = {
            "triage": {
                "image": "triage:v1.4",
                "protocol_versions": ["invocations"],
                "environment_variables": {"KEY_VAULT_URL": vault.uri},
            }
        }

    stack.configure(triage)
    stack.pulumi("config", "set", "team:vault", vault.id)
    (stack.folder / "__main__.py").write_text(shown_in_the_docs("program"))
    stack.push("triage:v1.4", command=[sys.executable, str(CHECKOUT / "tests" / "engine" / "vault_agent.py")])
    stack.up()
    assert ask_for_secret(stack, "s1") == "from the vault"
    vault.put("changed")
    assert ask_for_secret(stack, "s1") == "changed"
    assert "from the vault" not in stack.pulumi("stack", "export").output
    with pytest.raises(HttpResponseError, match="ForbiddenByRbac"):
        vault.get_as("deployer")


class Vault:
    """A vault that somebody else fills: the reader may write its secrets, the deployer may not even read them."""

    def __init__(self, azure: LocalAzure, place: str, uri: str) -> None:
        self._azure, self.id, self.uri = azure, place, uri

    def put(self, value: str) -> None:
        self._send("PUT", "reader", {"value": value})

    def get_as(self, identity: str) -> None:
        self._send("GET", identity)

    def _send(self, method: str, identity: str, body: object = None) -> None:
        headers = {"Authorization": f"Bearer {self._azure.token('https://vault.azure.net', identity)}"}
        answer = self._azure.http(method, f"{self.uri}secrets/api-key?api-version=7.5", body, headers)
        if answer.status != 200:
            raise HttpResponseError(answer.raw.decode())


def make_vault(azure: LocalAzure) -> Vault:
    group = f"/subscriptions/{SUBSCRIPTION_ID}/resourceGroups/security"
    azure.arm("PUT", f"{group}?api-version=2024-03-01", {"location": "swedencentral"})
    place = f"{group}/providers/Microsoft.KeyVault/vaults/team-secrets"
    properties = {"tenantId": TENANT_ID, "sku": {"family": "A", "name": "standard"}, "enableRbacAuthorization": True}
    body = {"location": "swedencentral", "properties": properties}
    made = azure.arm("PUT", f"{place}?api-version=2024-11-01", body)
    azure.grant("b86a8fe4-44ce-4948-aee5-eccb2c155cd7", READER_OBJECT_ID, place)
    vault = Vault(azure, place, made.body["properties"]["vaultUri"])
    eventually(lambda: vault.put("from the vault"))
    return vault


def ask_for_secret(stack: Stack, session: str) -> str:
    endpoint = stack.project_endpoint
    url = f"{endpoint}/agents/triage/endpoint/protocols/invocations?agent_session_id={session}"
    answers: list[dict[str, str]] = []

    def ask() -> None:
        answers.append(stack.azure.data("POST", url, {}).body)
        if "secret" not in answers[-1]:
            raise HttpResponseError(str(answers[-1]))

    eventually(ask)
    return answers[-1]["secret"]


def eventually(call: Callable[[], None]) -> None:
    """Tries again while a role does not work yet."""
    deadline = time.monotonic() + 120
    while True:
        try:
            return call()
        except HttpResponseError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
