"""What only the plugin does: imports, time-outs, Cancel, secrets by property, functions, many at once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import grpc
import grpc.aio
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2
from tests.rollout.foundry import ENDPOINT, Foundry, refusal

from foundry_agents.adapters.plugin.codec import decode, encode
from foundry_agents.lifecycle.inputs.unknown import UNKNOWN

from .life import KINDS, Life, Refused
from .plugin_adapter import PluginAdapter, left_of, plugin_adapter

CANARY = "canary-93ab17"
ID = f"{ENDPOINT}/agents/echo"
Configured = Callable[..., AbstractAsyncContextManager[Life]]


@pytest.fixture
def foundry() -> Foundry:
    made = Foundry()
    made.provisioning = 0
    return made


@pytest.fixture
async def adapter(foundry: Foundry, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[PluginAdapter]:
    async with plugin_adapter("HostedAgent", foundry, monkeypatch) as started:
        yield started


@pytest.fixture
def life(adapter: PluginAdapter, foundry: Foundry) -> Life:
    return Life("HostedAgent", adapter, foundry)


async def checked(adapter: PluginAdapter, **given: Any) -> dict[str, Any]:
    inputs = {"projectEndpoint": ENDPOINT, "rolePropagationTimeout": 0, **KINDS["HostedAgent"], **given}
    verdict = await adapter.check({}, inputs, preview=False)
    assert verdict.failures == []
    return verdict.inputs


async def refused(call: Awaitable[Any]) -> Refused:
    with pytest.raises(Refused) as error:
        await asyncio.wait_for(call, 30)
    return error.value


async def until(condition: Callable[[], bool]) -> None:
    while not condition():
        await asyncio.sleep(0.01)


async def test_a_create_that_is_cancelled_while_it_waits_is_recorded_and_continued(
    life: Life, adapter: PluginAdapter, foundry: Foundry
) -> None:
    foundry.provisioning = 3600
    creating = asyncio.create_task(life.up(verify="off"))
    await until(lambda: "echo" in foundry.agents)
    await adapter.stub.Cancel(empty_pb2.Empty())
    step = await asyncio.wait_for(creating, 30)
    assert "interrupted: the run was cancelled" in step.error
    assert life.state is not None and life.state["status"] == "creating" and life.state["versions"] == []
    foundry.agents["echo"].newest.settled_at = 0
    step = await life.up()
    assert step.operation == "update" and life.state["status"] == "active" and life.state["version"] == "1"


async def test_a_rollout_that_is_cancelled_at_a_step_goes_back_and_is_continued(
    life: Life, adapter: PluginAdapter, foundry: Foundry
) -> None:
    await life.up()
    rollout = {"steps": [10], "hold": 3600}
    updating = asyncio.create_task(life.up(image="echo:v2", rollout=rollout))
    await until(lambda: foundry.agents["echo"].traffic == {"1": 90, "2": 10})
    await adapter.stub.Cancel(empty_pb2.Empty())
    step = await asyncio.wait_for(updating, 30)
    assert "traffic is back to 100% for version 1; version 2 is kept" in step.error
    assert foundry.agents["echo"].traffic == {"1": 100}
    assert life.state is not None and life.state["unmanagedVersions"] == ["2"]
    rollout["hold"] = 0
    step = await life.up(image="echo:v2", rollout=rollout)
    assert foundry.agents["echo"].traffic == {"2": 100} and "POST /versions" in step.writes
    assert life.state["versions"] == ["2", "1"], "the version is continued, not created again"


async def test_cancel_is_harmless_when_nothing_runs(life: Life, adapter: PluginAdapter) -> None:
    await adapter.stub.Cancel(empty_pb2.Empty())
    assert (await life.up()).error == ""


async def test_a_custom_timeout_ends_an_operation(adapter: PluginAdapter, foundry: Foundry) -> None:
    foundry.provisioning = 3600
    error = await refused(adapter.create(await checked(adapter), seconds=0.2))
    assert "it took longer than the 0.2 s of its custom timeout" in str(error) and error.left is not None


async def test_a_hundred_are_created_at_once(adapter: PluginAdapter, foundry: Foundry) -> None:
    foundry.provisioning = 3600
    names = [f"agent-{number}" for number in range(100)]
    inputs = [await checked(adapter, agentName=name) for name in names]
    creating = [asyncio.create_task(adapter.create(one)) for one in inputs]
    await asyncio.wait_for(until(lambda: len(foundry.agents) == len(names)), 60)
    for agent in foundry.agents.values():
        agent.newest.settled_at = 0
    assert len(await asyncio.wait_for(asyncio.gather(*creating), 60)) == len(names)


async def test_an_import_suggests_what_a_program_must_set_and_a_missing_id_is_not_found(
    adapter: PluginAdapter, foundry: Foundry
) -> None:
    body = {
        "definition": {
            "kind": "hosted",
            "image": "acme.azurecr.io/echo:v1",
            "cpu": "1",
            "memory": "2Gi",
            "container_protocol_versions": [{"protocol": "responses", "version": "2.0.0"}],
            "environment_variables": {"some_name": "x"},
        },
    }
    foundry.make_version("echo", body)
    found = await adapter.read(ID, {}, {})
    assert found is not None
    properties, inputs = found
    assert inputs == {
        "agentName": "echo",
        "projectEndpoint": ENDPOINT,
        "image": "acme.azurecr.io/echo:v1",
        "environmentVariables": {"some_name": "x"},
    }
    assert properties["version"] == "1" and properties["principalId"] == "guid-1-principal"
    assert foundry.writes() == []
    assert await adapter.read(f"{ENDPOINT}/agents/other", {}, {}) is None
    assert "is not an ID; use <project endpoint>/agents/<name>" in str(await refused(adapter.read("echo", {}, {})))


async def test_the_preview_of_an_update_knows_the_identity_and_the_urls(life: Life, adapter: PluginAdapter) -> None:
    await life.up()
    assert life.state is not None
    news = await checked(adapter, image="echo:v2")
    planned = await adapter.plan(ID, life.state, news)
    assert planned is not None
    for name in ("principalId", "clientId", "agentGuid", "endpoints", "protocols", "owner"):
        assert planned[name] == life.state[name], name
    assert planned["version"] is UNKNOWN and planned["traffic"] is UNKNOWN
    planned = await adapter.plan(ID, life.state, await checked(adapter, keepVersions=7))
    assert planned is not None and planned["version"] == "1"
    created = await adapter.plan("", None, news)
    assert created is not None and created["principalId"] is UNKNOWN and created["image"] == "echo:v2"


async def test_only_what_is_secret_is_marked_and_no_message_has_it(adapter: PluginAdapter, foundry: Foundry) -> None:
    variables = {"TOKEN": CANARY, "PLAIN": "x"}
    secret = ("environmentVariables", "TOKEN")
    properties = encode(await checked(adapter, environmentVariables=variables), {secret})
    request = provider_pb2.CreateRequest(urn=adapter.urn, properties=properties)
    assert decode((await adapter.stub.Create(request)).properties).secrets == {secret}

    foundry.script.answer("POST", "/versions$", refusal(400, "invalid_payload", f"`{CANARY}` is not a good value"))
    changed = encode(await checked(adapter, environmentVariables=variables, image="echo:v2"), {secret})
    update = provider_pb2.UpdateRequest(urn=adapter.urn, id=ID, olds=properties, news=changed, old_inputs=properties)
    with pytest.raises(grpc.aio.AioRpcError) as failed:
        await adapter.stub.Update(update)
    assert "`[secret]` is not a good value" in failed.value.details()
    left = left_of(failed.value)
    assert decode(left.properties).secrets == decode(left.inputs).secrets == {secret}
    assert all(CANARY not in reason for reason in left.reasons)


async def test_a_preview_shows_values_unless_they_are_secret_on_either_side(adapter: PluginAdapter) -> None:
    before = {"LEVEL": "info", "PLAIN_NOW": CANARY, "SECRET_NOW": "was-open", "BOTH": f"{CANARY}-1", "GONE": "x"}
    after = {"LEVEL": "debug", "PLAIN_NOW": "is-open", "SECRET_NOW": CANARY, "BOTH": f"{CANARY}-2", "NEW": "y"}
    variables = {name: ("environmentVariables", name) for name in ("PLAIN_NOW", "SECRET_NOW", "BOTH")}
    olds = encode(
        await checked(adapter, environmentVariables=before, metadata={"team": CANARY}, description="one"),
        {variables["PLAIN_NOW"], variables["BOTH"], ("metadata",)},
    )
    changes = {"environmentVariables": after, "metadata": {"team": "support"}, "description": "two"}
    secrets = {variables["SECRET_NOW"], variables["BOTH"]}
    for renamed in ({}, {"agentName": "other"}):
        news = encode(await checked(adapter, **changes, **renamed), secrets)
        adapter.said.clear()
        found = await adapter.stub.Diff(provider_pb2.DiffRequest(id=ID, urn=adapter.urn, olds=olds, news=news))
        assert bool(found.replaces) == bool(renamed)
        if renamed:
            await adapter.stub.Create(provider_pb2.CreateRequest(urn=adapter.urn, properties=news, preview=True))
        else:
            update = provider_pb2.UpdateRequest(id=ID, urn=adapter.urn, olds=olds, news=news, preview=True)
            assert "plainInputs" not in (await adapter.stub.Update(update)).properties.fields, "nothing is recorded"
        said = "\n".join(adapter.said)
        assert CANARY not in said and "[secret]" not in said and "was-open" not in said and "is-open" not in said
        for line in (
            "environment variable `LEVEL`: `info` → `debug`",
            "environment variable `GONE`: `x` (removed)",
            "environment variable `NEW`: `y` (new)",
            "description: `one` → `two`",
            *(f"environment variable `{name}`: a value → another" for name in variables),
            "metadata `team`: a value → another",
        ):
            assert line in said, (line, said)


async def test_a_failed_check_does_not_show_a_secret(adapter: PluginAdapter) -> None:
    wrong = encode({**KINDS["HostedAgent"], "projectEndpoint": CANARY}, {("projectEndpoint",)})
    found = await adapter.stub.Check(provider_pb2.CheckRequest(urn=adapter.urn, news=wrong))
    assert found.failures and CANARY not in str(found.failures)


async def test_functions_take_the_endpoint_of_the_configuration(
    foundry: Foundry, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with plugin_adapter("HostedAgent", foundry, monkeypatch, projectEndpoint=ENDPOINT) as adapter:

        async def invoke(function: str, **given: Any) -> dict[str, Any]:
            request = provider_pb2.InvokeRequest(tok=f"foundry-agents:index:{function}", args=encode(given))
            answer = await adapter.stub.Invoke(request)
            return decode(getattr(answer, "return")).values

        await adapter.create(await checked(adapter))
        found = await invoke("getAgent", agentName="echo")
        assert found["id"] == ID and found["owner"] == "organization/agents/dev/res"
        (version,) = (await invoke("listVersions", agentName="echo"))["versions"]
        assert version["status"] == "active" and version["image"] == "acme.azurecr.io/echo:v1"
        assert await invoke("listVersions", agentName="other") == {"versions": []}
        with pytest.raises(grpc.aio.AioRpcError, match="agent 'other' does not exist"):
            await invoke("getAgent", agentName="other")
        with pytest.raises(grpc.aio.AioRpcError, match="toolboxName"):
            await invoke("getToolbox")


async def test_what_the_provider_does_not_have_is_an_error(adapter: PluginAdapter) -> None:
    other = "urn:pulumi:dev::agents::foundry-agents:index:Other::x"
    calls = [
        adapter.stub.Check(provider_pb2.CheckRequest(urn=other)),
        adapter.stub.Create(provider_pb2.CreateRequest(urn="x")),
        adapter.stub.Invoke(provider_pb2.InvokeRequest(tok="foundry-agents:index:other")),
        adapter.stub.GetSchema(provider_pb2.GetSchemaRequest(version=7)),
    ]
    for call in calls:
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await call
        assert error.value.code() == grpc.StatusCode.INVALID_ARGUMENT, error.value


async def test_wrong_configuration_is_refused(adapter: PluginAdapter) -> None:
    wrong = encode({"projectEndpoint": "x", "activeTimeout": "soon", "clientSecret": CANARY}, {("clientSecret",)})
    found = await adapter.stub.CheckConfig(provider_pb2.CheckRequest(news=wrong))
    assert {one.property for one in found.failures} == {"projectEndpoint", "activeTimeout", "tenantId", "clientId"}
    assert CANARY not in str(found.failures)
    with pytest.raises(grpc.aio.AioRpcError, match="active_timeout"):
        await adapter.stub.Configure(provider_pb2.ConfigureRequest(args=wrong))
