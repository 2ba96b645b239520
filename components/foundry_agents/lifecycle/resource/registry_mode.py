"""The role assignment mode of a registry as a resource, beside the registry itself.

A property of the registry would be simpler, but azure-native's resource does not have it, and another kind of resource
would replace the registries of existing stacks, with their images.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..errors.exceptions import NotFound, ServiceError
from ..errors.input_issue import Issues
from ..inputs.schema import Checked, Field, Inputs, OnChange, check_fields, names_of
from ..inputs.types import Text
from ..service.connections import Services
from ..service.registry_mode import BY_REPOSITORY, read_mode, set_mode
from ..service.waiting import Report
from .protocol import Read
from .state import LOGICAL_NAME, Diff, Properties, Recordings, differences

if TYPE_CHECKING:
    from ..service.arm import ResourceManager

_FIELDS = (
    Field("registry_id", Text(), "ARM ID of the registry.", required=True, on_change=OnChange.REPLACE),
    Field("mode", Text(), "Its role assignment mode.", required=True, on_change=OnChange.UPDATE),
)


class RegistryModeResource:
    """The mode of a registry, as every adapter knows it."""

    fields = _FIELDS
    outputs = ()

    def check(self, inputs: Inputs) -> Checked:
        """Checks the inputs offline. The owner and the logical name, which adapters add, are left out."""
        issues = Issues()
        own = {name: value for name, value in inputs.items() if name not in ("owner", LOGICAL_NAME)}
        checked = check_fields(own, _FIELDS, issues)
        return Checked(checked, issues.problems, issues.warnings)

    def resource_id(self, inputs: Inputs) -> str:
        """The ARM ID of the registry: it has one mode."""
        return str(inputs["registry_id"])

    def imported(self, resource_id: str) -> Properties:
        """The mode that this package sets; a read says which one the registry has."""
        return {"registry_id": resource_id, "mode": BY_REPOSITORY}

    def planned(self, old: Recordings, new: Inputs, diff: Diff) -> Properties:  # noqa: ARG002
        """Its inputs are all that it has."""
        return _own(new)

    def words(self, old: Recordings, new: Inputs) -> list[str]:
        """What a change leads to."""
        return [f"registry {_name(old)} is switched to {new['mode']}"]

    def connect(self, services: Services, properties: Recordings) -> ResourceManager:  # noqa: ARG002
        """The client of Resource Manager."""
        return services.resource_manager()

    async def diff(self, connect: Callable[[], ResourceManager], old: Recordings, new: Inputs) -> Diff:
        """Compares the state with new inputs, and the mode with what Azure has.

        An update of the registry may reset the mode, since azure-native writes the registry with an API version that
        does not know it. This runs after that update. What cannot be read counts as unchanged.
        """
        found = differences(
            old, new, replacing=names_of(_FIELDS, OnChange.REPLACE), changing=names_of(_FIELDS, OnChange.UPDATE)
        )
        if found.changed:
            return found
        try:
            is_set = await read_mode(connect(), str(old["registry_id"])) == new["mode"]
        except ServiceError:
            return found
        return Diff([] if is_set else ["mode"], [])

    async def create(
        self,
        service: ResourceManager,
        inputs: Inputs,
        report: Report,
        *,
        records_failures: bool = False,  # noqa: ARG002 - a failure leaves the mode as it was
    ) -> Properties:
        """Sets the mode."""
        await set_mode(service, str(inputs["registry_id"]), str(inputs["mode"]))
        report(f"{_name(inputs)}: its role assignment mode is {inputs['mode']}")
        return _own(inputs)

    async def update(
        self,
        service: ResourceManager,
        old: Recordings,  # noqa: ARG002
        inputs: Inputs,
        report: Report,
        *,
        records_failures: bool = False,  # noqa: ARG002
    ) -> Properties:
        """Sets the mode."""
        return await self.create(service, inputs, report)

    async def read(self, service: ResourceManager, old: Recordings) -> Read | None:
        """The mode that the registry has; None if there is no registry."""
        try:
            mode = await read_mode(service, str(old["registry_id"]))
        except NotFound:
            return None
        found = {**_own(old), "mode": mode}
        return Read(found, found)

    async def delete(self, service: ResourceManager, old: Recordings) -> str:  # noqa: ARG002
        """Leaves the mode: the project's pull role works in this mode only, until a run of the program changes it."""
        name = _name(old)
        return (
            f"registry {name} keeps its role assignment mode; to change it, run `az acr update --name {name} "
            "--role-assignment-mode rbac`, then `pulumi up`, which assigns the pull role of that mode"
        )


REGISTRY_MODE = RegistryModeResource()


def _own(properties: Recordings) -> Properties:
    return {name: properties[name] for name in names_of(_FIELDS)}


def _name(properties: Recordings) -> str:
    return str(properties["registry_id"]).rpartition("/")[2]
