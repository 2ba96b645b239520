"""An adoption, at every request of which the former owner destroys: what is taken over is never lost."""

from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest

from foundry_agents.lifecycle.errors.exceptions import DeploymentError

from .driver import OTHER_OWNER, OWNER, AgentDriver, ToolboxDriver
from .foundry import Foundry
from .wire import Request

WANTED = {"adopt": True, "verify": "start", "rollout": {"steps": [10, 50], "hold": 0}}
TOOLS = ["code_interpreter"]
MOST = 60
"""More requests than an adoption sends."""


class Killed(BaseException):
    """The process ends."""


def at(foundry: Foundry, number: int, does: Callable[[], Awaitable[None]]) -> Callable[[], bool]:
    """Does something before the request of this number; tells whether that was reached."""
    left = number

    async def before(_request: Request) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            foundry.before = None
            await does()

    foundry.before = before
    return lambda: left <= 0


@pytest.mark.parametrize("killed", [False, True], ids=["goes on", "is killed"])
@pytest.mark.parametrize("image", ["echo:v1", "echo:v2"])
@pytest.mark.parametrize("versions", [1, 3])
async def test_no_adopted_agent_is_lost(echo: AgentDriver, image: str, versions: int, *, killed: bool) -> None:
    number = 0
    while True:
        number += 1
        assert number < MOST
        echo.foundry.agents.clear()
        former = AgentDriver(echo.foundry, echo.service)
        for _ in range(versions):
            echo.foundry.make_version("echo", former.body(owner=OTHER_OWNER))
        former.state = await former.create(owner=OTHER_OWNER)
        guid = echo.there.guid

        async def destroy(former: AgentDriver = former, guid: str = guid) -> None:
            had_mark = _owner(echo) == OWNER
            await former.delete()
            if had_mark:
                assert echo.exists and echo.there.guid == guid
            if killed:
                raise Killed

        reached = at(echo.foundry, number, destroy)
        with suppress(DeploymentError, Killed):
            await echo.create(image=image, **WANTED)
        echo.foundry.before = None
        await echo.create(image=image, **WANTED)
        await _is_whole(echo, image)
        await former.delete()
        await _is_whole(echo, image)
        if not reached():
            break
    assert number > 8


async def _is_whole(echo: AgentDriver, image: str) -> None:
    assert _owner(echo) == OWNER
    (serving,) = echo.traffic
    version = echo.there.versions[serving]
    assert version.status(float("inf")) == "active" and version.image.endswith(image)
    before = dict(echo.state)
    assert await echo.refresh() == before and echo.changed(image=image, **WANTED) == []
    assert echo.sessions == []


def _owner(echo: AgentDriver) -> str:
    return str(echo.there.newest.metadata.get("pulumi-owner")) if echo.exists else ""


@pytest.mark.parametrize("killed", [False, True], ids=["goes on", "is killed"])
async def test_no_adopted_toolbox_is_lost(box: ToolboxDriver, *, killed: bool) -> None:
    number = 0
    while True:
        number += 1
        assert number < MOST
        box.foundry.toolboxes.clear()
        former = ToolboxDriver(box.foundry, box.service)
        await former.create(TOOLS, owner=OTHER_OWNER)

        async def destroy(former: ToolboxDriver = former) -> None:
            newest = box.there.versions[box.versions[0]] if box.exists else {}
            await former.delete()
            if newest.get("metadata", {}).get("pulumi-owner") == OWNER:
                assert box.exists
            if killed:
                raise Killed

        reached = at(box.foundry, number, destroy)
        with suppress(DeploymentError, Killed):
            await box.create(TOOLS, adopt=True)
        box.foundry.before = None
        await box.create(TOOLS, adopt=True)
        await former.delete()
        newest = box.there.versions[box.versions[0]]
        assert newest["metadata"]["pulumi-owner"] == OWNER and box.default == newest["version"]
        assert box.changed(TOOLS) == []
        if not reached():
            break
    assert number > 3
