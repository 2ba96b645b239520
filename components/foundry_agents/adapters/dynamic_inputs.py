"""What the resources with a dynamic provider have in common: their properties, and warnings about their inputs."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pulumi

from ..lifecycle.inputs.schema import Checked
from ..lifecycle.resource.state import LOGICAL_NAME
from .property_names import camel_case, to_camel_case


def with_mark(name: str, args: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs with what says whose the resource is."""
    owner = f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}"
    return {"owner": owner, **args, LOGICAL_NAME: name}


def as_properties(inputs: Mapping[str, Any], outputs: Iterable[str]) -> dict[str, Any]:
    """What Pulumi is given: the inputs, and a place for each output."""
    properties: dict[str, Any] = to_camel_case(dict(inputs))
    for output in outputs:
        properties.setdefault(camel_case(output), None)
    return properties


def set_attributes(resource: pulumi.Resource, names: Iterable[str]) -> None:
    """The outputs under their Python names."""
    for name in names:
        setattr(resource, name, getattr(resource, camel_case(name)))


def warn(resource: pulumi.Resource, inputs: Mapping[str, Any], check: Callable[[Mapping[str, Any]], Checked]) -> None:
    """Says in previews what may not be meant. Problems are left to the resource's own check, which refuses them."""
    if not pulumi.runtime.is_dry_run():
        return
    known = {key: value for key, value in inputs.items() if not isinstance(value, pulumi.Output)}
    for warning in check(known).warnings:
        pulumi.log.warn(str(warning), resource)
