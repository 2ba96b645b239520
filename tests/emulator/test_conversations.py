"""Conversations of an agent's endpoint: served as OpenAI's clients expect, each with a session of its own."""

from collections.abc import Callable
from typing import Any

import pytest
from azure.ai.projects import AIProjectClient
from openai import BadRequestError, NotFoundError, OpenAI

from foundry_emulator.testing import Answer, LocalAzure, Project

Deploy = Callable[..., Any]


def _openai(client: AIProjectClient, agent: str) -> OpenAI:
    return client.get_openai_client(agent_name=agent, max_retries=0)


def _ask(azure: LocalAzure, project: Project, agent: str, **more: object) -> Answer:
    url = f"{project.endpoint}/agents/{agent}/endpoint/protocols/openai/responses"
    return azure.data("POST", url, {"input": "ping", **more})


def test_a_conversation_is_made_read_changed_and_deleted(client: AIProjectClient, deploy: Deploy, name: str) -> None:
    deploy(name)
    with _openai(client, name) as openai:
        made = openai.conversations.create(metadata={"a": "1"})
        assert made.id.startswith("conv_") and made.object == "conversation"
        assert openai.conversations.retrieve(made.id).metadata == {"a": "1"}
        assert openai.conversations.update(made.id, metadata={"b": "2"}).metadata == {"b": "2"}
        assert openai.conversations.delete(made.id).deleted
        with pytest.raises(NotFoundError, match="not found"):
            openai.conversations.retrieve(made.id)


def test_a_conversation_is_made_below_the_path_that_azd_uses(
    azure: LocalAzure, project: Project, deploy: Deploy, name: str
) -> None:
    deploy(name)
    url = f"{project.endpoint}/agents/{name}/endpoint/protocols/openai/conversations"
    made = azure.data("POST", url, {})
    assert (made.status, made.body["object"], made.body["metadata"]) == (200, "conversation", {})
    assert azure.data("GET", f"{url}/{made.body['id']}").body == made.body


def test_items_are_added_listed_and_removed(client: AIProjectClient, deploy: Deploy, name: str) -> None:
    deploy(name)
    with _openai(client, name) as openai:
        first: Any = {"type": "message", "role": "user", "content": "hello"}
        made = openai.conversations.create(items=[first])
        second: Any = {**first, "content": "again"}
        added = openai.conversations.items.create(made.id, items=[second])
        newest_first = [one.to_dict() for one in openai.conversations.items.list(made.id)]
        assert [one["content"] for one in newest_first] == [
            [{"type": "input_text", "text": "again"}],
            [{"type": "input_text", "text": "hello"}],
        ]
        item_id = added.first_id
        assert openai.conversations.items.retrieve(item_id, conversation_id=made.id).to_dict()["id"] == item_id
        assert openai.conversations.items.delete(item_id, conversation_id=made.id).id == made.id
        assert len(list(openai.conversations.items.list(made.id))) == 1
        with pytest.raises(NotFoundError):
            openai.conversations.items.retrieve(item_id, conversation_id=made.id)


def test_a_conversation_keeps_its_session(client: AIProjectClient, deploy: Deploy, name: str) -> None:
    deploy(name)
    with _openai(client, name) as openai:
        one, other = openai.conversations.create().id, openai.conversations.create().id
        asked = [openai.responses.create(input="ping", conversation=each) for each in (one, other, one)]
    sessions = [response.to_dict()["agent_session_id"] for response in asked]
    assert sessions[0] == sessions[2] != sessions[1]


def test_a_conversation_follows_the_session_that_a_call_names(
    azure: LocalAzure, project: Project, client: AIProjectClient, deploy: Deploy, name: str
) -> None:
    deploy(name)
    with _openai(client, name) as openai:
        conversation = openai.conversations.create().id
    _ask(azure, project, name, conversation={"id": conversation}, agent_session_id="mine")
    assert _ask(azure, project, name, conversation=conversation).body["agent_session_id"] == "mine"
    client.agents.delete_session(name, "mine")
    assert _ask(azure, project, name, conversation=conversation).body["agent_session_id"] != "mine"


def test_an_unknown_conversation_is_refused_before_a_session_is_made(
    client: AIProjectClient, deploy: Deploy, name: str
) -> None:
    deploy(name)
    with _openai(client, name) as openai:
        with pytest.raises(NotFoundError, match="Conversation with id"):
            openai.responses.create(input="ping", conversation=f"conv_{'0' * 50}")
        with pytest.raises(BadRequestError, match="Malformed identifier"):
            openai.responses.create(input="ping", conversation="mine")
    assert list(client.agents.list_sessions(name)) == []


def test_a_conversation_belongs_to_its_agent(client: AIProjectClient, deploy: Deploy, name: str) -> None:
    deploy(name)
    deploy(f"{name}-other")
    with _openai(client, name) as openai:
        made = openai.conversations.create().id
    with _openai(client, f"{name}-other") as openai, pytest.raises(NotFoundError):
        openai.conversations.retrieve(made)


@pytest.mark.parametrize("key", ["session_id", "agent_session_id"])
def test_both_names_of_the_session_are_honoured(
    azure: LocalAzure, project: Project, deploy: Deploy, name: str, key: str
) -> None:
    deploy(name)
    assert _ask(azure, project, name, **{key: "mine"}).body["agent_session_id"] == "mine"


def test_what_an_agent_stores_for_a_conversation_is_in_it(
    azure: LocalAzure, project: Project, client: AIProjectClient, deploy: Deploy, name: str
) -> None:
    me = deploy(name).instance_identity.principal_id
    with _openai(client, name) as openai:
        conversation = openai.conversations.create().id
    storage = f"{project.endpoint}/storage"
    response = {"id": f"r-{name}", "conversation": {"id": conversation}, "output": []}
    asked = {"id": f"i-{name}", "type": "message", "role": "user", "content": []}
    said = {"id": f"o-{name}", "type": "message", "role": "assistant", "content": []}
    azure.data("POST", f"{storage}/responses", {"response": response, "input_items": [asked]}, identity=me)
    azure.data("POST", f"{storage}/responses/{response['id']}", {**response, "output": [said]}, identity=me)
    history = azure.data("GET", f"{storage}/history/item_ids?conversation_id={conversation}", identity=me)
    assert history.body == [asked["id"], said["id"]]
    found = azure.data("POST", f"{storage}/items/batch/retrieve", {"item_ids": history.body}, identity=me)
    assert found.body == [asked, said]
