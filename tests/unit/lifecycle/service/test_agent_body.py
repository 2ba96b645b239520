"""The bytes that the service gets, and when a version of its is what was asked for."""

from typing import Any

from foundry_agents.lifecycle.inputs import agent as definition
from foundry_agents.lifecycle.service import agent_body as wire
from foundry_agents.lifecycle.service.answers import AgentVersion, NewAgentVersion
from foundry_agents.lifecycle.service.mark import Mark

MARK = Mark("org/proj/dev", "agents-a")


def inputs(**more: Any) -> dict[str, Any]:
    checked = definition.check(
        {
            "agent_name": "a",
            "project_endpoint": "https://x/api/projects/p",
            "image": "a:v1",
            "registry": "r.io",
            **more,
        }
    )
    assert checked.problems == []
    return checked.inputs


def as_answered(body: NewAgentVersion) -> AgentVersion:
    """A version as the service shows it: with keys of its own."""
    return {
        "metadata": body["metadata"],
        "description": body.get("description", ""),
        "definition": body["definition"] | {"container_protocol_versions": []},
        "status": "active",
    }


def test_everything_is_where_the_service_wants_it() -> None:
    policy = "/subscriptions/s/resourceGroups/r/providers/Microsoft.CognitiveServices/accounts/a/raiPolicies/p"
    body = wire.version_body(
        inputs(
            cpu=2,
            environment_variables={"E": "${project_endpoint}/x"},
            description="d",
            metadata={"team": "t"},
            idle_timeout_seconds=600,
            rai_policy_name=policy,
            enable_memory_snapshot=True,
            telemetry_endpoints=[{"endpoint": "https://o", "data": ["Metrics"]}],
        ),
        MARK,
    )
    assert body == {
        "definition": {
            "kind": "hosted",
            "cpu": "2",
            "memory": "4Gi",
            "container_configuration": {"image": "r.io/a:v1"},
            "protocol_versions": [{"protocol": "responses", "version": "2.0.0"}],
            "environment_variables": {"E": "https://x/api/projects/p/x"},
            "session_configuration": {"idle_timeout_seconds": 600},
            "rai_config": {"rai_policy_name": policy},
            "telemetry_config": {
                "endpoints": [{"kind": "OTLP", "protocol": "Http", "endpoint": "https://o", "data": ["Metrics"]}]
            },
            "enable_memory_snapshot": True,
        },
        "metadata": {
            "team": "t",
            "enableVnextExperience": "true",
            "pulumi-owner": "org/proj/dev",
            "pulumi-name": "agents-a",
            "pulumi-description": "18ac3e7343f01689",
        },
        "description": "d",
    }


def test_keys_that_the_service_adds_are_no_difference() -> None:
    body = wire.version_body(inputs(), MARK)
    assert wire.matches(as_answered(body), body)


def test_what_was_removed_from_the_program_is_a_difference() -> None:
    before = wire.version_body(inputs(environment_variables={"A": "1"}), MARK)
    assert not wire.matches(as_answered(before), wire.version_body(inputs(), MARK))


def test_another_image_is_a_difference() -> None:
    before = wire.version_body(inputs(), MARK)
    assert not wire.matches(as_answered(before), wire.version_body(inputs(image="a:v2"), MARK))


def test_a_version_reads_back_as_its_inputs() -> None:
    given = inputs(environment_variables={"A": "1"}, metadata={"team": "t"}, idle_timeout_seconds=600)
    read = wire.inputs_of(as_answered(wire.version_body(given, MARK)))
    assert read["image"] == "r.io/a:v1" and read["environment_variables"] == {"A": "1"}
    assert read["metadata"] == {"team": "t"} and read["idle_timeout_seconds"] == 600
