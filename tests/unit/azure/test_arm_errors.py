"""Errors of Azure Resource Manager: which are waited out, for how long, and what the others mean."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pulumi
import pytest

from foundry_agents.azure import arm_errors

CONFLICT = 'Status=409 Code="RequestConflict" Message="Another operation is in progress."'
NOT_REPLICATED = 'Status=400 Code="PrincipalNotFound" Message="Principal 1 does not exist in the directory."'
VAULT = 'Status=403 Code="Forbidden" Message="The key vault … refused: … is not authorized … (ForbiddenByRbac)"'


class Clock:
    """A clock that sleeping moves."""

    now = 0.0

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(arm_errors, "time", SimpleNamespace(monotonic=lambda: made.now))
    monkeypatch.setattr(arm_errors, "asyncio", SimpleNamespace(**{**vars(asyncio), "sleep": made.sleep}))
    return made


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    lines: list[str] = []
    monkeypatch.setattr(pulumi.log, "error", lines.append)
    return lines


async def attempts(message: str, urn: str = "urn:host", type_: str = "azure-native:resources:Resource") -> int:
    """How often the engine tries: it asks the hook after every failure, and gives up after 100."""
    errors: list[str] = []
    while True:
        errors.append(message)
        asked: Any = SimpleNamespace(urn=urn, name="agents-host", type=type_, errors=errors)
        if not await arm_errors.on_error(cast(pulumi.ErrorHookArgs, asked)):
            return len(errors)


@pytest.mark.parametrize("message", [CONFLICT, NOT_REPLICATED, VAULT])
async def test_what_passes_is_waited_out_for_as_long_as_a_capability_host_takes(
    clock: Clock, logged: list[str], message: str
) -> None:
    assert await attempts(message) < 100  # the engine's own limit, which says nothing to the user
    assert 20 * 60 <= clock.now < 21 * 60
    assert len(logged) == 1


async def test_the_next_operation_on_the_resource_has_the_whole_time_again(clock: Clock, logged: list[str]) -> None:
    assert await attempts(CONFLICT) == await attempts(CONFLICT)
    assert len(logged) == 2


async def test_another_error_is_explained_at_once(clock: Clock, logged: list[str]) -> None:
    assert await attempts('Status=403 Code="Forbidden" Message="no"') == 1
    assert clock.now == 0.0 and logged[0].startswith("agents-host: Forbidden: ")


@pytest.mark.parametrize(
    "message",
    [
        'Status=409 Code="RoleAssignmentExists" Message="The role assignment already exists."',
        "cannot create already existing resource '/…/roleAssignments/1'",
    ],
)
async def test_an_assignment_of_another_stack_says_what_to_set(clock: Clock, logged: list[str], message: str) -> None:
    assert await attempts(message, type_="azure-native:authorization:RoleAssignment") == 1
    assert "RoleAssignmentExists" in logged[0] and "set role_assignments: external" in logged[0]


async def test_another_resource_that_exists_is_no_assignment(clock: Clock, logged: list[str]) -> None:
    assert await attempts("cannot create already existing resource '/…/accounts/a'") == 1 and logged == []
