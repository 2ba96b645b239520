"""What the resources have in common, dynamic or first-class: registration, properties, and warnings about inputs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pulumi
import pulumi.dynamic

from ..lifecycle.inputs.schema import Checked
from ..lifecycle.resource.state import ADDED_INPUTS, DEPRECATED_OUTPUTS, LOGICAL_NAME
from .arguments import CheckedArgs
from .engine_watch import end_program_with_engine
from .first_class import uses_first_class_resources
from .property_names import camel_case, to_camel_case

PREVIEW = "__preview"
"""Tells the provider that it works for a preview, which Pulumi does not; the provider's check removes it."""


def with_mark(name: str, args: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs, with what marks the owner of the resource."""
    owner = f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}"
    return {"owner": owner, **args, LOGICAL_NAME: name}


def refuse_timeouts(kind: str, name: str, opts: pulumi.ResourceOptions | None, cure: str) -> None:
    """Refuses `custom_timeouts` where Pulumi does not pass them on: to dynamic providers."""
    if opts is not None and opts.custom_timeouts is not None and not uses_first_class_resources():
        raise pulumi.RunError(f"{kind} '{name}': the option `custom_timeouts` has no effect; {cure}")


def register(
    resource: pulumi.dynamic.Resource,
    name: str,
    inputs: Mapping[str, Any],
    opts: pulumi.ResourceOptions | None,
    *,
    dynamic: pulumi.dynamic.ResourceProvider,
    outputs: Sequence[str],
) -> None:
    """Registers a resource with its inputs and a place for each output: a dynamic one, or a first-class one.

    A first-class one is an alias of the dynamic one: a stack that has that keeps its agent.
    """
    end_program_with_engine()
    properties = _properties(inputs, outputs)
    if uses_first_class_resources():
        for added in ADDED_INPUTS:  # the provider sees the URN, and which values are secret
            properties.pop(camel_case(added), None)
        kind = type(resource).__name__
        former = pulumi.Alias(type_=f"pulumi-python:dynamic/foundry-agents:{kind}")
        opts = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(aliases=[former]))
        pulumi.CustomResource.__init__(resource, f"foundry-agents:index:{kind}", name, properties, opts)
        return
    if pulumi.runtime.is_dry_run():
        properties[PREVIEW] = True
    pulumi.dynamic.Resource.__init__(resource, dynamic, name, properties, opts)


def look_up(
    resource: pulumi.dynamic.Resource,
    name: str,
    resource_id: pulumi.Input[str],
    opts: pulumi.ResourceOptions | None,
    *,
    outputs: Sequence[str],
) -> None:
    """Registers a resource that exists as one that the program only reads. Raises `RunError` for a dynamic one."""
    kind = type(resource).__name__
    if not uses_first_class_resources():
        raise pulumi.RunError(
            f"{kind} '{name}': a dynamic resource cannot be looked up; call `use_first_class_resources()` first"
        )
    opts = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=resource_id))
    pulumi.CustomResource.__init__(resource, f"foundry-agents:index:{kind}", name, _properties({}, outputs), opts)


def set_attributes(resource: pulumi.Resource, names: Iterable[str]) -> None:
    """The outputs under their Python names. A state of an earlier release may have one under its earlier name."""
    earlier = _earlier_names(names)
    for name in names:
        output = getattr(resource, camel_case(name))
        if name in earlier:
            output = pulumi.Output.all(output, getattr(resource, camel_case(earlier[name]))).apply(_first_set)
        setattr(resource, name, output)


def warn(
    resource: pulumi.Resource,
    args: Any,
    inputs: Mapping[str, Any],
    check: Callable[[Mapping[str, Any]], Checked],
) -> None:
    """Logs the warnings about the inputs, in previews. Problems are left to the provider's check, which refuses them.

    A first-class provider logs them itself.

    :param args: The arguments as they were passed; `CheckedArgs` have their warnings already.
    """
    if not pulumi.runtime.is_dry_run() or uses_first_class_resources():
        return
    if isinstance(args, CheckedArgs):
        warnings = args.warnings
    else:
        known = {key: value for key, value in inputs.items() if not isinstance(value, pulumi.Output)}
        warnings = check(known).warnings
    for warning in warnings:
        pulumi.log.warn(str(warning), resource)


def _properties(inputs: Mapping[str, Any], outputs: Sequence[str]) -> dict[str, Any]:
    """The inputs by the names of the schema, and a place for each output."""
    properties: dict[str, Any] = to_camel_case(dict(inputs))
    for output in (*outputs, *_earlier_names(outputs).values()):
        properties.setdefault(camel_case(output), None)
    return properties


def _earlier_names(outputs: Iterable[str]) -> dict[str, str]:
    """The earlier name of each output that has one."""
    return {name: earlier for earlier, name in DEPRECATED_OUTPUTS.items() if name in (*outputs,)}


def _first_set(values: list[Any]) -> Any:
    return next((value for value in values if value is not None), None)
