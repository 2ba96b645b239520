"""Components as the engine constructs them for programs in other languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pulumi
from pulumi.provider import ConstructResult, Provider

from . import package

Components = Mapping[str, Callable[[], type[pulumi.ComponentResource]]]
"""The component classes by name. Each is loaded when it is first constructed: azure-native takes its time."""


class ComponentProvider(Provider):
    """Constructs components whose inputs come by their names in the schema, already read."""

    def __init__(self, components: Components) -> None:
        super().__init__(package.version(), package.schema_text())
        self._components = components

    def construct(
        self,
        name: str,
        resource_type: str,
        inputs: Any,
        options: pulumi.ResourceOptions | None = None,
    ) -> ConstructResult:
        """Constructs a component.

        :raises pulumi.RunError: if there is no component of this type, or the inputs are not valid.
        """
        component = resource_type.rpartition(":")[2]
        if component not in self._components or resource_type != package.token(component):
            raise pulumi.RunError(f"this provider has no component `{resource_type}`")
        spec = package.schema()["resources"][resource_type]
        made: Any = self._components[component]()
        instance = made(name, package.python_inputs(spec, inputs), options)
        return ConstructResult(instance.urn, package.wire_outputs(spec, instance))
