"""What goes wrong between us and the service is repeated where that is safe, and told where it is not."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Any

import pytest
from azure.core.exceptions import ClientAuthenticationError

from foundry_agents.lifecycle.errors.exceptions import AccessDenied, Conflict, NotFound, ProjectNotFound, ServiceError
from foundry_agents.lifecycle.service.agents import AgentService
from foundry_agents.lifecycle.service.toolboxes import ToolboxService

from .conftest import Credential, over_memory
from .driver import AgentDriver, ToolboxDriver
from .foundry import (
    ACCOUNT_MISSING,
    ENDPOINT,
    PROJECT_MISSING,
    ROLE_MISSING,
    ROLE_MISSING_AT_GATEWAY,
    Foundry,
    page,
    refusal,
)
from .wire import Answer

TROUBLE: dict[str, dict[str, Any]] = {
    "408": {"answer": refusal(408, "timeout")},
    "409 conflict": {"answer": refusal(409, "conflict")},
    "412": {"answer": refusal(412, "precondition_failed")},
    "429": {"answer": refusal(429, "rate_limit_exceeded")},
    "429 with a pause": {"answer": refusal(429, "rate_limit_exceeded", Retry_After="5")},
    "500": {"answer": refusal(500, "server_error")},
    "502 of a gateway": {"answer": page(502)},
    "503": {"answer": refusal(503, "unavailable")},
    "504 without a body": {"answer": Answer(504)},
}
SEEN = 2**31


async def seen(echo: AgentDriver) -> list[float]:
    """When the requests were sent that look for version 1."""
    return [one.at for one in echo.foundry.requests if one.path.endswith("/versions/1")]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE", "GET"])
@pytest.mark.parametrize("trouble", TROUBLE)
async def test_a_whole_life_survives_a_wrong_answer(echo: AgentDriver, trouble: str, method: str, when: Any) -> None:
    echo.foundry.script.answer(method, "", when=when, **TROUBLE[trouble])
    await _live(echo)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("silently", [False, True])
@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE", "GET"])
async def test_a_whole_life_survives_a_lost_answer(
    echo: AgentDriver, method: str, when: Any, *, silently: bool
) -> None:
    echo.foundry.script.lose(method, "", when=when, silently=silently)
    await _live(echo)


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE", "GET"])
async def test_a_whole_life_survives_half_an_answer(echo: AgentDriver, method: str) -> None:
    echo.foundry.script.truncate(method, "")
    await _live(echo)


async def _live(echo: AgentDriver) -> None:
    await echo.create()
    await echo.update(image="echo:v2", keep_versions=1)
    assert echo.traffic == {"2": 100} and echo.versions == ["2"]
    await echo.delete()
    assert not echo.exists


@pytest.mark.parametrize("status", [400, 429, 500, 502, 503, 504])
async def test_what_does_not_pass_is_told_with_what_was_tried(echo: AgentDriver, status: int) -> None:
    await echo.create()
    echo.foundry.script.answer("POST", "", refusal(status, "some_code", "some text"), times=99)
    with pytest.raises(ServiceError, match=r"creating a version of agent 'echo': some_code: some text") as refused:
        await echo.update(image="echo:v2")
    assert (refused.value.status, refused.value.code) == (status, "some_code")
    assert echo.traffic == {"1": 100}
    echo.foundry.script.clear()
    await echo.update(image="echo:v2")
    assert echo.traffic == {"2": 100}


# --- How often, and when


async def test_a_request_is_sent_five_times_with_pauses_that_grow(echo: AgentDriver) -> None:
    echo.foundry.script.answer("GET", "/versions/1$", refusal(500, "server_error"), times=99)
    with pytest.raises(ServiceError):
        await echo.service.find_version("echo", "1")
    assert await seen(echo) == [0, 0.5, 1.5, 3.5, 7.5]


async def test_a_refusal_that_does_not_pass_is_not_repeated(echo: AgentDriver) -> None:
    for refused in (refusal(400, "bad_request"), refusal(409, "agent_version_failed"), ROLE_MISSING, page(404)):
        echo.foundry.script.answer("GET", "/versions/1$", refused)
        with pytest.raises(ServiceError):
            await echo.service.find_version("echo", "1")
        assert len(await seen(echo)) == 1
        echo.foundry.requests.clear()


async def test_the_pause_that_the_service_asks_for_is_made(echo: AgentDriver) -> None:
    echo.foundry.script.answer("GET", "/versions/1$", refusal(429, "rate_limit_exceeded", Retry_After="17"))
    assert await echo.service.find_version("echo", "1") is None
    assert await seen(echo) == [0, 17]


async def test_a_pause_that_is_shorter_than_ours_does_not_hurry_us(echo: AgentDriver) -> None:
    echo.foundry.script.answer("GET", "/versions/1$", refusal(429, "rate_limit_exceeded", Retry_After="0.1"))
    await echo.service.find_version("echo", "1")
    assert await seen(echo) == [0, 0.5]


@pytest.mark.parametrize(("asked", "pause"), [("86400", 60), ("inf", 60), ("nan", 0.5), ("-1", 0.5), ("soon", 0.5)])
async def test_a_pause_that_the_service_asks_for_has_a_limit(echo: AgentDriver, asked: str, pause: float) -> None:
    echo.foundry.script.answer("GET", "/versions/1$", refusal(429, "rate_limit_exceeded", Retry_After=asked))
    await echo.service.find_version("echo", "1")
    assert await seen(echo) == [0, pause]


async def test_a_silent_service_is_not_asked_for_ever(echo: AgentDriver) -> None:
    echo.foundry.script.lose("GET", "", times=99, silently=True)
    with pytest.raises(ServiceError, match="no answer") as refused:
        await echo.service.find_version("echo", "1")
    assert refused.value.status == 0
    assert await seen(echo) == [0, 120.5], "each silence is 120 s, and after 180 s nothing is repeated"


async def test_conflicts_of_sessions_and_versions_are_not_repeated(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.requests.clear()
    echo.foundry.script.answer("POST", "/sessions$", refusal(409, "conflict"))
    with pytest.raises(Conflict):
        await echo.service.open_session("echo", "1", "s")
    echo.foundry.script.answer("DELETE", "/versions/1$", refusal(409, "conflict"))
    with pytest.raises(Conflict):
        await echo.service.delete_version("echo", "1")
    assert len(echo.foundry.requests) == 2


# --- The guard


@pytest.mark.parametrize("allowed", range(6))
async def test_nothing_is_sent_after_the_guard_says_no(foundry: Foundry, allowed: int) -> None:
    """A killed engine leaves its provider running; two would write at once."""
    left = allowed

    def guard() -> None:
        nonlocal left
        if left == 0:
            raise KeyboardInterrupt("the engine is gone")
        left -= 1

    async with AgentService(ENDPOINT, Credential(), guard=guard, transport=over_memory(foundry)) as service:
        echo = AgentDriver(foundry, service)
        with pytest.raises(BaseException, match="the engine is gone"):
            await _guarded(echo)
        assert len(foundry.requests) == allowed


async def _guarded(echo: AgentDriver) -> None:
    # Turned into an ordinary exception here: asyncio would end the loop for a KeyboardInterrupt.
    try:
        await echo.create(verify={"kind": "request", "prompt": "hello"})
    except KeyboardInterrupt as error:
        raise RuntimeError(str(error)) from None


async def test_each_repetition_is_guarded(foundry: Foundry) -> None:
    asked = 0

    def guard() -> None:
        nonlocal asked
        asked += 1

    foundry.script.answer("GET", "", refusal(500, "server_error"), times=99)
    async with AgentService(ENDPOINT, Credential(), guard=guard, transport=over_memory(foundry)) as service:
        with pytest.raises(ServiceError):
            await service.find_version("echo", "1")
    assert asked == len(foundry.requests) == 5


async def test_what_is_streamed_is_guarded(foundry: Foundry) -> None:
    def guard() -> None:
        raise RuntimeError("the engine is gone")

    async with AgentService(ENDPOINT, Credential(), guard=guard, transport=over_memory(foundry)) as service:
        with pytest.raises(RuntimeError):
            await service.invoke("echo", "responses", "s", {})
        with pytest.raises(RuntimeError):
            await service.last_log_lines("echo", "1", "s", count=1, seconds=1)
    assert foundry.requests == []


# --- Which error it is


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (refusal(404, "not_found"), NotFound, "not_found"),
        (page(404), ServiceError, ""),
        (Answer(404), ServiceError, ""),
        (Answer(404, "[]"), ServiceError, ""),
        (Answer(404, {"error": "not_found"}), ServiceError, ""),
        (PROJECT_MISSING, ProjectNotFound, "ResourceNotFound"),
        (ACCOUNT_MISSING, ProjectNotFound, "404"),
        (ROLE_MISSING, AccessDenied, "UserError"),
        (ROLE_MISSING_AT_GATEWAY, AccessDenied, "PermissionDenied"),
        (refusal(401, "Unauthorized"), ServiceError, "Unauthorized"),
        (refusal(403, "403", "Public access is disabled."), ServiceError, "PublicAccessDisabled"),
        (refusal(403, "agent_disabled", "Agent 'echo' is disabled"), ServiceError, "agent_disabled"),
        (refusal(403, "UserError", "The agent echo has been disabled."), ServiceError, "agent_disabled"),
        (refusal(409, "agent_version_failed"), Conflict, "agent_version_failed"),
        (refusal(412, "something"), Conflict, "something"),
        (refusal(400, "bad_request"), ServiceError, "bad_request"),
    ],
    ids=str,
)
async def test_each_refusal_has_its_kind(
    echo: AgentDriver, answer: Answer, kind: type[ServiceError], code: str
) -> None:
    await echo.create()
    echo.foundry.script.answer("PATCH", "", answer)
    with pytest.raises(ServiceError) as refused:
        await echo.service.change_agent("echo", {})
    assert type(refused.value) is kind and (refused.value.status, refused.value.code) == (answer.status, code)
    assert "changing the endpoint of agent 'echo'" in str(refused.value)


async def test_a_gateways_page_is_not_shown(echo: AgentDriver) -> None:
    echo.foundry.script.answer("GET", "", page(502), times=99)
    with pytest.raises(ServiceError, match="HTTP 502") as refused:
        await echo.service.find_agent("echo")
    assert "<html>" not in str(refused.value)


async def test_no_token_is_told_as_unauthorized(foundry: Foundry) -> None:
    class SignedOut(Credential):
        async def get_token(self, *_scopes: str, **_options: Any) -> Any:
            raise ClientAuthenticationError("sign in first")

    async with AgentService(ENDPOINT, SignedOut(), transport=over_memory(foundry)) as service:
        with pytest.raises(ServiceError, match="sign in first") as refused:
            await service.find_agent("echo")
    assert (refused.value.status, refused.value.code) == (401, "Unauthorized") and foundry.requests == []


async def test_a_list_that_breaks_off_is_asked_for_again_as_a_whole(echo: AgentDriver) -> None:
    await echo.create()
    for number in range(2, 6):
        echo.foundry.make_version("echo", echo.body(image=f"echo:{number}"))
    echo.foundry.page_size = 2
    echo.foundry.script.answer("GET", "/versions$", refusal(500, "server_error"), nth=2)
    listed = await echo.service.list_versions("echo")
    assert [one["version"] for one in listed] == ["5", "4", "3", "2", "1"]


def anything(_found: object) -> bool:
    """It may be deleted, whatever it is."""
    return True


TRIED: dict[str, Callable[[AgentService], Awaitable[object]]] = {
    "reading agent 'echo'": lambda service: service.find_agent("echo"),
    "reading version 1 of agent 'echo'": lambda service: service.find_version("echo", "1"),
    "listing the versions of agent 'echo'": lambda service: service.list_versions("echo"),
    "creating a version of agent 'echo'": lambda service: service.create_version("echo", {}),
    "changing the endpoint of agent 'echo'": lambda service: service.change_agent("echo", {}),
    "deleting version 1 of agent 'echo'": lambda service: service.delete_version("echo", "1"),
    "deleting agent 'echo'": lambda service: service.delete_agent("echo", anything),
    "starting version 1 of agent 'echo'": lambda service: service.open_session("echo", "1", "s"),
    "reading session 's' of agent 'echo'": lambda service: service.find_session("echo", "s"),
    "deleting session 's' of agent 'echo'": lambda service: service.delete_session("echo", "s"),
    "calling agent 'echo'": lambda service: service.invoke("echo", "responses", "s", {}),
}
TRIED_ON_TOOLBOXES: dict[str, Callable[[ToolboxService], Awaitable[object]]] = {
    "reading toolbox 'box'": lambda service: service.find_toolbox("box"),
    "listing the versions of toolbox 'box'": lambda service: service.list_versions("box"),
    "creating a version of toolbox 'box'": lambda service: service.create_version("box", {"tools": []}, lambda _: None),
    "making version 2 the default of toolbox 'box'": lambda service: service.set_default("box", "2"),
    "deleting version 2 of toolbox 'box'": lambda service: service.delete_version("box", "2"),
    "deleting toolbox 'box'": lambda service: service.delete_toolbox("box", anything),
}


@pytest.mark.parametrize("tried", TRIED)
async def test_what_was_tried_is_told(echo: AgentDriver, tried: str) -> None:
    await echo.create()
    # What is deleted is read first.
    echo.foundry.script.lose("DELETE" if tried.startswith("deleting") else ".*", "", times=99)
    with pytest.raises(ServiceError) as refused:
        await TRIED[tried](echo.service)
    assert refused.value.tried == tried and str(refused.value).startswith(f"{tried}: no answer from the service")
    assert (refused.value.status, refused.value.code) == (0, "")


@pytest.mark.parametrize("tried", TRIED_ON_TOOLBOXES)
async def test_what_was_tried_on_a_toolbox_is_told(box: ToolboxDriver, tried: str) -> None:
    await box.create(["code_interpreter"])
    # What is deleted is read first.
    method = "DELETE" if tried.startswith("deleting") else ".*"
    box.foundry.script.answer(method, "", refusal(400, "bad_request"), times=99)
    with pytest.raises(ServiceError) as refused:
        await TRIED_ON_TOOLBOXES[tried](box.service)
    assert refused.value.tried == tried


@pytest.mark.parametrize("what", ["version", "agent", "session"])
async def test_what_is_denied_and_shown_is_named(echo: AgentDriver, what: str) -> None:
    await echo.create()
    await echo.service.open_session("echo", "1", "s")
    deletes: dict[str, Callable[[], Awaitable[object]]] = {
        "version": lambda: echo.service.delete_version("echo", "1"),
        "agent": lambda: echo.service.delete_agent("echo", anything),
        "session": lambda: echo.service.delete_session("echo", "s"),
    }
    echo.foundry.script.answer("DELETE", "", refusal(404, "not_found"))
    with pytest.raises(NotFound, match=f"deleting {what} .*the {what} does not exist, but still") as refused:
        await deletes[what]()
    assert (refused.value.status, refused.value.code) == (404, "not_found")


@pytest.mark.parametrize("what", ["version", "toolbox"])
async def test_what_is_denied_and_shown_of_a_toolbox_is_named(box: ToolboxDriver, what: str) -> None:
    await box.create(["code_interpreter"])
    await box.update(["web_search"])
    box.foundry.script.answer("DELETE", "", refusal(404, "not_found"))
    with pytest.raises(NotFound, match=f"deleting {what} .*the {what} does not exist, but still"):
        if what == "version":
            await box.service.delete_version("box", "1")
        else:
            await box.service.delete_toolbox("box", anything)


async def test_half_an_answer_of_an_agent_is_no_answer(echo: AgentDriver) -> None:
    await echo.create()
    await echo.service.open_session("echo", "1", "s")
    echo.foundry.script.truncate("POST", "/responses$")
    with pytest.raises(ServiceError, match=r"calling agent 'echo': .*broke off .*not whole") as refused:
        await echo.service.invoke("echo", "responses", "s", {})
    assert (refused.value.status, refused.value.code, refused.value.tried) == (0, "", "calling agent 'echo'")


async def test_a_pause_until_a_date_is_made(echo: AgentDriver) -> None:
    late = format_datetime(datetime.now(timezone.utc) + timedelta(days=1), usegmt=True)
    echo.foundry.script.answer("GET", "/versions/1$", refusal(429, "rate_limit_exceeded", Retry_After=late))
    await echo.service.find_version("echo", "1")
    assert await seen(echo) == [0, 60]
