"""Azure resource ids: `/subscriptions/{s}/resourceGroups/{g}/providers/{namespace}/{type}/{name}/…`.

Ids ignore case, so everything that compares or stores by id uses `key`.
"""

from dataclasses import dataclass

_PROVIDERS = "/providers/"


def key(resource_id: str) -> str:
    """The id as a dictionary key: lower case, one leading slash, no trailing one."""
    return "/" + resource_id.strip("/").lower()


def is_within(resource_id: str, scope: str) -> bool:
    """Whether the id is the scope itself or lies below it."""
    inner, outer = key(resource_id), key(scope)
    return outer in (inner, "/") or inner.startswith(outer + "/")


def segment(resource_id: str, after: str) -> str:
    """The segment that follows the given one (`segment(id, "resourceGroups")`), or nothing."""
    parts = resource_id.strip("/").split("/")
    lowered = [part.lower() for part in parts]
    if after.lower() not in lowered:
        return ""
    place = lowered.index(after.lower()) + 1
    return parts[place] if place < len(parts) else ""


@dataclass(frozen=True)
class ResourceId:
    """The parts of the id of a resource of a provider."""

    scope: str
    namespace: str
    types: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def type(self) -> str:
        """`Microsoft.CognitiveServices/accounts/projects`"""
        return "/".join((self.namespace, *self.types))

    @property
    def parent(self) -> str:
        """The id of the resource, group or subscription above."""
        if len(self.types) == 1:
            return self.scope
        pairs = [f"{kind}/{name}" for kind, name in zip(self.types[:-1], self.names[:-1], strict=True)]
        return f"{self.scope}{_PROVIDERS}{self.namespace}/" + "/".join(pairs)


def split(resource_id: str) -> ResourceId | None:
    """The parts of an id, or None where the id names no resource of a provider."""
    trimmed = "/" + resource_id.strip("/")
    place = trimmed.lower().rfind(_PROVIDERS)
    if place < 0:
        return None
    namespace, *rest = trimmed[place + len(_PROVIDERS) :].split("/")
    if not rest or len(rest) % 2:
        return None
    return ResourceId(trimmed[:place], namespace, tuple(rest[0::2]), tuple(rest[1::2]))
