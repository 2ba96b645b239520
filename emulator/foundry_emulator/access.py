"""Who may do what where: role assignments against roles, for every plane of the local Azure.

A new assignment has no effect for `settings.role_propagation_seconds`. Data actions are apart from actions:
Owner and Contributor have none. Source: learn.microsoft.com "Understand Azure role definitions".
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from foundry_emulator.arm.ids import is_within
from foundry_emulator.arm.roles import BY_ID, Role
from foundry_emulator.world import World


def has_action(world: World, principal_id: str, action: str, scope: str) -> bool:
    """Whether the principal may do something with a resource through Resource Manager."""
    return any(
        _matches(role.actions, action) and not _matches(role.not_actions, action)
        for role in _roles(world, principal_id, scope)
    )


def has_data_action(world: World, principal_id: str, action: str, scope: str) -> bool:
    """Whether the principal may do something with the data in a resource."""
    return any(_matches(role.data_actions, action) for role in _roles(world, principal_id, scope))


def _roles(world: World, principal_id: str, scope: str) -> Iterator[Role]:
    for one in world.state.arm.role_assignments.values():
        mine = one.principal_id.lower() == principal_id.lower() and is_within(scope, one.scope)
        role = BY_ID.get(one.role_definition_id.rsplit("/", 1)[-1].lower())
        if mine and role is not None and _works(world, one.created_at):
            yield role


def _works(world: World, created_at: float) -> bool:
    # An assignment without a time was there from the start.
    if not created_at:
        return True
    delay = world.clock.scaled(world.settings.role_propagation_seconds)
    return world.clock.now() >= created_at + delay


def _matches(patterns: tuple[str, ...], action: str) -> bool:
    return any(_pattern(pattern).fullmatch(action) for pattern in patterns)


@lru_cache(maxsize=512)
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(re.escape(pattern).replace(r"\*", ".*"), re.IGNORECASE)
