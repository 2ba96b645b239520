"""What the service is sent, after Pulumi has made every number a float."""

import json
from typing import Any

import pytest
from google.protobuf import struct_pb2
from pulumi.runtime import rpc

from foundry_agents.lifecycle.errors.exceptions import ServiceError
from foundry_agents.lifecycle.resource.agent import AGENT
from foundry_agents.lifecycle.resource.toolbox import TOOLBOX

from .driver import AgentDriver, ToolboxDriver
from .foundry import Foundry
from .wire import Answer


def through_pulumi(properties: dict[str, Any]) -> dict[str, Any]:
    """The properties as a provider gets them from the engine."""
    message = struct_pb2.Struct()
    message.update(properties)
    return dict(rpc.deserialize_properties(message))


def floats_sent(foundry: Foundry) -> list[str]:
    """The numbers with a point in all bodies that were sent."""
    found: list[str] = []
    for request in foundry.requests:
        json.loads(json.dumps(request.body), parse_float=found.append)
    return found


async def test_whole_numbers_of_an_agent_are_sent_as_such(echo: AgentDriver) -> None:
    inputs = echo.inputs(
        idle_timeout_seconds=600,
        agent_card={"version": "1.0", "description": "sums"},
        verify={"kind": "request", "protocol": "invocations", "body": {"most": 100}},
        protocol_versions=["invocations"],
        rollout={"steps": [10], "hold": 0},
    )
    state = await AGENT.create(echo.service, through_pulumi(inputs), echo.told.append)
    update = through_pulumi({**inputs, "idle_timeout_seconds": 900})
    await AGENT.update(echo.service, through_pulumi(state), update, echo.told.append)
    assert echo.there.newest.body["definition"]["session_configuration"] == {"idle_timeout_seconds": 900}
    assert floats_sent(echo.foundry) == []


async def test_whole_numbers_of_tools_are_sent_as_such_and_others_stay(box: ToolboxDriver) -> None:
    ranking = {"ranker": "auto", "score_threshold": 0.5}
    search = {"type": "file_search", "vector_store_ids": ["v"], "max_num_results": 3, "ranking_options": ranking}
    await TOOLBOX.create(box.service, through_pulumi(box.inputs([search])), box.told.append)
    assert floats_sent(box.foundry) == ["0.5"] and box.tools()[0]["max_num_results"] == 3


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            {"details": [{"message": "Value is 'number' but should be 'integer'", "param": "/definition/cpu"}]},
            r"Invalid payload \(/definition/cpu: Value is 'number' but should be 'integer'\)",
        ),
        ({"param": "tools[0].type", "details": []}, r"Invalid payload \(tools\[0\]\.type\)"),
        ({"details": [{"param": "/a"}, {"param": "/b", "message": "is wrong"}]}, r"\(/a; /b: is wrong\)"),
        ({"details": "none", "param": None}, r"Invalid payload$"),
        ({"details": [None, {"message": "no property"}]}, r"Invalid payload$"),
    ],
)
async def test_the_property_that_the_service_refuses_is_named(
    echo: AgentDriver, error: dict[str, Any], said: str
) -> None:
    answer = {"error": {"code": "invalid_payload", "message": "Invalid payload", "type": "error", **error}}
    echo.foundry.script.answer("POST", "/versions$", Answer(400, answer))
    with pytest.raises(ServiceError) as refused:
        await echo.create()
    assert refused.match(f"(?m){said}")
