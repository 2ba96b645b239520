"""Definitions that the service refuses, with the code and the parameter that it names."""

from io import BytesIO
from typing import Any

import pytest
from azure.ai.projects import AIProjectClient
from azure.ai.projects.models import CodeConfiguration, HostedAgentDefinition

from foundry_emulator.testing import Answer, LocalAzure, Project


@pytest.fixture
def create(azure: LocalAzure, project: Project, image: str, name: str) -> Any:
    """`create(cpu="3")` posts a definition with that change; None leaves the key out."""

    def created(top: dict[str, object] | None = None, agent: str = name, **changes: object) -> Answer:
        definition: dict[str, object] = {
            "kind": "hosted",
            "cpu": "1",
            "memory": "2Gi",
            "container_configuration": {"image": image},
            "protocol_versions": [{"protocol": "responses", "version": "2.0.0"}],
            **changes,
        }
        kept = {key: value for key, value in definition.items() if value is not None}
        body = {"definition": kept, **(top or {})}
        return azure.data("POST", f"{project.endpoint}/agents/{agent}/versions", body)

    return created


@pytest.mark.parametrize(
    "variable", ["FOUNDRY_PROJECT_ENDPOINT", "AGENT_X", "PORT", "APPLICATIONINSIGHTS_CONNECTION_STRING"]
)
def test_reserved_variables_are_refused_with_their_index(create: Any, variable: str) -> None:
    answer = create(environment_variables={"FINE": "1", variable: "2"})
    assert answer.status == 400
    error = answer.body["error"]
    assert list(error) == ["code", "message", "param", "type", "details", "additionalInfo"]
    assert error["code"] == "invalid_payload"
    assert error["param"] == "environment_variables[1]"
    assert error["type"] == "invalid_request_error"
    assert error["message"].startswith(f"Environment variable '{variable}' is reserved for platform use.")
    assert error["additionalInfo"]["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize("variable", ["A-B", "A.B", "1A", "A B", ""])
def test_variable_names_that_no_shell_takes_are_refused(create: Any, variable: str) -> None:
    answer = create(environment_variables={variable: "x"})
    assert (answer.status, answer.body["error"]["param"]) == (400, "environment_variables[0]")


@pytest.mark.parametrize(
    ("cpu", "memory"),
    [("0.25", "0.5Gi"), ("1", "4Gi"), ("5", "10Gi"), ("0.6", "1.2Gi"), ("1", "2048Mi"), ("one", "2Gi")],
)
def test_sizes_outside_of_the_tiers_are_a_bad_request(create: Any, cpu: str, memory: str) -> None:
    answer = create(cpu=cpu, memory=memory)
    assert (answer.status, answer.body["error"]["code"]) == (400, "bad_request")
    assert "CPU and Memory must be specified as a valid resource tier" in answer.body["error"]["message"]


@pytest.mark.parametrize(("cpu", "memory"), [("0.5", "1Gi"), ("1", "2Gi"), ("2", "4Gi"), ("4", "8Gi")])
def test_documented_sizes_are_taken(create: Any, cpu: str, memory: str) -> None:
    assert create(cpu=cpu, memory=memory).status == 200


def test_documented_tiers_only_is_a_setting(azure: LocalAzure, create: Any) -> None:
    azure.settings(resource_tiers="documented")
    assert create(cpu="4", memory="8Gi").status == 400
    assert create(cpu="2", memory="4Gi").status == 200


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"cpu": None}, "/definition/cpu"),
        ({"memory": 2}, "/definition/memory"),
        ({"kind": None}, "/definition/kind"),
        ({"environment_variables": ["A"]}, "/definition/environment_variables"),
        ({"environment_variables": {"A": 1}}, "/definition/environment_variables/A"),
        ({"protocol_versions": [{"protocol": "responses"}]}, "/definition/protocol_versions/0/version"),
        ({"container_configuration": {}}, "/definition/container_configuration/image"),
        (
            {"session_configuration": {"idle_timeout_seconds": "900"}},
            "/definition/session_configuration/idle_timeout_seconds",
        ),
        ({"enable_memory_snapshot": "yes"}, "/definition/enable_memory_snapshot"),
    ],
)
def test_wrong_types_and_missing_keys_name_their_path(create: Any, change: Any, param: str) -> None:
    answer = create(**change)
    error = answer.body["error"]
    assert (answer.status, error["code"]) == (400, "invalid_payload")
    assert error["message"].startswith("Invalid payload")
    assert error["details"][0]["param"] == param


def test_container_and_code_exclude_each_other_and_one_is_needed(create: Any) -> None:
    code = {"runtime": "python_3_13", "entry_point": ["main.py"]}
    assert create(code_configuration=code).status == 400
    assert create(container_configuration=None).status == 400
    assert create(image="x/y:z").status == 400


@pytest.mark.parametrize("seconds", [119, 14401])
def test_idle_timeouts_outside_of_the_limits_are_refused(create: Any, seconds: int) -> None:
    answer = create(session_configuration={"idle_timeout_seconds": seconds})
    assert answer.body["error"]["param"] == "session_configuration.idle_timeout_seconds"


@pytest.mark.parametrize(
    "metadata",
    [{str(n): "" for n in range(17)}, {"k" * 65: ""}, {"k": "v" * 513}],
    ids=["17 pairs", "long key", "long value"],
)
def test_metadata_beyond_the_limits_is_refused(create: Any, metadata: dict[str, str]) -> None:
    answer = create({"metadata": metadata})
    assert (answer.status, answer.body["error"]["code"]) == (400, "invalid_payload")


def test_metadata_at_the_limits_is_taken(create: Any) -> None:
    pairs = {f"{n:02}" + "k" * 62: "v" * 512 for n in range(16)}
    assert create({"metadata": pairs}).body["metadata"] == pairs


@pytest.mark.parametrize("agent", ["-a", "a-", "a_b", "a" * 64, "ä"])
def test_bad_agent_names_are_refused(create: Any, agent: str) -> None:
    from urllib.parse import quote  # noqa: PLC0415

    assert create(agent=quote(agent)).body["error"]["param"] == "name"


def test_tools_of_old_definitions_are_refused_by_type(create: Any) -> None:
    error = create(tools=[{"type": "code_interpreter"}]).body["error"]
    assert (error["code"], error["param"]) == ("invalid_payload", "tools[0].type")
    assert "Tool type 'code_interpreter' is not enabled for this subscription." in error["message"]


def test_odd_protocols_are_taken_at_create(create: Any) -> None:
    assert create(protocol_versions=[{"protocol": "activity_protocol", "version": "v1"}]).status == 200


def test_other_kinds_are_not_served(create: Any) -> None:
    assert create(kind="prompt").status == 400
    assert create(kind="workflow").body["error"]["code"] == "preview_feature_required"


def test_a_body_that_is_not_an_object_is_an_invalid_payload(azure: LocalAzure, project: Project) -> None:
    answer = azure.data("POST", f"{project.endpoint}/agents/a/versions", [])
    assert answer.body["error"]["details"] == [{"message": "Value is 'array' but should be 'object'", "param": "/"}]


def test_a_refused_definition_leaves_no_agent(azure: LocalAzure, project: Project, create: Any, name: str) -> None:
    create(cpu="99")
    assert azure.data("GET", f"{project.endpoint}/agents/{name}").status == 404


def test_a_region_without_hosted_agents_is_refused(azure: LocalAzure, project: Project, create: Any) -> None:
    state = azure.state()
    for resource in state["arm"]["resources"].values():
        if resource["id"] == project.arm_id:
            resource["location"] = "westindia"
    before = azure.state()
    azure.load(state)
    try:
        answer = create()
    finally:
        azure.load(before)
    assert answer.status == 400
    assert "Unsupported region for Foundry Hosted Agents." in answer.body["error"]["message"]


def test_the_thousandth_and_first_version_is_a_user_error(azure: LocalAzure, create: Any) -> None:
    azure.settings(max_versions=2)
    for number in range(2):
        assert create(environment_variables={"N": str(number)}).status == 200
    answer = create(environment_variables={"N": "2"})
    assert (answer.status, answer.body["error"]["code"]) == (400, "UserError")


def test_more_active_versions_than_the_limit_are_refused(azure: LocalAzure, create: Any) -> None:
    azure.settings(max_active_versions=1)
    assert create(agent="many", environment_variables={"A": "1"}).status == 200
    answer = create(agent="many", environment_variables={"A": "2"})
    assert "1 active versions" in answer.body["error"]["message"]


def test_code_is_refused_as_code_and_not_as_wrong_json(client: AIProjectClient, name: str, refused: Any) -> None:
    code = CodeConfiguration(runtime="python_3_12", entry_point=["python", "main.py"], dependency_resolution="bundled")
    variables = {"FOUNDRY_ANY": "1"}  # reserved for images only
    definition = HostedAgentDefinition(cpu="1", memory="2Gi", code_configuration=code, environment_variables=variables)
    with refused() as caught:
        client.agents.create_version_from_code(name, definition=definition, code=BytesIO(b"a zip file"))
    assert (caught.status, caught.code) == (400, "invalid_payload")
    assert "does not build agents from code" in caught.message
    with refused() as caught:
        client.agents.create_version(name, definition=definition)
    assert "does not build agents from code" in caught.message
