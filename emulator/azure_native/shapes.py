"""How a resource type is described: its inputs, its outputs, its place in Resource Manager."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

_PARAMETER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Field:
    """An input. `members` are those of an object whose members are known; None takes anything."""

    required: bool = False
    replaces: bool = False
    members: Mapping[str, "Field"] | None = None
    computed: tuple[str, ...] = ()
    """Members that only the service writes: unknown in a preview."""
    free_keys: bool = False
    """A map whose keys are the user's, such as tags."""


ANY = Field()
TAGS = Field(free_keys=True)
LOCATION = Field(replaces=True)
PATH = Field(required=True, replaces=True)
NAME = Field(replaces=True)


def members(*names: str, computed: tuple[str, ...] = (), required: bool = False) -> Field:
    """An object with these members, each of any shape."""
    return Field(required=required, members=dict.fromkeys(names, ANY), computed=computed)


@dataclass(frozen=True)
class ResourceType:
    """A resource type. `path` names its path parameters; they are inputs too."""

    token: str
    path: str
    api_version: str
    inputs: Mapping[str, Field]
    name_input: str
    outputs: tuple[str, ...] = ()
    """Top-level properties that only the service writes."""
    flattened: bool = False
    """Whether ARM's `properties` are lifted to the top level."""
    top_level: tuple[str, ...] = ("location", "sku", "kind", "identity", "tags", "managedBy", "plan")
    """Inputs that stay at the top level of the body of a flattened type."""
    naming: Literal["random", "letters", "uuid"] = "random"
    delete_first: bool = True
    imported_defaults: Mapping[str, Any] = field(default_factory=dict)
    """What the service answers where nothing was asked for: left out of the inputs of an import."""

    @property
    def path_inputs(self) -> tuple[str, ...]:
        """The inputs that are in the path, without the subscription."""
        return tuple(name for name in _PARAMETER.findall(self.path) if name != "subscriptionId")

    @property
    def id_pattern(self) -> re.Pattern[str]:
        """What an id of this type looks like."""
        place, text = 0, ""
        for match in _PARAMETER.finditer(self.path):
            text += re.escape(self.path[place : match.start()])
            text += f"(?P<{match[1]}>{'.+' if match[1] == 'scope' else '[^/]+'})"
            place = match.end()
        return re.compile(text + re.escape(self.path[place:]), re.IGNORECASE)
