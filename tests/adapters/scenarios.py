"""Lives of resources, with what must come of each step whichever the adapter is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from tests.rollout.foundry import ENDPOINT, PROJECT_MISSING, Container, page, refusal
from tests.rollout.wire import Answer

from foundry_agents.lifecycle.inputs.unknown import UNKNOWN

from .life import Life

Scenario = Callable[[Life], Awaitable[None]]


async def versions_and_a_rollback(life: Life) -> None:
    assert (await life.preview()).operation == "create"
    assert (await life.up()).writes == ["POST /versions", "PATCH /"]
    assert (await life.up()).operation == "same"
    assert (await life.preview(image="echo:v2")).said[0].startswith("echo gets a new version")
    changed = {
        "image": "echo:v2",
        "environmentVariables": {"LOG_level": "debug"},
        "rollout": {"steps": [10], "hold": 0},
    }
    assert (await life.up(**changed)).writes == ["POST /versions", "PATCH /", "PATCH /"]
    assert life.state is not None and life.state["version"] == "2" and life.state["previousVersion"] == "1"
    assert (await life.up(**changed, serveVersion="1")).writes == ["PATCH /"]
    assert life.state["traffic"] == {"1": 100}
    assert "version 7 of agent 'echo' does not exist" in (await life.preview(**changed, serveVersion="7")).error
    assert (await life.destroy()).writes == ["DELETE /"]


async def only_the_endpoint(life: Life) -> None:
    await life.up(protocolVersions=[{"protocol": "responses", "version": "2.0.0"}])
    card = {"version": "1.0", "skills": [{"id": "one", "name": "One"}]}
    settings = {"agentCard": card, "authorizationSchemes": ["Entra", "BotService"], "keepVersions": 5}
    assert (await life.up(**settings)).writes == ["PATCH /"]
    assert life.state is not None and life.state["version"] == "1" and life.state["agentCard"] == card
    assert (await life.up(**settings)).operation == "same"


async def maps_of_a_user(life: Life) -> None:
    """Their keys are data, whatever they look like."""
    variables = {"some_name": "1", "someName": "2", "URL": "https://x/{{project_endpoint}}"}
    await life.up(environmentVariables=variables, metadata={"cost_center": "7"})
    assert life.state is not None
    assert life.state["environmentVariables"] == variables and life.state["metadata"] == {"cost_center": "7"}
    sent = life.foundry.agents["echo"].newest.body
    assert sent["definition"]["environment_variables"].keys() == variables.keys()
    assert sent["metadata"]["cost_center"] == "7"


async def wrong_inputs(life: Life) -> None:
    step = await life.preview(
        image="echo", cpu=9, environmentVariables={"PORT": "1"}, rollout={"hold": -1}, colour="red"
    )
    assert len(step.error.splitlines()) == 5, step.error
    assert (await life.up(image=None)).operation == "check" and life.state is None


async def values_that_a_preview_does_not_know(life: Life) -> None:
    assert (await life.preview(image=UNKNOWN, projectEndpoint=UNKNOWN, environmentVariables=UNKNOWN)).error == ""
    await life.up()
    assert (await life.preview(image=UNKNOWN)).operation == "update"
    assert (await life.preview(projectEndpoint=UNKNOWN, registry=UNKNOWN)).operation == "same"
    assert (await life.preview(environmentVariables={"A": UNKNOWN})).operation == "update"


async def another_name(life: Life) -> None:
    await life.up()
    step = await life.preview(agentName="other")
    assert step.operation == "replace ['agentName']", step
    assert step.said[0].startswith("echo is replaced"), step
    await life.up(agentName="other")
    assert [*life.foundry.agents] == ["other"] and life.id == f"{ENDPOINT}/agents/other"


async def a_failed_update(life: Life) -> None:
    await life.up()
    life.foundry.failures["echo:bad"] = ("CodeError", "it does not start")
    step = await life.up(image="echo:bad")
    assert "CodeError: it does not start" in step.error and "version 1 serves as before" in step.error
    assert life.foundry.agents["echo"].traffic == {"1": 100} and [*life.foundry.agents["echo"].versions] == ["1"]
    await life.up(image="echo:v2")
    assert life.state is not None and life.state["version"] == "3"
    assert (await life.up(image="echo:v2")).operation == "same"


async def a_version_that_does_not_start(life: Life) -> None:
    await life.up()
    life.foundry.containers["echo:v2"] = Container(
        answer=lambda _version, _request: Answer(400, {"error": {"code": "oops", "message": "no"}})
    )
    life.foundry.script.answer("GET", "logstream$", refusal(404, "not_found"))
    step = await life.up(image="echo:v2", verify={"prompt": "ping", "timeout": 1})
    assert "version 1 serves as before" in step.error and life.foundry.agents["echo"].traffic == {"1": 100}


async def drift(life: Life) -> None:
    await life.up()
    await life.up(image="echo:v2")
    life.foundry.pin("echo", {"1": 100})
    await life.refresh()
    assert life.state is not None and life.state["version"] == "1" and str(life.inputs["image"]).endswith("/echo:v1")
    assert (await life.preview(image="echo:v2")).operation == "update"
    await life.up(image="echo:v2")
    assert life.foundry.agents["echo"].traffic == {"2": 100}


async def gone(life: Life) -> None:
    await life.up()
    del life.foundry.agents["echo"]
    await life.refresh()
    assert life.state is None
    await life.up()
    assert life.foundry.agents["echo"].traffic == {"1": 100}
    del life.foundry.agents["echo"]
    assert (await life.destroy()).error == ""


async def a_service_that_does_not_answer(life: Life) -> None:
    await life.up()
    life.foundry.script.answer("GET", "", page(502), times=10**6)
    assert "HTTP 502" in (await life.refresh()).error and life.state is not None
    assert "HTTP 502" in (await life.destroy()).error
    life.foundry.script.clear()
    life.foundry.script.answer("GET", "", PROJECT_MISSING, times=10**6)
    await life.refresh()
    assert life.state is None
    life.foundry.script.clear()


async def another_owner(life: Life) -> None:
    await life.up(owner="somebody/else/dev")
    life.state, life.inputs = None, {}
    assert "is managed by somebody/else/dev/res" in (await life.up()).error
    assert (await life.up(adopt=True)).writes[0] == "POST /versions"
    assert life.state is not None and life.state["version"] == "2" and life.state["owner"] == "organization/agents/dev"
    theirs = {**life.foundry.agents["echo"].newest.body, "metadata": {"pulumi-owner": "o/p/s", "pulumi-name": "n"}}
    life.foundry.make_version("echo", theirs)
    assert "is managed by o/p/s/n" in (await life.up(image="echo:v3")).error
    step = await life.destroy()
    assert step.writes == [] and "not deleted, because it is managed by o/p/s/n" in step.said[-1]


async def a_refusal_with_a_long_message(life: Life) -> None:
    await life.up()
    life.foundry.script.answer("POST", "/versions$", refusal(400, "invalid_payload", "protocol_versions " + "x" * 5000))
    assert "invalid_payload" in (await life.up(image="echo:v2")).error


async def toolbox(life: Life) -> None:
    await life.preview()
    assert (await life.up()).writes == ["POST /versions"]
    tools: list[Any] = ["code_interpreter", {"type": "file_search", "vector_store_ids": ["vs_1"], "max_num_results": 3}]
    assert "file_search is added" in (await life.preview(tools=tools)).said[0]
    assert (await life.up(tools=tools, description="sums")).writes == ["POST /versions", "PATCH /"]
    assert life.foundry.toolboxes["box"].versions["2"]["tools"][1]["max_num_results"] == 3
    assert (await life.up(tools=tools, description="sums")).operation == "same"
    life.foundry.toolboxes["box"].default = "1"
    await life.refresh()
    assert (await life.up(tools=tools, description="sums")).operation == "update"
    assert (await life.preview(tools=["nonsense", {"type": "web_search", "wrong": 1}])).error
    assert (await life.preview(toolboxName="crate")).operation == "replace ['toolboxName']"
    assert (await life.destroy()).writes == ["DELETE /"]


AGENT: tuple[Scenario, ...] = (
    versions_and_a_rollback,
    only_the_endpoint,
    maps_of_a_user,
    wrong_inputs,
    values_that_a_preview_does_not_know,
    another_name,
    a_failed_update,
    a_version_that_does_not_start,
    drift,
    gone,
    a_service_that_does_not_answer,
    another_owner,
    a_refusal_with_a_long_message,
)
ALL = [*(("HostedAgent", one) for one in AGENT), ("Toolbox", toolbox)]
