"""The check of an agent's inputs: every mistake is named, and nothing else."""

import pytest

from foundry_agents.lifecycle.inputs import agent as definition
from foundry_agents.lifecycle.inputs.unknown import UNKNOWN

DIGEST = "sha256:" + "a" * 64
MINIMAL = {
    "agent_name": "data-processor",
    "project_endpoint": "https://acc.services.ai.azure.com/api/projects/p1",
    "image": f"acr.azurecr.io/data-processor@{DIGEST}",
}


def paths(**inputs: object) -> list[str]:
    return [problem.path for problem in definition.check({**MINIMAL, **inputs}).problems]


def warned(**inputs: object) -> list[str]:
    return [warning.path for warning in definition.check({**MINIMAL, **inputs}).warnings]


def test_minimal_inputs_get_the_documented_defaults() -> None:
    checked = definition.check(MINIMAL)
    assert checked.problems == [] and checked.warnings == []
    assert checked.inputs["cpu"] == "1" and checked.inputs["memory"] == "2Gi"
    assert checked.inputs["protocol_versions"] == [{"protocol": "responses", "version": "2.0.0"}]
    assert checked.inputs["keep_versions"] == 2


@pytest.mark.parametrize("name", ["", "-a", "a-", "a_b", "a.b", "a" * 64, "ä", 5])
def test_a_wrong_agent_name_is_refused(name: object) -> None:
    assert paths(agent_name=name) == ["agent_name"]


@pytest.mark.parametrize("name", ["a", "A1", "a-b", "a" * 63])
def test_a_right_agent_name_passes(name: str) -> None:
    assert paths(agent_name=name) == []


@pytest.mark.parametrize(
    "endpoint", ["", "http://x/api/projects/p", "https://x/api/p", "https://x.services.ai.azure.com/", 1]
)
def test_a_wrong_project_endpoint_is_refused(endpoint: object) -> None:
    assert paths(project_endpoint=endpoint) == ["project_endpoint"]


def test_a_trailing_slash_of_the_endpoint_makes_no_difference() -> None:
    checked = definition.check({**MINIMAL, "project_endpoint": MINIMAL["project_endpoint"] + "/"})
    assert checked.inputs["project_endpoint"] == MINIMAL["project_endpoint"]


@pytest.mark.parametrize("image", ["r.io/a:latest", "r.io/a", "a", "localhost:5000/x"])
def test_a_mutable_tag_is_refused_unless_allowed(image: str) -> None:
    assert paths(image=image) == ["image"]
    assert paths(image=image, allow_mutable_tag=True) == []


def test_a_tag_is_a_warning_and_a_digest_is_none() -> None:
    assert warned(image="r.io/a:v1") == ["image"]
    assert warned(image=f"r.io/a:v1@{DIGEST}") == []


@pytest.mark.parametrize("image", ["", "A:v1", "a b:v1", "a:v 1", "a@sha256:12", "r.io/:v1", "-:v1", 7, None])
def test_what_is_no_image_reference_is_refused(image: object) -> None:
    assert paths(image=image) == ["image"]


@pytest.mark.parametrize(
    ("cpu", "memory", "expected"),
    [
        (0.5, None, ("0.5", "1Gi")),
        ("1", "2Gi", ("1", "2Gi")),
        (2.0, "4Gi", ("2", "4Gi")),
        ("0.75", "1.5Gi", ("0.75", "1.5Gi")),
        (4, "8Gi", ("4", "8Gi")),
    ],
)
def test_equal_sizes_are_equal_text(cpu: object, memory: object, expected: tuple[str, str]) -> None:
    checked = definition.check({**MINIMAL, "cpu": cpu, "memory": memory})
    assert checked.problems == []
    assert (checked.inputs["cpu"], checked.inputs["memory"]) == expected


@pytest.mark.parametrize("cpu", [0, 0.25, 4.25, 0.6, "two", True, "NaN", [1]])
def test_a_wrong_cpu_is_refused(cpu: object) -> None:
    assert paths(cpu=cpu, memory="2Gi") == ["cpu"]


@pytest.mark.parametrize("memory", ["2", "2GB", "2gi", "0.5Gi", "9Gi", 2])
def test_a_wrong_memory_is_refused(memory: object) -> None:
    assert paths(memory=memory) == ["memory"]


def test_memory_must_be_twice_the_cpu() -> None:
    (problem,) = definition.check({**MINIMAL, "cpu": 2, "memory": "2Gi"}).problems
    assert problem.path == "memory" and "4Gi" in problem.cure


def test_a_size_that_is_not_documented_is_a_warning() -> None:
    assert warned(cpu=4) == ["cpu"]
    assert warned(cpu=2) == []


@pytest.mark.parametrize(
    "name",
    ["PORT", "FOUNDRY_X", "AGENT_NAME", "APPLICATIONINSIGHTS_CONNECTION_STRING", "1A", "A-B", "A.B", ""],
)
def test_a_wrong_or_reserved_environment_variable_is_refused(name: str) -> None:
    (problem,) = definition.check({**MINIMAL, "environment_variables": {name: "x", "FINE": "y"}}).problems
    assert problem.path in (f"environment_variables.{name}", f'environment_variables["{name}"]')


def test_numbers_in_environment_variables_become_text() -> None:
    checked = definition.check({**MINIMAL, "environment_variables": {"A": 3, "B": 3.0, "C": 0.5, "D": "x"}})
    assert checked.inputs["environment_variables"] == {"A": "3", "B": "3", "C": "0.5", "D": "x"}


@pytest.mark.parametrize("value", [True, None, ["a"], {"a": "b"}])
def test_other_values_of_environment_variables_are_refused(value: object) -> None:
    assert paths(environment_variables={"A": value}) == ["environment_variables.A"]


def test_a_variable_that_the_platform_overrides_is_a_warning() -> None:
    assert warned(environment_variables={"OTEL_SERVICE_NAME": "x"}) == ["environment_variables.OTEL_SERVICE_NAME"]


def test_metadata_limits() -> None:
    assert paths(metadata={f"k{i}": "v" for i in range(13)}) == ["metadata"]
    assert paths(metadata={"k" * 65: "v"}) == ["metadata." + "k" * 65]
    assert paths(metadata={"k": "v" * 513}) == ["metadata.k"]
    assert paths(metadata={"pulumi-owner": "me"}) == ["metadata.pulumi-owner"]
    assert paths(metadata={f"k{i}": "v" * 512 for i in range(12)}) == []


def test_protocols() -> None:
    assert paths(protocol_versions=[]) == ["protocol_versions"]
    assert paths(protocol_versions=[{"protocol": "response"}]) == ["protocol_versions[0].protocol"]
    assert paths(protocol_versions=[{"protocol": "responses", "version": "2"}]) == ["protocol_versions[0].version"]
    assert paths(protocol_versions=["responses", "responses"]) == ["protocol_versions[1].protocol"]
    assert paths(protocol_versions=[{"protocol": "a2a", "x": 1}]) == ["protocol_versions[0].x"]
    checked = definition.check({**MINIMAL, "protocol_versions": ["invocations"]})
    assert checked.inputs["protocol_versions"] == [{"protocol": "invocations", "version": "2.0.0"}]


def test_the_earlier_names_are_mapped_to_todays() -> None:
    earlier = {"container_protocol_versions": [{"protocol": "responses", "version": "v1"}]}
    checked = definition.check({**MINIMAL, **earlier})
    assert checked.problems == []
    assert checked.inputs["protocol_versions"] == [{"protocol": "responses", "version": "2.0.0"}]
    assert [warning.path for warning in checked.warnings] == ["container_protocol_versions[0].version"]
    assert "container_protocol_versions" not in checked.inputs


def test_both_names_at_once_are_refused() -> None:
    records = [{"protocol": "responses", "version": "2.0.0"}]
    assert paths(container_protocol_versions=records, protocol_versions=records) == ["container_protocol_versions"]


@pytest.mark.parametrize("seconds", [119, 14401, 120.5, "900", True, float("nan"), float("inf")])
def test_a_wrong_idle_timeout_is_refused(seconds: object) -> None:
    assert paths(idle_timeout_seconds=seconds) == ["idle_timeout_seconds"]


def test_a_long_idle_timeout_is_a_warning() -> None:
    assert warned(idle_timeout_seconds=3601) == ["idle_timeout_seconds"]
    assert definition.check({**MINIMAL, "idle_timeout_seconds": 600.0}).inputs["idle_timeout_seconds"] == 600


def test_a_policy_must_be_a_full_arm_id() -> None:
    policy = "/subscriptions/s/resourceGroups/r/providers/Microsoft.CognitiveServices/accounts/a/raiPolicies/p"
    assert paths(rai_policy_name="strict") == ["rai_policy_name"]
    assert paths(rai_policy_name=policy) == []


def test_telemetry_endpoints() -> None:
    fine = {"endpoint": "https://otel:4318", "data": ["Metrics"]}
    assert paths(telemetry_endpoints=[fine]) == []
    assert paths(telemetry_endpoints=[{**fine, "data": ["Logs"]}]) == ["telemetry_endpoints[0].data[0]"]
    assert paths(telemetry_endpoints=[{**fine, "auth": {"header_name": "k"}}]) == [
        "telemetry_endpoints[0].auth.secret_id",
        "telemetry_endpoints[0].auth.secret_key",
    ]


def test_tools_are_checked_with_the_rest() -> None:
    assert paths(tools=["code_interpreter"], cpu=9) == ["cpu"]
    assert paths(tools=[{"type": "code_interpeter"}], cpu=9) == ["tools[0].type", "cpu"]
    assert paths(tools=[]) == []


def test_an_unknown_key_names_the_nearest_right_one() -> None:
    (problem,) = definition.check({**MINIMAL, "enviroment_variables": {}}).problems
    assert problem.path == "enviroment_variables" and "environment_variables" in problem.cure


def test_all_problems_are_found_at_once() -> None:
    found = paths(agent_name="-", image="A", cpu=9, environment_variables={"PORT": "1"}, keep_versions=0)
    assert sorted(found) == ["agent_name", "cpu", "environment_variables.PORT", "image", "keep_versions"]


def test_unknown_values_pass_everywhere() -> None:
    unknown = {field.name: UNKNOWN for field in definition.FIELDS}
    assert definition.check(unknown).problems == []
    nested = {
        "environment_variables": {"A": UNKNOWN},
        "metadata": {"a": UNKNOWN},
        "protocol_versions": [UNKNOWN, {"protocol": UNKNOWN}, {"protocol": "a2a", "version": UNKNOWN}],
        "telemetry_endpoints": [UNKNOWN, {"endpoint": UNKNOWN, "data": UNKNOWN, "auth": UNKNOWN}],
    }
    assert definition.check({**MINIMAL, **nested}).problems == []


def test_missing_inputs_are_named() -> None:
    assert sorted(problem.path for problem in definition.check({}).problems) == [
        "agent_name",
        "image",
        "project_endpoint",
    ]


def test_a_checked_definition_is_a_fixed_point() -> None:
    first = definition.check({**MINIMAL, "cpu": 2, "environment_variables": {"N": 3}}).inputs
    assert definition.check(first).inputs == first


@pytest.mark.parametrize(
    "text",
    [
        "${project_endpont}",
        "${projectEndpoint}",
        "a ${PROJECT_ENDPOINT} b",
        "${project-endpoint}",
        "${{project_endpoint}}",
    ],
)
def test_a_misspelt_placeholder_is_a_warning_with_the_right_spelling(text: str) -> None:
    checked = definition.check({**MINIMAL, "environment_variables": {"A": text}})
    assert checked.problems == []
    (warning,) = checked.warnings
    assert warning.path == "environment_variables.A" and "`${project_endpoint}`" in warning.cure


@pytest.mark.parametrize(
    "text",
    [
        "${project_endpoint}/x",
        "${{connections.project.target}}",
        "${HOME}",
        "$project_endpoint",
        "${endpoint}",
        "${",
        "$",
    ],
)
def test_other_dollars_are_left_alone(text: str) -> None:
    assert warned(environment_variables={"A": text}) == []


@pytest.mark.parametrize(
    ("inputs", "cure"),
    [
        ({"description": 4711.0}, 'put it in quotes: "4711"'),
        ({"metadata": {"k": 4711}}, 'put it in quotes: "4711"'),
        ({"environment_variables": {"A": True}}, 'put it in quotes: "true"'),
        ({"keep_versions": "3"}, "use a whole number of versions from 1 to 99, without quotes"),
        ({"enable_memory_snapshot": "true"}, "use true without quotes"),
        ({"protocol_versions": [{"protocol": "responses", "version": 2.0}]}, "use 2.0.0"),
        ({"memory": 2}, "for example cpu: 1, memory: 2Gi"),
        ({"image": "https://acr.azurecr.io/a:v1"}, "use [host/]repository:tag or [host/]repository@sha256:…"),
        ({"registry": "myregistry"}, "for example myregistry.azurecr.io"),
        ({"telemetry_endpoints": [{"endpoint": "http://h", "kind": "otlp"}]}, "use OTLP"),
        ({"protocol_versions": ["Responses"]}, "did you mean `responses`?"),
    ],
)
def test_what_yaml_made_of_it_is_told_with_the_cure(inputs: dict[str, object], cure: str) -> None:
    (problem,) = definition.check({**MINIMAL, **inputs}).problems
    assert problem.cure == cure


def test_a_number_that_would_lose_digits_on_the_way_must_be_text() -> None:
    assert paths(environment_variables={"A": 2**53 + 1}) == ["environment_variables.A"]


def test_a_message_is_one_printable_line_of_bearable_length() -> None:
    (problem,) = definition.check({**MINIMAL, "agent_name": "a\n\0" + "x" * 5000}).problems
    assert str(problem).isprintable() and len(str(problem)) < 250


def test_problems_come_in_the_order_of_what_was_written() -> None:
    assert paths(zeta=1, alpha=2, agent_name="-") == ["zeta", "alpha", "agent_name"]
