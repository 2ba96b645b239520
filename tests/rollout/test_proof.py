"""What proves that a version starts and answers, and what does not."""

from typing import Any

import pytest

from foundry_agents.lifecycle.errors.exceptions import AccessDenied, NotVerified, ServiceError

from .driver import AgentDriver
from .foundry import ROLE_MISSING, Container, Session, page, refusal
from .wire import Answer, Request

START = {"kind": "start", "timeout": 60}
ASK = {"kind": "request", "prompt": "hello", "expected_text": "hello", "timeout": 60}
SESSION = "pulumi-verify-1"
NOT_READY = refusal(424, "session_not_ready")
AGENT_DISABLED = refusal(403, "agent_disabled", "Agent 'echo' is disabled")


async def test_a_version_is_proved_to_start_before_it_gets_traffic(echo: AgentDriver) -> None:
    await echo.create(verify=START)
    session = f"/endpoint/sessions/{SESSION}"
    assert echo.foundry.writes() == ["POST /versions", "POST /endpoint/sessions", f"DELETE {session}", "PATCH /"]
    assert any("version 1 is verified: it starts (" in line for line in echo.told)


async def test_without_a_proof_no_session_is_opened(echo: AgentDriver) -> None:
    await echo.create(verify="off")
    assert [str(one) for one in echo.foundry.requests if "session" in one.path] == []


async def test_a_request_is_sent_and_its_answer_compared(echo: AgentDriver) -> None:
    await echo.create(verify=ASK)
    asked = next(one for one in echo.foundry.requests if one.path.endswith("/responses"))
    assert asked.body == {"input": "hello", "agent_session_id": SESSION}
    assert any("version 1 is verified: it starts and answers" in line for line in echo.told)
    with pytest.raises(NotVerified, match=r"does not contain `verify.expected_text`") as failed:
        await echo.update(image="echo:v2", verify={**ASK, "expected_text": "goodbye"})
    assert "goodbye" not in str(failed.value)  # it may be secret
    assert echo.traffic == {"1": 100} and echo.versions == ["1"] and echo.sessions == []


async def test_a_request_of_another_protocol_goes_through_an_endpoint_that_is_opened_for_it(
    echo: AgentDriver,
) -> None:
    await echo.create(
        protocol_versions=["invocations"],
        verify={"kind": "request", "protocol": "invocations", "body": {"a": 1}, "expected_text": "'a': 1"},
    )
    asked = next(one for one in echo.foundry.requests if one.path.endswith("/invocations"))
    assert asked.query["agent_session_id"] == SESSION and asked.body == {"a": 1}
    assert "invocations" in echo.there.protocols


async def test_an_endpoint_that_is_open_already_is_not_opened_again(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.requests.clear()
    await echo.update(image="echo:v2", verify=ASK)
    assert len(echo.routed()) == 1 and echo.foundry.writes().count("PATCH /") == 1


async def test_a_status_that_is_expected_is_a_proof(echo: AgentDriver) -> None:
    echo.foundry.containers["echo:v1"] = Container(answer=lambda _version, _request: Answer(403, "not you"))
    await echo.create(verify={"kind": "request", "prompt": "hello", "expected_status": 403})
    assert echo.traffic == {"1": 100}


@pytest.mark.parametrize(
    "answer",
    [
        Answer(400, {"error": {"code": "bad", "message": "no"}}),
        Answer(404, "nothing"),
        Answer(200, {"object": "response", "status": "failed"}),
        Answer(200, "{half"),
        Answer(200, "x", content_type="text/plain; charset=none"),
        Answer(200, "\x00", content_type="audio/wav"),
        Answer(200, "hello, and then", truncated=True),
    ],
    ids=["400", "404", "failed inside", "no JSON", "no such charset", "sound", "truncated"],
)
async def test_an_answer_of_another_kind_is_no_proof(echo: AgentDriver, answer: Answer) -> None:
    await echo.create()
    echo.foundry.containers["echo:v2"] = Container(answer=lambda _version, _request: answer)
    with pytest.raises(NotVerified):
        await echo.update(image="echo:v2", verify=ASK)
    assert echo.traffic == {"1": 100} and echo.versions == ["1"] and echo.sessions == []


@pytest.mark.parametrize(
    "answer", [Answer(200, []), Answer(200, {"error": "no map"}), Answer(200, b"\xff hello")], ids=str
)
async def test_an_answer_of_any_form_is_a_proof_where_no_text_is_expected(echo: AgentDriver, answer: Answer) -> None:
    echo.foundry.containers["echo:v1"] = Container(answer=lambda _version, _request: answer)
    await echo.create(verify={"kind": "request", "prompt": "hello"})
    assert echo.traffic == {"1": 100}


async def test_an_answer_that_says_it_failed_is_no_proof_and_told(echo: AgentDriver) -> None:
    answer = Answer(200, {"status": "failed", "error": {"code": "server_error", "message": "inside"}})
    echo.foundry.containers["echo:v1"] = Container(answer=lambda _version, _request: answer)
    with pytest.raises(NotVerified, match=r"version 1 of agent 'echo' .* failure: .*inside") as failed:
        await echo.create(verify={"kind": "request", "prompt": "hello"})
    assert (failed.value.version, failed.value.code) == ("1", "server_error")


@pytest.mark.parametrize("error", [{}, {"code": None}, "text"], ids=str)
async def test_a_short_answer_is_told_whole_and_one_without_a_code_has_none(echo: AgentDriver, error: object) -> None:
    echo.foundry.containers["echo:v1"] = Container(answer=lambda _version, _request: Answer(400, {"error": error}))
    with pytest.raises(NotVerified, match=r"HTTP 400, expected 200: .*\}\n") as failed:
        await echo.create(verify=ASK)
    assert failed.value.code == ""


async def test_an_answer_that_does_not_pass_is_not_asked_for_again(echo: AgentDriver) -> None:
    echo.foundry.containers["echo:v1"] = Container(answer=lambda _version, _request: Answer(400, "no"))
    with pytest.raises(NotVerified):
        await echo.create(verify=ASK)
    assert len([one for one in echo.foundry.requests if one.path.endswith("/responses")]) == 1


async def test_a_status_that_may_pass_and_is_expected_is_not_asked_for_again(echo: AgentDriver) -> None:
    echo.foundry.containers["echo:v1"] = Container(answer=lambda _version, _request: Answer(429, "slow down"))
    await echo.create(verify={"kind": "request", "prompt": "hello", "expected_status": 429})
    assert len([one for one in echo.foundry.requests if one.path.endswith("/responses")]) == 1


async def test_an_answer_that_does_not_come_is_no_proof(echo: AgentDriver) -> None:
    echo.foundry.script.lose("POST", "/responses$", times=10**6)
    with pytest.raises(NotVerified, match=r"HTTP 0, expected 200: .*no answer"):
        await echo.create(verify=ASK)


async def test_a_long_answer_is_shortened(echo: AgentDriver) -> None:
    echo.foundry.containers["echo:v1"] = Container(answer=lambda _version, _request: Answer(200, "x\n  y" + "z" * 1000))
    with pytest.raises(NotVerified, match=r": x yz{397}…\n") as failed:
        await echo.create(verify=ASK)
    assert "z" * 398 not in str(failed.value)
    echo.foundry.containers["echo:v1"] = Container(answer=lambda _version, _request: Answer(200, "z" * 400))
    with pytest.raises(NotVerified, match=r": z{400}\n"):
        await echo.create(verify=ASK)


# --- What may pass


@pytest.mark.parametrize("status", [408, 424, 429, 500, 502, 503])
async def test_what_may_pass_is_tried_again(echo: AgentDriver, status: int) -> None:
    echo.foundry.script.answer("POST", "/sessions$", refusal(status, "later"))
    echo.foundry.script.answer("POST", "/responses$", refusal(status, "later"), times=2)
    await echo.create(verify=ASK)
    assert echo.traffic == {"1": 100} and echo.sessions == []


async def test_a_version_that_is_not_ready_yet_is_asked_again(echo: AgentDriver) -> None:
    not_ready = refusal(400, "agent_version_not_ready")
    echo.foundry.script.answer("POST", "/sessions$", not_ready, times=3)
    echo.foundry.script.answer("POST", "/responses$", not_ready, times=3)
    await echo.create(verify=ASK)
    assert echo.traffic == {"1": 100}


@pytest.mark.parametrize("refused", [refusal(400, "bad_request"), refusal(409, "agent_version_failed"), page(404)])
async def test_a_refusal_that_does_not_pass_fails_at_once(echo: AgentDriver, refused: Answer) -> None:
    echo.foundry.script.answer("POST", "/sessions$", refused)
    with pytest.raises(NotVerified, match="does not start"):
        await echo.create(verify=START)
    assert echo.foundry.requests[-1].at < 10


async def test_a_version_that_is_never_ready_fails_at_the_deadline(echo: AgentDriver) -> None:
    echo.foundry.script.answer("POST", "/sessions$", NOT_READY, times=10**6)
    with pytest.raises(NotVerified, match="session_not_ready") as failed:
        await echo.create(verify=START)
    assert failed.value.code == "session_not_ready" and not echo.exists
    assert len([line for line in echo.told if "waiting for version 1 to start (session_not_ready)" in line]) == 1
    assert 60 <= echo.foundry.requests[-1].at < 75


async def test_an_answer_that_may_pass_and_does_not_fails_at_the_deadline(echo: AgentDriver) -> None:
    echo.foundry.script.answer("POST", "/responses$", refusal(503, "busy"), times=10**6)
    with pytest.raises(NotVerified, match="HTTP 503") as failed:
        await echo.create(verify=ASK)
    assert failed.value.code == "busy"
    assert 60 <= echo.foundry.requests[-1].at < 75


async def test_a_missing_role_is_told_as_one_and_not_as_a_version_that_does_not_start(echo: AgentDriver) -> None:
    echo.foundry.script.answer("POST", "/sessions$", ROLE_MISSING)
    with pytest.raises(AccessDenied):
        await echo.create(verify=START)


async def test_a_disabled_agent_is_told_at_once_with_its_cure(echo: AgentDriver) -> None:
    await echo.create(verify=START)
    echo.foundry.script.answer("POST", "/sessions$", AGENT_DISABLED, times=10**6)
    began = echo.foundry.requests[-1].at
    with pytest.raises(ServiceError, match="enable the agent") as failed:
        await echo.update(image="echo:v2", verify=START, role_propagation_timeout=600)
    assert failed.value.code == "agent_disabled" and "does not start" not in str(failed.value)
    assert echo.foundry.requests[-1].at - began < 30
    assert echo.traffic == {"1": 100} and echo.versions == ["1"]
    assert not any("role" in line for line in echo.told)


async def test_a_disabled_agent_is_deployed_to_without_verification(echo: AgentDriver) -> None:
    await echo.create(verify="off")
    await echo.update(image="echo:v2", verify="off")
    assert echo.traffic == {"2": 100} and not any("session" in one.path for one in echo.foundry.requests)


# --- Sessions


async def test_a_session_that_starts_slowly_is_waited_for(echo: AgentDriver) -> None:
    echo.foundry.containers["echo:v1"] = Container(session_states=["creating", "creating", "creating", "active"])
    await echo.create(verify=START)
    looks = [one for one in echo.foundry.requests if one.method == "GET" and one.path.endswith(SESSION)]
    assert len(looks) == 3 and echo.sessions == []


async def test_a_session_that_is_never_ready_is_no_proof(echo: AgentDriver) -> None:
    echo.foundry.containers["echo:v1"] = Container(session_states=["creating"])
    with pytest.raises(NotVerified, match="not ready after 60 s") as failed:
        await echo.create(verify=START)
    assert failed.value.code == "session_not_ready"


async def test_a_session_that_a_killed_run_left_is_replaced(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.make_version("echo", echo.body(image="echo:v2"))
    echo.there.sessions["pulumi-verify-2"] = Session("pulumi-verify-2", "2")
    await echo.update(image="echo:v2", verify=START)
    assert echo.traffic == {"2": 100} and echo.sessions == []


async def test_a_session_whose_answer_was_lost_is_replaced(echo: AgentDriver) -> None:
    echo.foundry.script.lose("POST", "/sessions$", when="after")
    await echo.create(verify=START)
    assert echo.traffic == {"1": 100} and echo.sessions == []


async def test_a_session_that_stays_in_the_way_fails_at_the_deadline(echo: AgentDriver) -> None:
    echo.foundry.script.answer("POST", "/sessions$", refusal(409, "conflict"), times=10**6)
    with pytest.raises(NotVerified, match="not ready after 60 s"):
        await echo.create(verify=START)


async def test_a_session_that_cannot_be_ended_is_tried_twice_and_then_left(echo: AgentDriver) -> None:
    echo.foundry.script.answer("DELETE", "/sessions/", refusal(400, "bad_request"), times=2)
    await echo.create(verify=START)
    assert echo.sessions == [SESSION] and echo.traffic == {"1": 100}


async def test_a_session_that_can_be_ended_at_the_second_try_is(echo: AgentDriver) -> None:
    echo.foundry.script.answer("DELETE", "/sessions/", refusal(400, "bad_request"))
    await echo.create(verify=START)
    assert echo.sessions == []


@pytest.mark.parametrize("status", ["failed", "deleting", "deleted", "expired"])
async def test_a_session_that_has_ended_is_no_proof_and_fails_at_once(echo: AgentDriver, status: str) -> None:
    echo.foundry.containers["echo:v1"] = Container(session_states=["creating", status])
    with pytest.raises(NotVerified, match=f"does not start: its session is '{status}'") as failed:
        await echo.create(verify={"kind": "start", "timeout": 300})
    assert failed.value.code == "session_not_ready"
    assert echo.foundry.requests[-1].at < 20 and not echo.exists


async def test_a_session_that_is_gone_is_no_proof(echo: AgentDriver) -> None:
    echo.foundry.containers["echo:v1"] = Container(session_states=["creating"])
    echo.foundry.script.meanwhile("GET", f"/{SESSION}$", lambda: echo.there.sessions.pop(SESSION, None), times=99)
    with pytest.raises(NotVerified, match="does not start: its session no longer exists"):
        await echo.create(verify={"kind": "start", "timeout": 300})
    assert echo.foundry.requests[-1].at < 20


@pytest.mark.parametrize("answer", [Answer(201, ""), Answer(201, {})], ids=["no body", "an empty one"])
async def test_an_empty_answer_is_no_proof(echo: AgentDriver, answer: Answer) -> None:
    echo.foundry.containers["echo:v1"] = Container(session_states=["failed"])
    echo.foundry.script.answer("POST", "/sessions$", answer, when="after", times=99)
    with pytest.raises(NotVerified, match="its session is 'failed'"):
        await echo.create(verify=START)


async def test_a_container_that_cannot_start_fails_at_once_with_its_reason(echo: AgentDriver) -> None:
    echo.foundry.containers["echo:v1"] = Container(starts=False, failure="cannot be started: no such file", log=["x"])
    with pytest.raises(NotVerified, match="does not start: cannot be started: no such file\n") as failed:
        await echo.create(verify={"kind": "start", "timeout": 300})
    assert failed.value.log == ["  x"] and failed.value.code == "session_not_ready"
    assert echo.foundry.requests[-1].at < 20 and not echo.exists


async def test_the_code_of_a_session_that_failed_is_told(echo: AgentDriver) -> None:
    echo.foundry.containers["echo:v1"] = Container(session_states=["creating", "failed"])

    def changed(answer: Answer) -> Answer:
        error = {"code": "ReadinessTimeout", "message": "not ready in time"}
        return Answer(200, {**answer.body, "error": error})

    echo.foundry.script.change("GET", f"/{SESSION}$", changed, times=99)
    with pytest.raises(NotVerified, match="does not start: not ready in time") as failed:
        await echo.create(verify={"kind": "start", "timeout": 300})
    assert failed.value.code == "ReadinessTimeout"


async def test_a_container_that_ends_when_it_is_asked_fails_at_once_with_its_reason(echo: AgentDriver) -> None:
    def ends(_version: str, _request: Request) -> Answer:
        session = echo.there.sessions[SESSION]
        session.status, session.failure = "failed", "exited with code 1"
        return NOT_READY

    echo.foundry.containers["echo:v1"] = Container(answer=ends)
    with pytest.raises(NotVerified, match="does not start: exited with code 1"):
        await echo.create(verify={**ASK, "timeout": 300})
    assert echo.foundry.requests[-1].at < 20


async def test_a_container_that_starts_at_the_second_time_is_verified(echo: AgentDriver) -> None:
    """The platform loses a sandbox now and then."""
    container = echo.foundry.containers["echo:v1"] = Container(starts=False, failure="lost")

    def starts() -> None:
        container.starts = True

    echo.foundry.script.meanwhile("POST", "/sessions$", starts, nth=2)
    await echo.create(verify=START)
    assert echo.traffic == {"1": 100} and echo.sessions == []


async def test_a_role_that_flaps_is_waited_for_when_a_session_is_opened_and_traffic_is_set(echo: AgentDriver) -> None:
    echo.foundry.script.answer("POST", "/sessions$", ROLE_MISSING, times=3)
    echo.foundry.script.answer("PATCH", "", ROLE_MISSING, times=3)
    await echo.create(verify=START, role_propagation_timeout=300)
    assert echo.traffic == {"1": 100}
    assert any("waiting for the deployer's role assignment to propagate" in line for line in echo.told)


# --- The container's last words


async def test_the_last_lines_of_the_container_are_told_and_not_the_platforms(echo: AgentDriver) -> None:
    lines = [f"line {number}" for number in range(30)]
    echo.foundry.containers["echo:v1"] = Container(starts=False, log=lines)
    with pytest.raises(NotVerified, match=r"  \|   line 29\n") as failed:
        await echo.create(verify={"kind": "start", "timeout": 1})
    assert failed.value.log == [f"  {line}" for line in lines[10:]], "spaces before it are the container's own"


@pytest.mark.parametrize("trouble", ["refused", "lost", "silent", "truncated"])
async def test_a_log_that_cannot_be_read_hides_no_reason(echo: AgentDriver, trouble: str) -> None:
    echo.foundry.containers["echo:v1"] = Container(starts=False, log=["last words"])
    if trouble == "refused":
        echo.foundry.script.answer("GET", ":logstream", refusal(500, "server_error"))
    elif trouble == "truncated":
        echo.foundry.containers["echo:v1"] = Container(starts=False)
        echo.foundry.script.truncate("GET", ":logstream")
    else:
        echo.foundry.script.lose("GET", ":logstream", silently=trouble == "silent")
    with pytest.raises(NotVerified, match="does not start") as failed:
        await echo.create(verify={"kind": "start", "timeout": 1})
    assert failed.value.log == []
    assert echo.foundry.requests[-1].at < 15


async def test_the_whole_proof_keeps_to_one_deadline(echo: AgentDriver) -> None:
    """What opening the session took is not there for the answer."""
    echo.foundry.script.answer("POST", "/sessions$", NOT_READY, times=25)
    echo.foundry.script.answer("POST", "/responses$", refusal(503, "busy"), times=10**6)
    with pytest.raises(NotVerified):
        await echo.create(verify=ASK)
    assert echo.foundry.requests[-1].at < 75


async def test_an_error_that_is_no_servers_is_raised_as_it_is(echo: AgentDriver) -> None:
    kind: dict[str, Any] = {"kind": "request", "protocol": "invocations", "body": {}}
    echo.foundry.script.answer("PATCH", "", refusal(400, "bad_request"))
    with pytest.raises(ServiceError, match="bad_request"):
        await echo.create(protocol_versions=["responses", "invocations"], verify=kind)
    assert not echo.exists
