"""Calling agents through their own endpoint: which version answers, in which session, with what."""

import json
import os
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from azure.ai.projects import AIProjectClient
from azure.ai.projects.models import ContainerConfiguration, ProtocolVersionRecord, VersionRefIndicator
from openai import PermissionDeniedError

from foundry_emulator.identity.state import DEPLOYER_OBJECT_ID
from foundry_emulator.testing import Answer, LocalAzure, Project

Deploy = Callable[..., Any]
Ask = Callable[..., Answer]


@pytest.fixture
def ask(azure: LocalAzure, project: Project) -> Ask:
    """`ask("agent", "question", agent_session_id=…)`: a call of the responses protocol."""

    def asked(agent: str, question: str = "ping", **more: object) -> Answer:
        url = f"{project.endpoint}/agents/{agent}/endpoint/protocols/openai/responses"
        return azure.data("POST", url, {"input": question, **more})

    return asked


def _select(azure: LocalAzure, project: Project, agent: str, *shares: tuple[str, int]) -> None:
    rules = [{"type": "FixedRatio", "agent_version": v, "traffic_percentage": p} for v, p in shares]
    change = {"agent_endpoint": {"version_selector": {"version_selection_rules": rules}}}
    assert azure.data("PATCH", f"{project.endpoint}/agents/{agent}", change).status == 200


def _allow(azure: LocalAzure, project: Project, agent: str, protocol: str) -> None:
    change: dict[str, Any] = {"agent_endpoint": {"protocol_configuration": {protocol: {}}}}
    assert azure.data("PATCH", f"{project.endpoint}/agents/{agent}", change).status == 200


def _version(answer: Answer) -> str:
    return str(answer.body["agent_reference"]["version"])


def test_the_openai_client_of_the_agent_gets_its_answer(client: AIProjectClient, deploy: Deploy, name: str) -> None:
    deploy(name)
    with client.get_openai_client(agent_name=name) as openai:
        assert openai.responses.create(input="hello").output_text == "1: hello"


def test_an_answer_says_which_agent_and_session_gave_it(deploy: Deploy, ask: Ask, name: str) -> None:
    deploy(name)
    answer = ask(name)
    reference = {"type": "agent_reference", "name": name, "version": "1"}
    assert answer.body["agent_reference"] == reference
    assert answer.body["output"][0]["agent_reference"] == reference
    assert answer.body["output"][0]["response_id"] == answer.body["id"]
    assert len(answer.body["agent_session_id"]) == 63
    assert answer.headers["x-agent-session-id"] == answer.body["agent_session_id"]
    first, second = answer.headers["x-request-id"].split(",")
    assert first == second
    assert answer.headers["content-type"] == "application/json"
    assert int(answer.headers["content-length"]) == len(answer.raw)


def test_the_container_is_told_session_caller_and_call(deploy: Deploy, ask: Ask, name: str) -> None:
    deploy(name)
    answer = ask(name)
    told = {key.lower(): value for key, value in json.loads(answer.body["metadata"]["headers"]).items()}
    assert told["x-agent-session-id"] == answer.body["agent_session_id"]
    assert told["x-agent-user-id"] == DEPLOYER_OBJECT_ID
    assert told["x-agent-foundry-call-id"]
    assert "authorization" not in told


def test_calls_without_a_session_get_one_each_and_with_one_keep_it(
    client: AIProjectClient, deploy: Deploy, ask: Ask, name: str
) -> None:
    deploy(name)
    first = ask(name).body["agent_session_id"]
    assert ask(name).body["agent_session_id"] != first
    assert ask(name, agent_session_id=first).body["agent_session_id"] == first
    assert len(list(client.agents.list_sessions(name))) == 2


def test_an_unknown_session_is_made_or_refused_as_set(azure: LocalAzure, deploy: Deploy, ask: Ask, name: str) -> None:
    deploy(name)
    assert ask(name, agent_session_id="mine").body["agent_session_id"] == "mine"
    azure.settings(unknown_session="404")
    refused = ask(name, agent_session_id="other")
    assert (refused.status, refused.body["error"]["code"]) == (404, "session_not_found")


def test_answers_stream_through_while_they_are_made(client: AIProjectClient, deploy: Deploy, name: str) -> None:
    deploy(name)
    with client.get_openai_client(agent_name=name) as openai:
        events = list(openai.responses.create(input="one two three", stream=True))
    assert [event.to_dict()["delta"] for event in events] == ["one", "two", "three"]


def test_a_new_version_gets_the_traffic_when_it_is_active_and_not_before(
    *, azure: LocalAzure, client: AIProjectClient, define: Any, deploy: Deploy, ask: Ask, name: str
) -> None:
    deploy(name)
    azure.settings(provisioning_seconds=1000)
    client.agents.create_version(name, definition=define(environment_variables={"A": "2"}))
    assert _version(ask(name)) == "1"
    azure.settings(at_latest="newest")
    assert ask(name).body["error"]["code"] == "agent_version_not_ready"


def test_a_pinned_selector_keeps_traffic_where_it_is(
    azure: LocalAzure, project: Project, deploy: Deploy, ask: Ask, name: str
) -> None:
    deploy(name)
    _select(azure, project, name, ("1", 100))
    deploy(name, environment_variables={"A": "2"})
    assert _version(ask(name)) == "1"
    _select(azure, project, name, ("2", 100))
    assert _version(ask(name)) == "2"


def test_shares_come_out_as_the_rules_say(
    azure: LocalAzure, project: Project, deploy: Deploy, ask: Ask, name: str
) -> None:
    deploy(name)
    deploy(name, environment_variables={"A": "2"})
    _select(azure, project, name, ("1", 90), ("2", 10))
    assert Counter(_version(ask(name)) for _ in range(20)) == {"1": 18, "2": 2}


def test_a_warm_session_keeps_its_version(
    azure: LocalAzure, project: Project, deploy: Deploy, ask: Ask, name: str
) -> None:
    deploy(name)
    session = ask(name).body["agent_session_id"]
    deploy(name, environment_variables={"A": "2"})
    assert _version(ask(name)) == "2"
    assert _version(ask(name, agent_session_id=session)) == "1"


def test_a_selected_version_that_is_gone_is_a_404(
    *, azure: LocalAzure, project: Project, client: AIProjectClient, deploy: Deploy, ask: Ask, name: str
) -> None:
    deploy(name)
    _select(azure, project, name, ("1", 100))
    deploy(name, environment_variables={"A": "2"})
    client.agents.delete_version(name, "1")
    assert ask(name).status == 404


def test_protocols_have_to_be_enabled_on_the_endpoint(
    azure: LocalAzure, project: Project, deploy: Deploy, name: str
) -> None:
    deploy(name)
    url = f"{project.endpoint}/agents/{name}/endpoint/protocols/invocations"
    assert azure.data("POST", url, {"a": 1}).status == 400
    _allow(azure, project, name, "invocations")
    answer = azure.data("POST", f"{url}?agent_session_id=mine", {"a": 1})
    assert answer.body["path"] == "/invocations?agent_session_id=mine"
    assert json.loads(answer.body["body"]) == {"a": 1}
    assert answer.headers["x-agent-session-id"] == "mine"


def test_protocol_version_v1_is_taken_at_create_and_refused_at_the_call(deploy: Deploy, ask: Ask, name: str) -> None:
    old = [ProtocolVersionRecord(protocol="responses", version="v1")]
    assert deploy(name, protocol_versions=old).status == "active"
    assert ask(name).status == 400


def test_a_disabled_agent_answers_no_call_and_takes_no_session(
    client: AIProjectClient, deploy: Deploy, ask: Ask, name: str, refused: Any
) -> None:
    deploy(name)
    client.agents.disable(name)
    assert (ask(name).status, ask(name).body["error"]["code"]) == (403, "agent_disabled")
    with client.get_openai_client(agent_name=name, max_retries=0) as openai, pytest.raises(PermissionDeniedError):
        openai.responses.create(input="hello")
    with refused() as caught:
        client.agents.create_session(name, version_indicator=VersionRefIndicator(agent_version="1"))
    assert (caught.status, caught.code) == (403, "agent_disabled")
    client.agents.enable(name)
    assert ask(name).status == 200


def test_an_agent_that_does_not_exist_is_a_404(ask: Ask) -> None:
    assert ask("never-there").body["error"]["code"] == "not_found"


def test_an_agent_sees_its_own_environment_and_nothing_of_the_machine(
    azure: LocalAzure, project: Project, deploy: Deploy, name: str, push: Any
) -> None:
    os.environ["ONLY_ON_THIS_MACHINE"] = "1"
    with_env = ContainerConfiguration(image=push("env:v1", OF_THE_IMAGE="i"))
    variables = {"MINE": "m", "REF": "${{connections.c.credentials.key}}"}
    version = deploy(name, container_configuration=with_env, environment_variables=variables)
    _allow(azure, project, name, "invocations")
    url = f"{project.endpoint}/agents/{name}/endpoint/protocols/invocations"
    seen = azure.data("POST", url, {}).body["env"]
    assert (seen["MINE"], seen["REF"], seen["OF_THE_IMAGE"]) == ("m", variables["REF"], "i")
    assert seen["FOUNDRY_AGENT_NAME"] == name
    assert seen["FOUNDRY_AGENT_VERSION"] == "1"
    assert seen["FOUNDRY_AGENT_ID"] == version.agent_guid
    assert seen["FOUNDRY_PROJECT_ENDPOINT"] == project.endpoint
    assert seen["FOUNDRY_PROJECT_ARM_ID"] == project.arm_id
    assert seen["FOUNDRY_HOSTING_ENVIRONMENT"]
    assert seen["IDENTITY_HEADER"] == version.instance_identity.principal_id
    assert seen["HOME"].startswith(str(azure.home.agents))
    assert "ONLY_ON_THIS_MACHINE" not in seen
    assert "PULUMI_HOME" not in seen


def test_a_process_that_died_is_started_again(azure: LocalAzure, deploy: Deploy, ask: Ask, name: str) -> None:
    deploy(name)
    assert ask(name).status == 200
    before = next(one["pid"] for one in azure.processes() if one["agent"] == name)
    os.kill(before, 9)
    while any(one["pid"] == before for one in azure.processes()):
        pass
    assert ask(name).status == 200


def test_stored_responses_belong_to_the_project_and_its_agents(
    azure: LocalAzure, project: Project, deploy: Deploy, name: str
) -> None:
    me = deploy(name).instance_identity.principal_id
    url = f"{project.endpoint}/storage"
    response = {"id": "r1", "output": [{"id": "o1"}]}
    body = {"response": response, "input_items": [{"id": "i1"}], "history_item_ids": ["h1"]}
    assert azure.data("POST", f"{url}/responses", body, identity=me).status == 201
    again = azure.data("POST", f"{url}/responses", body, identity=me)
    assert (again.status, again.body["error"]["code"]) == (409, "conflict")
    assert azure.data("GET", f"{url}/responses/r1", identity=me).body == response
    history = azure.data("GET", f"{url}/history/item_ids?limit=-1&previous_response_id=r1", identity=me)
    assert history.body == ["h1", "i1", "o1"]
    found = azure.data("POST", f"{url}/items/batch/retrieve", {"item_ids": ["o1", "no"]}, identity=me)
    assert found.body == [{"id": "o1"}, None]
    assert azure.data("GET", f"{url}/responses/r1", identity="nobody").status == 403
    assert azure.data("DELETE", f"{url}/responses/r1", identity=me).status == 204


def test_an_image_of_azurecr_io_is_pulled_from_the_local_registry_of_that_name(
    azure: LocalAzure, deploy: Deploy, ask: Ask, name: str
) -> None:
    image = "registry1.azurecr.io/elsewhere:v1"
    azure.push(image, [sys.executable, str(Path(__file__).parent / "stand_in_agent.py")])
    assert deploy(name, container_configuration=ContainerConfiguration(image=image)).status == "active"
    assert ask(name).status == 200
    missing = ContainerConfiguration(image="registry9.azurecr.io/elsewhere:v1")
    assert deploy(f"{name}-missing", container_configuration=missing).status == "failed"


def test_a_version_runs_the_command_that_was_pushed_when_it_was_made(
    azure: LocalAzure, project: Project, deploy: Deploy, ask: Ask, name: str
) -> None:
    image, agent = f"{project.login_server}/again:v1", str(Path(__file__).parent / "stand_in_agent.py")
    azure.push(image, [sys.executable, agent])
    deploy(name, container_configuration=ContainerConfiguration(image=image))
    azure.push(image, ["/nowhere/at-all"])
    assert ask(name).status == 200
    version = deploy(
        name, container_configuration=ContainerConfiguration(image=image), environment_variables={"A": "2"}
    )
    assert (version.status, ask(name).status) == ("active", 424)
