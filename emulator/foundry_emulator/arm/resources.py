"""The resources: find, list, write, remove. A delete that takes time ends with the next request after its end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from foundry_emulator.arm.ids import is_within, key
from foundry_emulator.arm.state import ArmState, Resource
from foundry_emulator.arm.wire import new_etag
from foundry_emulator.host.clock import Clock
from foundry_emulator.identity.state import Directory, Principal

RemovalHook = Callable[[Resource], Awaitable[None]]


class Resources:
    """Every resource of all subscriptions."""

    def __init__(self, state: ArmState, clock: Clock, directory: Directory) -> None:
        self._state = state
        self._clock = clock
        self._directory = directory
        self._hooks: dict[str, RemovalHook] = {}

    def on_removal(self, resource_type: str, hook: RemovalHook) -> None:
        """Calls `hook` with each resource of a type that is removed, on its own or with its parent."""
        self._hooks[resource_type.lower()] = hook

    def find(self, resource_id: str) -> Resource | None:
        """The resource of that id. None if it does not exist or its delete is over."""
        resource = self._state.resources.get(key(resource_id))
        return None if resource is None or self._is_gone(resource) else resource

    def of_type(self, resource_type: str, scope: str = "/") -> list[Resource]:
        """Every resource of a type below a scope, by id."""
        wanted = resource_type.lower()
        found = [
            resource
            for resource in self._state.resources.values()
            if resource.type.lower() == wanted and is_within(resource.id, scope) and not self._is_gone(resource)
        ]
        return sorted(found, key=lambda resource: key(resource.id))

    def below(self, resource_id: str) -> list[Resource]:
        """Every resource nested in another one, at any depth."""
        own = key(resource_id) + "/"
        return [
            resource
            for place, resource in sorted(self._state.resources.items())
            if place.startswith(own) and not self._is_gone(resource)
        ]

    def save(self, resource: Resource, by: Principal) -> Resource:
        """Writes a resource: a new entity tag, and who changed it when."""
        now = self._clock.now()
        if key(resource.id) not in self._state.resources:
            resource.created_at, resource.created_by = now, by.app_id
        resource.changed_at, resource.changed_by = now, by.app_id
        resource.etag = new_etag()
        self._state.resources[key(resource.id)] = resource
        return resource

    async def remove(self, resource: Resource) -> None:
        """Removes a resource and what belongs to it: nested resources, grants on it, its identity."""
        own = key(resource.id) + "/"
        nested = sorted((place for place in self._state.resources if place.startswith(own)), reverse=True)
        for one in [self._state.resources[place] for place in nested]:
            await self._remove_one(one)
        await self._remove_one(resource)

    async def sweep(self) -> None:
        """Ends the deletes whose time is over."""
        gone = [resource for resource in self._state.resources.values() if self._is_gone(resource)]
        for resource in sorted(gone, key=lambda one: key(one.id), reverse=True):
            await self.remove(resource)

    async def _remove_one(self, resource: Resource) -> None:
        self._state.resources.pop(key(resource.id), None)
        assignments = self._state.role_assignments
        for place in [place for place, one in assignments.items() if is_within(one.scope, resource.id)]:
            del assignments[place]
        hook = self._hooks.get(resource.type.lower())
        if hook is not None:
            await hook(resource)
        if resource.identity and resource.identity.get("principalId"):
            self._directory.remove(resource.identity["principalId"])

    def _is_gone(self, resource: Resource) -> bool:
        return resource.gone_at is not None and self._clock.now() >= resource.gone_at
