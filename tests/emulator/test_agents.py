"""Agents and versions through the official client: what is created, numbered, deduplicated, deleted."""

from collections.abc import Callable
from typing import Any

import pytest
from azure.ai.projects import AIProjectClient
from azure.ai.projects.aio import AIProjectClient as AsyncAIProjectClient
from azure.ai.projects.models import (
    AgentEndpointConfig,
    ContainerConfiguration,
    FixedRatioVersionSelectionRule,
    HostedAgentDefinition,
    VersionSelector,
)
from azure.core.exceptions import ResourceNotFoundError
from azure.identity.aio import DefaultAzureCredential as AsyncCredential

from foundry_emulator.testing import LocalAzure, Project

Define = Callable[..., HostedAgentDefinition]
Deploy = Callable[..., Any]


def _selector(*shares: tuple[str, int]) -> AgentEndpointConfig:
    rules = [FixedRatioVersionSelectionRule(agent_version=v, traffic_percentage=p) for v, p in shares]
    return AgentEndpointConfig(version_selector=VersionSelector(version_selection_rules=list(rules)))


def _rules(agent: Any) -> list[tuple[str, int]]:
    rules = agent.agent_endpoint.version_selector.version_selection_rules
    return [(rule.agent_version, rule.traffic_percentage) for rule in rules]


def test_create_answers_200_with_the_keys_in_the_order_of_the_service(
    azure: LocalAzure, project: Project, image: str, name: str
) -> None:
    body = {
        "definition": {
            "kind": "hosted",
            "cpu": "0.5",
            "memory": "1Gi",
            "container_configuration": {"image": image},
            "protocol_versions": [{"protocol": "responses", "version": "1.0.0"}],
            "environment_variables": {"A": "b"},
        },
        "tags": {"dropped": "yes"},
    }
    answer = azure.data("POST", f"{project.endpoint}/agents/{name}/versions", body)
    assert answer.status == 200
    assert list(answer.body) == [
        "metadata",
        "object",
        "id",
        "name",
        "version",
        "description",
        "created_at",
        "definition",
        "status",
        "instance_identity",
        "blueprint",
        "blueprint_reference",
        "agent_guid",
    ]
    assert list(answer.body["definition"]) == [
        "kind",
        "container_protocol_versions",
        "cpu",
        "memory",
        "environment_variables",
        "container_configuration",
        "protocol_versions",
    ]
    assert answer.body["definition"]["container_protocol_versions"] == []
    assert (answer.body["id"], answer.body["version"]) == (f"{name}:1", "1")
    assert (answer.body["metadata"], answer.body["description"]) == ({}, "")
    assert answer.body["status"] == "creating"
    identity = answer.body["instance_identity"]
    assert identity["principal_id"] == identity["client_id"]
    assert answer.body["blueprint"]["principal_id"] != answer.body["blueprint"]["client_id"]
    assert answer.body["blueprint_reference"]["blueprint_id"] == f"{name}-{answer.body['agent_guid'][:5]}"


def test_answers_have_the_headers_of_the_service_and_none_of_an_operation(
    azure: LocalAzure, project: Project, deploy: Deploy, name: str
) -> None:
    deploy(name)
    headers = azure.data("GET", f"{project.endpoint}/agents/{name}").headers
    assert headers["transfer-encoding"] == "chunked"
    assert headers["x-ms-region"] == "Sweden Central"
    assert len(headers["x-request-id"]) == 32
    absent = {
        "etag",
        "retry-after",
        "location",
        "operation-location",
        "azure-asyncoperation",
        "x-ms-request-id",
    }
    assert not absent & set(headers)


def test_a_version_becomes_active_after_a_while(client: AIProjectClient, define: Define, name: str) -> None:
    version = client.agents.create_version(name, definition=define())
    assert version.status == "creating"
    while version.status == "creating":
        version = client.agents.get_version(name, version.version)
    assert version.status == "active"


def test_an_image_that_is_not_there_fails_the_version_and_says_only_the_host(
    deploy: Deploy, project: Project, name: str
) -> None:
    missing = ContainerConfiguration(image=f"{project.login_server}/app:missing")
    version = deploy(name, container_configuration=missing)
    assert version.status == "failed"
    error = version.get("error")
    assert error["code"] == "ImageError"
    assert f"(image: {project.login_server})" in error["message"]
    assert "aka.ms/hostedagents/tsg/image" in error["message"]


def test_a_host_outside_of_the_local_azure_is_an_image_error(deploy: Deploy, name: str) -> None:
    version = deploy(name, container_configuration=ContainerConfiguration(image="docker.io/library/x:1"))
    assert version.get("error")["code"] == "ImageError"


def test_the_same_definition_gives_the_latest_version_again(client: AIProjectClient, deploy: Deploy, name: str) -> None:
    first = deploy(name)
    again = deploy(name)
    assert again.version == first.version
    assert [v.version for v in client.agents.list_versions(name)] == ["1"]


def test_only_the_latest_version_is_compared(deploy: Deploy, name: str) -> None:
    deploy(name, environment_variables={"A": "1"})
    deploy(name, environment_variables={"A": "2"})
    assert deploy(name, environment_variables={"A": "1"}).version == "3"


def test_a_failed_latest_version_is_not_the_answer_to_a_create(deploy: Deploy, project: Project, name: str) -> None:
    missing = ContainerConfiguration(image=f"{project.login_server}/app:missing")
    assert deploy(name, container_configuration=missing).version == "1"
    assert deploy(name, container_configuration=missing).version == "2"


def test_metadata_takes_part_in_the_comparison(client: AIProjectClient, define: Define, name: str) -> None:
    client.agents.create_version(name, definition=define(), metadata={"a": "1"})
    assert client.agents.create_version(name, definition=define(), metadata={"a": "2"}).version == "2"


def test_numbers_are_not_reused_while_the_agent_lives(client: AIProjectClient, deploy: Deploy, name: str) -> None:
    deploy(name, environment_variables={"A": "1"})
    deploy(name, environment_variables={"A": "2"})
    client.agents.delete_version(name, "2")
    assert deploy(name, environment_variables={"A": "3"}).version == "3"


def test_identities_are_the_same_for_all_versions(deploy: Deploy, name: str) -> None:
    first = deploy(name)
    second = deploy(name, cpu="2", memory="4Gi")
    assert second.instance_identity.principal_id == first.instance_identity.principal_id
    assert second.agent_guid == first.agent_guid


def test_deleting_the_latest_version_falls_back_to_the_one_before(
    client: AIProjectClient, deploy: Deploy, name: str, refused: Any
) -> None:
    deploy(name, environment_variables={"A": "1"})
    deploy(name, environment_variables={"A": "2"})
    deleted = client.agents.delete_version(name, "2")
    assert (deleted.object, deleted.version, deleted.deleted) == ("agent.version.deleted", "2", True)
    assert client.agents.get(name).versions.latest.version == "1"
    with refused() as caught:
        client.agents.get_version(name, "2")
    assert caught.code == "not_found"
    assert f"Agent {name} with version 2 not found [Request ID: " in caught.message


def test_an_agent_vanishes_with_its_last_version_and_starts_anew(
    client: AIProjectClient, deploy: Deploy, name: str
) -> None:
    before = deploy(name)
    client.agents.delete_version(name, "1")
    with pytest.raises(ResourceNotFoundError):
        client.agents.get(name)
    after = deploy(name)
    assert after.version == "1"
    assert after.agent_guid != before.agent_guid
    assert after.instance_identity.principal_id != before.instance_identity.principal_id


def test_deleting_an_agent_takes_everything_and_a_second_time_is_a_404(
    client: AIProjectClient, deploy: Deploy, name: str, refused: Any
) -> None:
    deploy(name)
    assert client.agents.delete(name).deleted
    with refused() as caught:
        client.agents.delete(name)
    assert f"Agent {name} doesn't exist" in caught.message


def test_versions_of_a_missing_agent_are_an_empty_page(
    azure: LocalAzure, project: Project, client: AIProjectClient
) -> None:
    assert list(client.agents.list_versions("never-there")) == []
    answer = azure.data("GET", f"{project.endpoint}/agents/never-there/versions")
    assert (answer.status, answer.body) == (200, {"data": [], "has_more": False, "object": "list"})


def test_versions_are_listed_newest_first_in_pages(client: AIProjectClient, deploy: Deploy, name: str) -> None:
    for number in range(5):
        deploy(name, environment_variables={"N": str(number)})
    listed = client.agents.list_versions(name, limit=2)
    assert [version.version for version in listed] == ["5", "4", "3", "2", "1"]
    assert [v.version for v in client.agents.list_versions(name, order="asc", limit=3)] == list("12345")


def test_listed_agents_have_no_endpoint(azure: LocalAzure, project: Project, deploy: Deploy, name: str) -> None:
    deploy(name)
    listed = azure.data("GET", f"{project.endpoint}/agents?kind=hosted&limit=100").body["data"]
    found = next(agent for agent in listed if agent["name"] == name)
    assert list(found) == ["object", "id", "name", "versions"]


def test_a_new_agent_sends_all_traffic_to_its_latest_version(
    azure: LocalAzure, project: Project, client: AIProjectClient, deploy: Deploy, name: str
) -> None:
    deploy(name)
    agent = client.agents.get(name)
    assert _rules(agent) == [("@latest", 100)]
    body = azure.data("GET", f"{project.endpoint}/agents/{name}").body
    assert body["state"] == body["configuration_state"] == "enabled"
    assert body["agent_endpoint"]["protocols"] == ["responses"]
    assert body["agent_endpoint"]["authorization_schemes"] == [
        {"type": "Entra", "isolation_key_source": {"kind": "Entra"}}
    ]


def test_a_patched_selector_is_kept_and_the_rest_stays(client: AIProjectClient, deploy: Deploy, name: str) -> None:
    deploy(name, environment_variables={"A": "1"})
    deploy(name, environment_variables={"A": "2"})
    client.agents.update_details(name, agent_endpoint=_selector(("1", 90), ("2", 10)))
    agent = client.agents.get(name)
    assert _rules(agent) == [("1", 90), ("2", 10)]
    assert dict(agent.agent_endpoint or {})["protocols"] == ["responses"]


def test_protocols_sent_as_configuration_are_shown_as_list_too(
    azure: LocalAzure, project: Project, deploy: Deploy, name: str
) -> None:
    deploy(name)
    change: dict[str, Any] = {"agent_endpoint": {"protocol_configuration": {"invocations": {}}}}
    answer = azure.data("PATCH", f"{project.endpoint}/agents/{name}", change)
    assert answer.body["agent_endpoint"]["protocols"] == ["responses", "invocations"]
    change = {"agent_endpoint": {"protocol_configuration": {"responses": None}}}
    answer = azure.data("PATCH", f"{project.endpoint}/agents/{name}", change)
    assert answer.body["agent_endpoint"]["protocol_configuration"] == {"invocations": {}}
    change = {"agent_endpoint": {"protocols": ["responses"]}}
    answer = azure.data("PATCH", f"{project.endpoint}/agents/{name}", change)
    assert answer.body["agent_endpoint"]["protocol_configuration"] == {"responses": {}}


def test_one_rule_need_not_be_100_percent_but_several_must_add_up(
    client: AIProjectClient, deploy: Deploy, name: str, refused: Any
) -> None:
    deploy(name, environment_variables={"A": "1"})
    deploy(name, environment_variables={"A": "2"})
    client.agents.update_details(name, agent_endpoint=_selector(("1", 74)))
    with refused() as caught:
        client.agents.update_details(name, agent_endpoint=_selector(("1", 74), ("2", 10)))
    assert caught.status == 400
    assert _rules(client.agents.get(name)) == [("1", 74)]


def test_traffic_cannot_go_to_a_version_that_does_not_exist(
    client: AIProjectClient, deploy: Deploy, name: str, refused: Any
) -> None:
    deploy(name)
    with refused() as caught:
        client.agents.update_details(name, agent_endpoint=_selector(("7", 100)))
    assert caught.code == "invalid_payload"


def test_the_card_is_echoed_and_removed_with_null(
    azure: LocalAzure, project: Project, deploy: Deploy, name: str
) -> None:
    deploy(name)
    url = f"{project.endpoint}/agents/{name}"
    card = {"version": "1.0", "description": "d", "skills": [{"id": "s", "name": "S"}]}
    assert azure.data("PATCH", url, {"agent_card": card}).body["agent_card"] == card
    assert "agent_card" not in azure.data("PATCH", url, {"agent_card": None}).body


def test_enable_and_disable_answer_204_and_can_be_repeated(client: AIProjectClient, deploy: Deploy, name: str) -> None:
    deploy(name)
    for _ in range(2):
        client.agents.disable(name)
    agent = client.agents.get(name)
    assert (agent.state, agent.configuration_state) == ("disabled", "disabled")
    for _ in range(2):
        client.agents.enable(name)
    agent = client.agents.get(name)
    assert (agent.state, agent.configuration_state) == ("enabled", "enabled")


def test_at_latest_reads_the_newest_version_whatever_its_status(
    azure: LocalAzure, client: AIProjectClient, deploy: Deploy, define: Define, name: str
) -> None:
    deploy(name)
    azure.settings(provisioning_seconds=10**6)
    client.agents.create_version(name, definition=define(environment_variables={"A": "2"}))
    latest = client.agents.get_version(name, "@latest")
    assert (latest.id, latest.version, latest.status) == (f"{name}:2", "2", "creating")
    with pytest.raises(ResourceNotFoundError):
        client.agents.get_version("never-there", "@latest")


def test_posting_an_agent_creates_it_once(azure: LocalAzure, project: Project, define: Define, name: str) -> None:
    body = {"name": name, "definition": define().as_dict()}
    created = azure.data("POST", f"{project.endpoint}/agents", body)
    assert (created.status, created.body["object"]) == (200, "agent")
    again = azure.data("POST", f"{project.endpoint}/agents", body)
    assert (again.status, again.body["error"]["code"]) == (409, "conflict")
    assert again.body["error"]["message"].startswith(f"Agent '{name}' already exists")


def test_updating_an_agent_makes_a_version_only_when_something_changed(
    azure: LocalAzure, project: Project, define: Define, deploy: Deploy, name: str
) -> None:
    deploy(name)
    url = f"{project.endpoint}/agents/{name}"
    same = azure.data("POST", url, {"definition": define().as_dict()})
    assert same.body["versions"]["latest"]["version"] == "1"
    other = azure.data("POST", url, {"definition": define(cpu="2", memory="4Gi").as_dict()})
    assert other.body["versions"]["latest"]["version"] == "2"


def test_the_old_flat_form_is_taken_and_echoed_as_it_was(
    azure: LocalAzure, project: Project, image: str, name: str
) -> None:
    definition = {
        "kind": "hosted",
        "container_protocol_versions": [{"protocol": "responses", "version": "v1"}],
        "cpu": "1",
        "memory": "2Gi",
        "image": image,
        "environment_variables": {},
        "tools": [],
    }
    answer = azure.data("POST", f"{project.endpoint}/agents/{name}/versions", {"definition": definition})
    assert answer.body["definition"] == definition
    assert list(answer.body["definition"]) == list(definition)


async def test_the_asynchronous_client_gets_the_same(
    project: Project, define: Define, azure: LocalAzure, name: str
) -> None:
    # aiohttp reads SSL_CERT_FILE when it is imported, which was before this local Azure was started.
    trusted = str(azure.home.ca_bundle)
    async with (
        AsyncCredential() as credential,
        AsyncAIProjectClient(project.endpoint, credential, connection_verify=trusted) as client,
    ):
        version = await client.agents.create_version(name, definition=define())
        while version.status == "creating":
            version = await client.agents.get_version(name, version.version)
        assert version.status == "active"
        assert [v.version async for v in client.agents.list_versions(name)] == ["1"]
        assert (await client.agents.delete(name)).deleted


def test_a_project_or_account_that_does_not_exist_is_not_a_missing_agent(azure: LocalAzure, project: Project) -> None:
    other = project.endpoint.removesuffix("p1") + "p2"
    answer = azure.data("GET", f"{other}/agents/a")
    assert (answer.status, answer.body) == (
        404,
        {"error": {"code": "ResourceNotFound", "message": "The project does not exist."}},
    )
    nowhere = project.endpoint.replace("/acc1/", "/acc2/")
    assert "Subdomain" in azure.data("GET", f"{nowhere}/agents/a").body["error"]["message"]


def test_the_api_version_is_required(azure: LocalAzure, project: Project) -> None:
    headers = {"Authorization": f"Bearer {azure.token('https://ai.azure.com')}"}
    answer = azure.http("GET", f"{project.endpoint}/agents/a", headers=headers)
    assert answer.status == 400
    assert "Missing required query parameter: api-version" in answer.raw.decode()


def test_deleting_the_project_takes_its_agents(azure: LocalAzure, deploy: Deploy, image: str) -> None:
    other = azure.make_project(project="p9")
    definition = {"kind": "hosted", "cpu": "1", "memory": "2Gi", "container_configuration": {"image": image}}
    made = azure.data("POST", f"{other.endpoint}/agents/a/versions", {"definition": definition})
    assert made.status == 200
    assert azure.arm("DELETE", f"{other.arm_id}?api-version=2025-06-01").status == 200
    again = azure.make_project(project="p9")
    assert azure.data("GET", f"{again.endpoint}/agents/a").body["error"]["code"] == "not_found"


def test_what_is_there_survives_stop_and_start(
    azure: LocalAzure, project: Project, client: AIProjectClient, deploy: Deploy, name: str
) -> None:
    before = deploy(name)
    azure.stop()
    azure.start_again()
    after = client.agents.get_version(name, "1")
    assert after.as_dict() == before.as_dict()


def test_the_log_of_the_local_azure_says_why_an_image_cannot_be_pulled(
    azure: LocalAzure, project: Project, deploy: Deploy, name: str
) -> None:
    missing = f"{project.login_server}/app:nowhere"
    deploy(name, container_configuration=ContainerConfiguration(image=missing))
    assert f"Cannot pull image {missing} (manifest)" in azure.home.log.read_text()
