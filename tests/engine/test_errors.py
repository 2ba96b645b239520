"""Every error of the catalogue, produced by the local Azure and read from what `pulumi up` prints."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from foundry_agents.azure.arm_errors import REPEATABLE
from foundry_agents.lifecycle.errors.catalogue import CATALOGUE, Entry
from foundry_agents.lifecycle.service.mark import Mark, with_mark
from foundry_emulator.identity.state import DEPLOYER_OBJECT_ID
from foundry_emulator.testing import LocalAzure

from .conftest import Stack

pytestmark = pytest.mark.xdist_group("engine/test_errors.py")  # one environment for all

STATUS = {
    "session_not_ready": 424,
    "ReadinessTimeout": 502,
    "ProxyTimeout": 504,
    "SandboxIdle": 502,
    "SandboxNotFound": 404,
    "agent_version_failed": 409,
    "PermissionDenied": 401,
    "UserError": 403,
    "ForbiddenError": 403,
    "Unauthorized": 401,
    "PublicAccessDisabled": 403,
    "ResourceNotFound": 404,
    "conflict": 409,
    "precondition_failed": 412,
    "preview_feature_required": 403,
    "rate_limit_exceeded": 429,
    "QuotaExceeded": 429,
    "RegionalQuotaExceeded": 429,
    "server_error": 500,
}
MESSAGE = {"PublicAccessDisabled": "Public access is disabled. Please configure private endpoint."}


AGENT_ROWS = [entry for entry in CATALOGUE if entry.where != "resource manager"]
ARM_ROWS = [entry for entry in CATALOGUE if entry.where == "resource manager" and entry.code not in REPEATABLE]


def name(entry: Entry) -> str:
    return f"{entry.code}-{entry.status}" if entry.status else entry.code


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """An environment without agents."""
    folder: Path = tmp_path_factory.mktemp("stack")
    azure = LocalAzure.start(folder / "azure", time_scale=0.02, role_propagation_seconds=0)
    (folder / "program").mkdir()
    stack = Stack(folder / "program", azure)
    deployer = {"principal_id": DEPLOYER_OBJECT_ID, "principal_type": "ServicePrincipal"}
    stack.configure(lambda config: config.update(agents={}, deployers=[deployer]))
    stack.up()
    yield stack
    azure.stop()


@pytest.fixture
def fault(broken: Stack) -> Iterator[Callable[..., None]]:
    yield broken.azure.fault
    broken.azure.clear_faults()


@pytest.fixture(scope="module")
def printed_for_agents(broken: Stack) -> str:
    """One `up` with an agent per row, each of which meets its own error."""
    quick = {"image": "echo:v1", "role_propagation_timeout": 0, "verify": {"timeout": 1}}
    agents = {f"e{index}": quick for index in range(len(AGENT_ROWS))}
    broken.configure(lambda config: config.update(agents=agents))
    for index, entry in enumerate(AGENT_ROWS):
        path = f"/agents/e{index}/versions$"
        broken.azure.fault(plane="data", method="POST", path=path, times=None, action=_answer(entry, f"e{index}"))
        if entry.where == "container":
            path = f"/agents/e{index}/endpoint/sessions$"
            broken.azure.fault(plane="data", method="POST", path=path, times=None, action=_refusal(entry))
    # A deployer who may not look for the cause; tests/lifecycle/test_image_pull.py has what a look shows. The first look
    # at the registry is the program's own.
    broken.azure.fault(plane="registry", times=None, action={"kind": "status", "status": 401, "body": ""})
    broken.azure.fault(
        plane="arm", method="GET", path="/registries/", nth=2, times=None, action={"kind": "status", "status": 403}
    )
    output = broken.up("--continue-on-error", "--parallel", "64", fails=True).output
    broken.azure.clear_faults()
    broken.configure(lambda config: config.update(agents={}))
    return output


def _answer(entry: Entry, agent: str) -> dict[str, Any]:
    """What creating a version is answered with: a version that failed, or a refusal."""
    mark = Mark("organization/agent-environment/local", f"agents-{agent}")
    version = {"name": agent, "version": "1", "definition": {}, "metadata": with_mark({}, mark)}
    if entry.where == "version":
        error = {"code": entry.code, "message": "it did not work"}
        return {"kind": "status", "status": 200, "body": {**version, "status": "failed", "error": error}}
    if entry.where == "container":
        return {"kind": "status", "status": 200, "body": {**version, "status": "active"}}
    return _refusal(entry)


def _refusal(entry: Entry) -> dict[str, Any]:
    body = {"error": {"code": entry.code, "message": MESSAGE.get(entry.code, "no")}}
    return {"kind": "status", "status": entry.status or STATUS.get(entry.code, 400), "body": body}


def told(output: str, entry: Entry) -> bool:
    flat = " ".join(output.split())
    return entry.code in flat and entry.cause in flat and entry.cure in flat


@pytest.mark.parametrize("entry", AGENT_ROWS, ids=name)
def test_an_agent_says_why_it_failed_and_what_helps(printed_for_agents: str, entry: Entry) -> None:
    diagnostics = printed_for_agents[printed_for_agents.index("Diagnostics:") :]
    of_this = diagnostics.split(f"(agents-e{AGENT_ROWS.index(entry)}):")[1].split("HostedAgent (")[0]
    assert told(of_this, entry)


@pytest.fixture
def grants_fail(broken: Stack) -> Callable[[Sequence[str]], None]:
    """From the next `up` on the stack has one deployer more per code, whose role assignment is answered with it once."""

    def prepare(codes: Sequence[str]) -> None:
        for number, code in enumerate(codes, 1):
            body = {"error": {"code": code, "message": "no"}}
            answer = {"kind": "status", "status": 409, "body": body}
            broken.azure.fault(plane="arm", method="PUT", path="/roleAssignments/", nth=number, action=answer)
        principals = [str(uuid.uuid5(uuid.NAMESPACE_URL, code)) for code in codes]
        named = [
            {"principal_id": one, "principal_type": "ServicePrincipal"} for one in (DEPLOYER_OBJECT_ID, *principals)
        ]
        broken.configure(lambda config: config.update(deployers=named))

    return prepare


@pytest.mark.usefixtures("fault")
def test_azures_own_errors_are_explained(broken: Stack, grants_fail: Callable[[Sequence[str]], None]) -> None:
    grants_fail([entry.code for entry in ARM_ROWS])
    output = broken.up("--continue-on-error", fails=True).output
    assert [entry.code for entry in ARM_ROWS if not told(output, entry)] == []


@pytest.mark.usefixtures("fault")
def test_what_passes_by_itself_is_waited_for(broken: Stack, grants_fail: Callable[[Sequence[str]], None]) -> None:
    grants_fail(sorted(REPEATABLE))
    broken.up()
    assert [fault["hits"] for fault in broken.azure.faults()] == [1] * len(REPEATABLE)
