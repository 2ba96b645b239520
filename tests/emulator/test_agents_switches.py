"""What the service may do in more than one way: each switch changes just that."""

from collections.abc import Callable
from typing import Any

import pytest
from azure.ai.projects import AIProjectClient
from azure.ai.projects.models import ContainerConfiguration
from azure.core.exceptions import ResourceNotFoundError

from foundry_emulator.testing import LocalAzure, Project

Deploy = Callable[..., Any]


@pytest.fixture
def body(image: str) -> dict[str, Any]:
    container = {"image": image}
    return {"definition": {"kind": "hosted", "cpu": "1", "memory": "2Gi", "container_configuration": container}}


@pytest.mark.parametrize("status", [201, 202, 204])
def test_another_success_status(
    azure: LocalAzure, project: Project, body: dict[str, Any], name: str, status: int
) -> None:
    azure.settings(answer_status={"create_version": status, "delete_version": status})
    url = f"{project.endpoint}/agents/{name}/versions"
    created = azure.data("POST", url, body)
    assert created.status == status
    assert (created.body is None) == (status == 204)
    assert azure.data("DELETE", f"{url}/1").status == status
    assert azure.data("GET", f"{url}/1").status == 404


def test_empty_bodies(azure: LocalAzure, project: Project, body: dict[str, Any], name: str) -> None:
    azure.settings(empty_bodies=["delete_version", "delete_agent", "patch_agent"])
    url = f"{project.endpoint}/agents/{name}"
    azure.data("POST", f"{url}/versions", body)
    for answer in (azure.data("PATCH", url, {}), azure.data("DELETE", f"{url}/versions/1")):
        assert (answer.status, answer.raw, answer.headers["content-length"]) == (200, b"", "0")


def test_stale_status_in_lists(
    azure: LocalAzure, project: Project, client: AIProjectClient, deploy: Deploy, name: str
) -> None:
    deploy(name, container_configuration=ContainerConfiguration(image=f"{project.login_server}/no:v1"))
    azure.settings(stale_list_status=True, stale_latest_status=True)
    assert [v.status for v in client.agents.list_versions(name)] == ["active"]
    assert client.agents.get(name).versions.latest.status == "active"
    assert client.agents.get_version(name, "1").status == "failed"


def test_active_at_once(azure: LocalAzure, client: AIProjectClient, define: Any, name: str) -> None:
    azure.settings(already_active=True)
    assert client.agents.create_version(name, definition=define()).status == "active"


def test_a_flickering_status(azure: LocalAzure, client: AIProjectClient, deploy: Deploy, name: str) -> None:
    azure.settings(already_active=True)
    deploy(name)
    azure.settings(status_flickers=True)
    statuses = [client.agents.get_version(name, "1").status for _ in range(4)]
    assert statuses == ["active", "creating", "active", "active"]


def end_deletes(azure: LocalAzure) -> None:
    """The time of every delete has come."""

    def now(value: object) -> object:
        if isinstance(value, dict):
            return {key: 0 if key == "gone_at" and one is not None else now(one) for key, one in value.items()}
        return [now(one) for one in value] if isinstance(value, list) else value

    azure.load({key: now(one) for key, one in azure.state().items()})


def test_asynchronous_deletes(azure: LocalAzure, client: AIProjectClient, deploy: Deploy, name: str) -> None:
    azure.settings(asynchronous_delete=True, delete_seconds=10**6)
    deploy(name)
    client.agents.delete_version(name, "1")
    assert client.agents.get_version(name, "1").status == "deleting"
    end_deletes(azure)
    for read in (lambda: client.agents.get_version(name, "1"), lambda: client.agents.get(name)):
        with pytest.raises(ResourceNotFoundError):
            read()
    deploy(name)
    client.agents.delete(name)
    assert client.agents.get(name).versions.latest.status == "deleting"
    end_deletes(azure)
    with pytest.raises(ResourceNotFoundError):
        client.agents.get(name)


def test_deduplication_against_any_version_or_none(
    azure: LocalAzure, client: AIProjectClient, deploy: Deploy, name: str
) -> None:
    deploy(name, environment_variables={"A": "1"})
    deploy(name, environment_variables={"A": "2"})
    azure.settings(dedupe="any")
    assert deploy(name, environment_variables={"A": "1"}).version == "1"
    azure.settings(dedupe="off")
    assert deploy(name, environment_variables={"A": "2"}).version == "3"


def test_deduplication_against_a_failed_version(azure: LocalAzure, project: Project, deploy: Deploy, name: str) -> None:
    azure.settings(dedupe_failed=True)
    missing = ContainerConfiguration(image=f"{project.login_server}/app:missing")
    deploy(name, container_configuration=missing)
    assert deploy(name, container_configuration=missing).version == "1"


def test_metadata_outside_of_the_comparison(azure: LocalAzure, client: AIProjectClient, define: Any, name: str) -> None:
    azure.settings(dedupe_metadata=False)
    client.agents.create_version(name, definition=define(), metadata={"a": "1"})
    assert client.agents.create_version(name, definition=define(), metadata={"a": "2"}).version == "1"


def test_an_agent_that_outlives_its_last_version(
    azure: LocalAzure, client: AIProjectClient, deploy: Deploy, name: str
) -> None:
    azure.settings(last_version="keeps_agent")
    before = deploy(name)
    client.agents.delete_version(name, "1")
    assert "latest" not in client.agents.get(name).versions
    after = deploy(name)
    assert (after.version, after.agent_guid) == ("2", before.agent_guid)


@pytest.mark.parametrize("status", ["400", "409"])
def test_a_selected_version_that_cannot_be_deleted(
    *,
    azure: LocalAzure,
    project: Project,
    client: AIProjectClient,
    deploy: Deploy,
    name: str,
    status: str,
    refused: Any,
) -> None:
    azure.settings(delete_selected_version=status)
    deploy(name)
    rules = [{"type": "FixedRatio", "agent_version": "1", "traffic_percentage": 100}]
    change = {"agent_endpoint": {"version_selector": {"version_selection_rules": rules}}}
    azure.data("PATCH", f"{project.endpoint}/agents/{name}", change)
    with refused() as caught:
        client.agents.delete_version(name, "1")
    assert caught.status == int(status)


def test_percentages_that_must_always_add_up(azure: LocalAzure, project: Project, deploy: Deploy, name: str) -> None:
    deploy(name)
    rules = [{"type": "FixedRatio", "agent_version": "1", "traffic_percentage": 74}]
    change = {"agent_endpoint": {"version_selector": {"version_selection_rules": rules}}}
    url = f"{project.endpoint}/agents/{name}"
    azure.settings(selector_sum="always")
    assert azure.data("PATCH", url, change).status == 400
    azure.settings(selector_sum="never")
    assert azure.data("PATCH", url, change).status == 200


def test_posting_an_existing_agent_as_a_new_version(
    azure: LocalAzure, project: Project, deploy: Deploy, body: dict[str, Any], name: str
) -> None:
    deploy(name)
    azure.settings(create_existing_agent="version")
    answer = azure.data("POST", f"{project.endpoint}/agents", {"name": name, **body})
    assert answer.body["versions"]["latest"]["version"] == "2"


def test_drafts_without_the_preview(azure: LocalAzure, project: Project, body: dict[str, Any], name: str) -> None:
    url = f"{project.endpoint}/agents/{name}/versions"
    assert azure.data("POST", url, {**body, "draft": True}).body["version"] == "1"
    azure.settings(draft_versions="403")
    refused = azure.data("POST", url, {**body, "draft": True})
    assert (refused.status, refused.body["error"]["code"]) == (403, "preview_feature_required")


def test_reserved_names_that_nobody_checks(
    azure: LocalAzure, project: Project, body: dict[str, Any], name: str
) -> None:
    azure.settings(reserved_names=False)
    body["definition"]["environment_variables"] = {"AGENT_PROJECT_RESOURCE_ID": "x"}
    assert azure.data("POST", f"{project.endpoint}/agents/{name}/versions", body).status == 200


@pytest.mark.parametrize("refused", [True, False])
def test_reserved_names_are_accepted_with_the_activity_protocol(
    azure: LocalAzure, project: Project, body: dict[str, Any], name: str, refused: bool
) -> None:
    azure.settings(reserved_names=refused)
    body["definition"]["environment_variables"] = {"APPLICATIONINSIGHTS_CONNECTION_STRING": "x"}
    url = f"{project.endpoint}/agents/{name}/versions"
    assert azure.data("POST", url, body).status == (400 if refused else 200)
    body["definition"]["protocol_versions"] = [{"protocol": "activity", "version": "2.0.0"}]
    assert azure.data("POST", url, body).status == 200


def test_every_setting_says_what_it_is() -> None:
    from foundry_emulator.host.settings import Settings  # noqa: PLC0415

    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
