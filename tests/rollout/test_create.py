"""Making an agent: what is there afterwards, and what is not where it failed."""

import pytest

from foundry_agents.lifecycle.errors.exceptions import (
    AccessDenied,
    DeploymentError,
    NotActiveInTime,
    NotVerified,
    OwnershipConflict,
    ServiceError,
    VersionDisappeared,
    VersionFailed,
)

from .driver import OTHER_OWNER, AgentDriver
from .foundry import AT_LATEST, REGISTRY, ROLE_MISSING, ROLE_MISSING_AT_GATEWAY, Container, refusal
from .wire import Answer

QUICK = {"kind": "start", "timeout": 2}
PROVISIONING = ("ProvisioningError", "Agent version provisioning failed.")
REFUSED = refusal(500, "server_error")


async def test_create_makes_one_version_and_pins_the_traffic_to_it(echo: AgentDriver) -> None:
    state = await echo.create()
    assert echo.foundry.writes() == ["POST /versions", "PATCH /"]
    assert echo.traffic == {"1": 100} and echo.versions == ["1"]
    assert (state["version"], state["status"], state["traffic"]) == ("1", "active", {"1": 100})
    assert (state["versions"], state["previous_version"], state["latest_version"]) == (["1"], "", "1")
    assert state["image_reference"] == f"{REGISTRY}/echo:v1"
    assert (state["principal_id"], state["client_id"]) == ("guid-1-principal", "guid-1-client")
    assert state["agent_guid"] == "guid-1" and state["adopted_from"] == ""
    assert list(state["endpoints"]) == ["responses"]


async def test_create_says_what_happens_in_a_line_per_change(echo: AgentDriver) -> None:
    await echo.create()
    assert len(echo.told) == 3 and all(line.startswith("echo: version 1 ") for line in echo.told)
    assert "(3 s)" in echo.told[1]


async def test_a_version_that_is_active_at_once_is_not_waited_for(echo: AgentDriver) -> None:
    echo.foundry.provisioning = 0
    await echo.create()
    assert [line for line in echo.told if "waiting" in line or " s)" in line] == []
    assert [str(request) for request in echo.foundry.requests if request.path.endswith("/versions/1")] == []


async def test_a_create_that_was_cut_short_is_continued(echo: AgentDriver) -> None:
    echo.foundry.make_version("echo", echo.body())
    assert (await echo.create())["version"] == "1"
    assert echo.versions == ["1"] and echo.traffic == {"1": 100}


async def test_a_create_that_was_cut_short_is_proved_all_the_same(echo: AgentDriver) -> None:
    echo.foundry.make_version("echo", echo.body())
    echo.foundry.containers["echo:v1"] = Container(starts=False)
    with pytest.raises(NotVerified):
        await echo.create(verify=QUICK)
    assert not echo.exists


async def test_a_create_that_was_cut_short_after_all_was_done_writes_nothing(echo: AgentDriver) -> None:
    await echo.create(verify=QUICK)
    echo.foundry.writes()
    await echo.create(verify=QUICK)
    assert echo.foundry.writes() == []


async def test_a_create_that_finds_its_agent_finished_keeps_what_served(echo: AgentDriver) -> None:
    await echo.create()
    await echo.update(image="echo:v2")
    state = await echo.create(image="echo:v3")
    assert echo.versions == ["3", "2"] and state["versions"] == ["3", "2"]


async def test_a_create_that_finds_its_agent_finished_leaves_it_when_it_fails(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.failures["echo:v2"] = PROVISIONING
    with pytest.raises(VersionFailed):
        await echo.create(image="echo:v2")
    assert echo.traffic == {"1": 100} and echo.versions == ["1"]


# --- A create that fails leaves nothing, since Pulumi would record nothing of it


async def test_a_failed_create_leaves_nothing(echo: AgentDriver) -> None:
    echo.foundry.failures["echo:v1"] = PROVISIONING
    with pytest.raises(VersionFailed) as failed:
        await echo.create(role_propagation_timeout=600)
    assert failed.value.code == "ProvisioningError" and failed.value.version == "1"
    assert not echo.exists


async def test_a_failure_without_a_reason_is_told_as_one(echo: AgentDriver) -> None:
    echo.foundry.failures["echo:v1"] = ("", "")
    with pytest.raises(VersionFailed, match=r"version 1 of agent 'echo' failed: unknown: no reason given"):
        await echo.create()


async def test_a_first_version_that_does_not_start_leaves_nothing(echo: AgentDriver) -> None:
    echo.foundry.containers["echo:v1"] = Container(starts=False)
    with pytest.raises(NotVerified):
        await echo.create(verify=QUICK)
    assert not echo.exists


async def test_a_version_that_never_becomes_active_ends_at_the_deadline(echo: AgentDriver) -> None:
    echo.foundry.provisioning = 10_000
    with pytest.raises(NotActiveInTime, match="still 'creating' after 900 s"):
        await echo.create(active_timeout=900)
    assert not echo.exists
    assert 900 <= echo.foundry.requests[-1].at < 905


async def test_a_version_that_becomes_active_at_the_last_look_is_active(echo: AgentDriver) -> None:
    echo.foundry.provisioning = 900
    assert (await echo.create(active_timeout=900))["status"] == "active"


async def test_a_create_whose_traffic_cannot_be_set_leaves_nothing(echo: AgentDriver) -> None:
    echo.foundry.script.answer("PATCH", "", REFUSED, times=99)
    with pytest.raises(ServiceError, match="changing the endpoint"):
        await echo.create()
    assert not echo.exists


async def test_a_failed_create_tells_its_own_reason_even_if_cleaning_up_fails_too(echo: AgentDriver) -> None:
    echo.foundry.failures["echo:v1"] = PROVISIONING
    echo.foundry.script.answer("DELETE", "", REFUSED, times=99)
    with pytest.raises(VersionFailed, match="ProvisioningError"):
        await echo.create()


async def test_a_failed_create_leaves_an_agent_that_somebody_made_meanwhile(echo: AgentDriver) -> None:
    foreign = echo.body(owner=OTHER_OWNER)
    echo.foundry.script.meanwhile("POST", "/versions$", lambda: echo.foundry.make_version("echo", foreign))
    echo.foundry.script.answer("POST", "/versions$", refusal(400, "bad_request"))
    with pytest.raises(ServiceError, match=rf"\necho: not deleted, because it is managed by {OTHER_OWNER}"):
        await echo.create()
    assert echo.versions == ["1"]


async def test_a_version_that_is_deleted_while_it_is_waited_for_is_a_failure(echo: AgentDriver) -> None:
    await echo.create()
    echo.foundry.script.meanwhile("GET", "/versions/2$", lambda: echo.there.versions.pop("2"))
    with pytest.raises(VersionDisappeared, match="version 2"):
        await echo.update(image="echo:v2")
    assert echo.traffic == {"1": 100}


# --- Whose it is


async def test_an_agent_of_another_stack_is_refused_and_not_touched(echo: AgentDriver) -> None:
    echo.foundry.make_version("echo", echo.body(owner=OTHER_OWNER))
    with pytest.raises(
        OwnershipConflict,
        match=r"acme/other/dev/agents-echo, not by acme/agent-environment/dev/agents-echo;.*adopt: true",
    ):
        await echo.create()
    assert echo.foundry.writes() == [] and echo.versions == ["1"]


async def test_an_agent_of_another_resource_of_the_same_stack_is_refused(echo: AgentDriver) -> None:
    body = echo.body()
    echo.foundry.make_version("echo", {**body, "metadata": {**body["metadata"], "pulumi-name": "another"}})
    with pytest.raises(OwnershipConflict):
        await echo.create()
    assert echo.foundry.writes() == []


async def test_an_agent_that_bears_no_mark_is_refused(echo: AgentDriver) -> None:
    echo.foundry.make_version("echo", echo.body(marked=False))
    with pytest.raises(OwnershipConflict, match="agent 'echo' already exists and is not managed by any stack"):
        await echo.create()
    assert echo.foundry.writes() == []


# --- Roles that do not work yet


@pytest.mark.parametrize("denied", [ROLE_MISSING, ROLE_MISSING_AT_GATEWAY], ids=["403", "401"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_role_that_does_not_work_yet_is_waited_for(echo: AgentDriver, method: str, denied: Answer) -> None:
    echo.foundry.script.answer(method, "", denied, times=5)
    await echo.create(role_propagation_timeout=600)
    assert len([line for line in echo.told if "waiting for the deployer's role" in line]) == 1
    assert echo.traffic == {"1": 100}


async def test_a_role_that_never_works_is_told_with_its_cure_at_the_deadline(echo: AgentDriver) -> None:
    echo.foundry.script.answer("GET", "", ROLE_MISSING, times=10**6)
    with pytest.raises(AccessDenied, match="Foundry User"):
        await echo.create(role_propagation_timeout=600)
    assert 600 <= echo.foundry.requests[-1].at < 640
    assert len(echo.foundry.requests) < 50


async def test_patience_with_roles_is_for_the_whole_run_not_for_each_request(echo: AgentDriver) -> None:
    echo.foundry.script.answer("GET", "/echo$", ROLE_MISSING, times=12)
    echo.foundry.script.answer("POST", "", ROLE_MISSING, times=10**6)
    with pytest.raises(AccessDenied):
        await echo.create(role_propagation_timeout=100)
    assert echo.foundry.requests[-1].at < 140


# --- What the service says is not what was asked for


async def test_an_agent_that_somebody_made_meanwhile_is_left_alone(echo: AgentDriver) -> None:
    echo.foundry.script.meanwhile(
        "POST", "/versions$", lambda: echo.foundry.make_version("echo", echo.body(marked=False))
    )
    echo.foundry.script.answer("POST", "/versions$", refusal(500, "server_error"))
    echo.foundry.script.answer("POST", "/versions$", Answer(202), nth=2)
    with pytest.raises(DeploymentError, match="run `pulumi up` again"):
        await echo.create()
    assert echo.versions == ["1"] and echo.traffic == {AT_LATEST: 100}


async def test_a_create_that_is_accepted_and_makes_nothing_is_an_error(echo: AgentDriver) -> None:
    echo.foundry.script.answer("POST", "/versions$", Answer(202))
    with pytest.raises(ServiceError, match="the agent does not exist"):
        await echo.create()


@pytest.mark.parametrize("status", [200, 201, 202, 204])
async def test_an_accepted_create_without_a_body_is_looked_at(echo: AgentDriver, status: int) -> None:
    echo.foundry.script.answer("POST", "/versions$", Answer(status), when="after")
    echo.foundry.script.answer("PATCH", "", Answer(status), when="after")
    state = await echo.create()
    assert echo.traffic == {"1": 100} == state["traffic"] and echo.versions == ["1"]
