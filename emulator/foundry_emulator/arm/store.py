"""The resources: find, list, write, remove. Deletes that take time end when somebody looks."""

from collections.abc import Awaitable, Callable

from foundry_emulator.arm.ids import is_within, key
from foundry_emulator.arm.state import Resource
from foundry_emulator.arm.wire import new_etag
from foundry_emulator.identity.directory import Principal
from foundry_emulator.world import World

RemovalHook = Callable[[World, Resource], Awaitable[None]]
_removal_hooks: dict[str, RemovalHook] = {}


def on_removal(resource_type: str, hook: RemovalHook) -> None:
    """Say what follows when a resource of a type goes, by whatever way it goes."""
    _removal_hooks[resource_type.lower()] = hook


def find(world: World, resource_id: str) -> Resource | None:
    """The resource of that id, unless it does not exist or its delete is over."""
    resource = world.state.arm.resources.get(key(resource_id))
    if resource is None or _is_gone(world, resource):
        return None
    return resource


def of_type(world: World, resource_type: str, scope: str = "/") -> list[Resource]:
    """Every resource of a type below a scope, by id."""
    wanted = resource_type.lower()
    found = [
        resource
        for resource in world.state.arm.resources.values()
        if resource.type.lower() == wanted and is_within(resource.id, scope) and not _is_gone(world, resource)
    ]
    return sorted(found, key=lambda resource: key(resource.id))


def below(world: World, resource_id: str) -> list[Resource]:
    """Every resource nested in another one, at any depth."""
    own = key(resource_id)
    return [
        resource
        for place, resource in sorted(world.state.arm.resources.items())
        if place.startswith(own + "/") and not _is_gone(world, resource)
    ]


def save(world: World, resource: Resource, by: Principal) -> Resource:
    """Write a resource: a new entity tag, and who changed it when."""
    now = world.clock.now()
    if key(resource.id) not in world.state.arm.resources:
        resource.created_at, resource.created_by = now, by.app_id
    resource.changed_at, resource.changed_by = now, by.app_id
    resource.etag = new_etag()
    world.state.arm.resources[key(resource.id)] = resource
    return resource


async def remove(world: World, resource: Resource) -> None:
    """Take a resource away with everything that lives and dies with it: nested ones, grants, its identity."""
    for nested in _all_below(world, resource):
        await _remove_one(world, nested)
    await _remove_one(world, resource)


async def sweep(world: World) -> None:
    """Finish the deletes whose time has come."""
    gone = [resource for resource in world.state.arm.resources.values() if _is_gone(world, resource)]
    for resource in sorted(gone, key=lambda one: key(one.id), reverse=True):
        await remove(world, resource)


def _all_below(world: World, resource: Resource) -> list[Resource]:
    own = key(resource.id) + "/"
    places = [place for place in world.state.arm.resources if place.startswith(own)]
    return [world.state.arm.resources[place] for place in sorted(places, reverse=True)]


async def _remove_one(world: World, resource: Resource) -> None:
    world.state.arm.resources.pop(key(resource.id), None)
    assignments = world.state.arm.role_assignments
    for place in [place for place, one in assignments.items() if is_within(one.scope, resource.id)]:
        del assignments[place]
    hook = _removal_hooks.get(resource.type.lower())
    if hook is not None:
        await hook(world, resource)
    if resource.identity and resource.identity.get("principalId"):
        world.state.directory.remove(resource.identity["principalId"])


def _is_gone(world: World, resource: Resource) -> bool:
    return resource.gone_at is not None and world.clock.now() >= resource.gone_at
