"""Every error of the catalogue, produced by the local Azure and read from what `pulumi up` prints."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from foundry_agents.lifecycle.catalogue import CATALOGUE, Entry
from foundry_emulator.testing import LocalAzure

from .conftest import Stack, set_image

STATUS = {
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


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A running stack whose next `up` makes a version of the data processor, and does not wait for roles."""
    folder: Path = tmp_path_factory.mktemp("stack")
    azure = LocalAzure.start(folder / "azure", time_scale=0.02, role_propagation_seconds=0)
    (folder / "program").mkdir()
    stack = Stack(folder / "program", azure)
    stack.up_environment()
    stack.push("echo:v1.0", "data-processor:v1.0", "data-processor:v1.1")
    stack.up()

    def impatient(config: dict[str, Any]) -> None:
        config["agents"]["data-processor"]["role_propagation_timeout"] = 0

    stack.configure(impatient)
    stack.configure(set_image("data-processor:v1.1"))
    yield stack
    azure.stop()


@pytest.fixture
def fault(broken: Stack) -> Iterator[Callable[..., None]]:
    yield broken.azure.fault
    broken.azure.clear_faults()


def rows(where: str) -> list[Any]:
    return [pytest.param(entry, id=f"{entry.code}-{entry.status or ''}") for entry in CATALOGUE if entry.where == where]


def told(output: str, entry: Entry) -> None:
    flat = " ".join(output.split())
    assert entry.code in flat
    assert entry.cause in flat and entry.cure in flat


@pytest.mark.parametrize("entry", rows("version"))
def test_why_a_version_failed(broken: Stack, fault: Callable[..., None], entry: Entry) -> None:
    shown = broken.agent("data-processor")
    assert shown is not None
    failed = {
        **shown["versions"]["latest"],
        "version": "99",
        "status": "failed",
        "error": {"code": entry.code, "message": "it did not work"},
    }
    fault(plane="data", method="POST", times=None, action={"kind": "status", "status": 200, "body": failed})
    # A deployer who may not look for himself; tests/lifecycle/test_image_pull.py has what a look shows.
    fault(plane="registry", times=None, action={"kind": "status", "status": 401, "body": ""})
    fault(plane="arm", method="GET", path="/registries/", times=None, action={"kind": "status", "status": 403})
    told(broken.up(fails=True).output, entry)
    assert broken.serving("data-processor") == "1"


@pytest.mark.parametrize("entry", rows("data plane"))
def test_what_the_data_plane_refuses(broken: Stack, fault: Callable[..., None], entry: Entry) -> None:
    body = {"error": {"code": entry.code, "message": MESSAGE.get(entry.code, "no")}}
    status = entry.status or STATUS.get(entry.code, 400)
    fault(plane="data", method="POST", times=None, action={"kind": "status", "status": status, "body": body})
    told(broken.up(fails=True).output, entry)
    assert broken.serving("data-processor") == "1"


@pytest.mark.parametrize("entry", rows("resource manager"))
def test_what_resource_manager_refuses(broken: Stack, fault: Callable[..., None], entry: Entry) -> None:
    if entry.code in ("RequestConflict", "PrincipalNotFound"):
        pytest.skip("repeated: tests of their own")
    body = {"error": {"code": entry.code, "message": "no"}}
    fault(plane="arm", method="PUT", times=None, action={"kind": "status", "status": 409, "body": body})
    broken.configure(lambda config: config.update(tags={"code": entry.code}))
    told(broken.up(fails=True).output, entry)


def test_a_conflict_with_another_write_is_waited_for(broken: Stack, fault: Callable[..., None]) -> None:
    body = {"error": {"code": "RequestConflict", "message": "Another operation is being performed"}}
    fault(
        plane="arm",
        method="PUT",
        path="/accounts/[^/]+$",
        times=1,
        action={"kind": "status", "status": 409, "body": body},
    )
    broken.configure(lambda config: config.update(tags={"again": "yes"}))
    broken.up("--exclude", "**foundry-agents:HostedAgent::**")
    broken.configure(lambda config: config.pop("tags"))
