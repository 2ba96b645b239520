"""Who may do what, by role assignments: for every plane of the local Azure.

A new assignment has no effect for `settings.role_propagation_seconds`. Actions and data actions are separate:
Owner and Contributor have no data actions. Source: learn.microsoft.com "Understand Azure role definitions".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from foundry_emulator.arm.ids import is_within
from foundry_emulator.arm.roles import BY_ID, Role
from foundry_emulator.arm.state import ArmState
from foundry_emulator.host.clock import Clock
from foundry_emulator.host.settings import Settings


class Rights:
    """What the role assignments allow."""

    def __init__(self, state: ArmState, clock: Clock, settings: Settings) -> None:
        self._state = state
        self._clock = clock
        self._settings = settings

    def has_action(self, principal_id: str, action: str, scope: str) -> bool:
        """Whether the principal may do something with a resource through Resource Manager."""
        return any(
            _matches(role.actions, action) and not _matches(role.not_actions, action)
            for role in self._roles(principal_id, scope)
        )

    def has_data_action(self, principal_id: str, action: str, scope: str) -> bool:
        """Whether the principal may do something with the data in a resource."""
        return any(_matches(role.data_actions, action) for role in self._roles(principal_id, scope))

    def _roles(self, principal_id: str, scope: str) -> Iterator[Role]:
        for one in self._state.role_assignments.values():
            mine = one.principal_id.lower() == principal_id.lower() and is_within(scope, one.scope)
            role = BY_ID.get(one.role_definition_id.rsplit("/", 1)[-1].lower())
            if mine and role is not None and self._has_effect(one.created_at):
                yield role

    def _has_effect(self, created_at: float) -> bool:
        # An assignment without a time exists from the start.
        if not created_at:
            return True
        return self._clock.now() >= created_at + self._clock.scaled(self._settings.role_propagation_seconds)


def _matches(patterns: tuple[str, ...], action: str) -> bool:
    return any(_pattern(pattern).fullmatch(action) for pattern in patterns)


@lru_cache(maxsize=512)
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(re.escape(pattern).replace(r"\*", ".*"), re.IGNORECASE)
