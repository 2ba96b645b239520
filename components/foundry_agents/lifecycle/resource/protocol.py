"""What every adapter knows of a resource: one protocol for agents and toolboxes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from ..errors.exceptions import DeploymentError
from ..inputs.schema import Checked, Field, Inputs
from ..service.connections import Services
from ..service.waiting import Report
from .state import Diff, Properties, Recordings

Service = TypeVar("Service")


@dataclass(frozen=True)
class Read:
    """What a read returns: all properties, and those of them that are inputs."""

    properties: Properties
    inputs: Properties


class PartlyDone(Exception):
    """An operation that failed, and left something that the state must record.

    `error` says why it failed; `properties` is what exists.
    """

    def __init__(self, error: DeploymentError, properties: Properties) -> None:
        super().__init__(str(error))
        self.error, self.properties = error, properties


class Resource(Protocol[Service]):
    """A resource, from properties to properties, by their names in Python.

    `Service` is the client of the data plane that it needs. Nothing but `connect` loads the Azure SDKs.
    """

    @property
    def fields(self) -> Sequence[Field]:
        """Its inputs."""

    @property
    def outputs(self) -> Sequence[str]:
        """The names of its outputs."""

    def check(self, inputs: Inputs) -> Checked:
        """Checks inputs without any network. Values that a preview does not know are `UNKNOWN`."""

    def resource_id(self, inputs: Inputs) -> str:
        """Its id, which is also its import id."""

    def imported(self, resource_id: str) -> Properties:
        """What is known of a resource from its id alone. Raises `InvalidInputs` for one that is not an id."""

    def planned(self, old: Recordings, new: Inputs, diff: Diff) -> Properties:
        """All properties after an update, for a preview: `UNKNOWN` where the update decides."""

    def words(self, old: Recordings, new: Inputs) -> list[str]:
        """What a change leads to, one line each, for a preview. Secrets come in plain text here, and are not shown."""

    def connect(self, services: Services, properties: Recordings) -> Service:
        """The client for its project. Must run on the event loop."""

    async def diff(self, connect: Callable[[], Service], old: Recordings, new: Inputs) -> Diff:
        """Compares what the state records with new inputs. Connects only if the service must be asked."""

    async def create(
        self, service: Service, inputs: Inputs, report: Report, *, records_failures: bool = False
    ) -> Properties:
        """Creates it; returns all properties.

        Without `records_failures`, a failure leaves nothing: the adapter has no way to record it. With it, raises
        `PartlyDone` where something is left.
        """

    async def update(
        self, service: Service, old: Recordings, inputs: Inputs, report: Report, *, records_failures: bool = False
    ) -> Properties:
        """Brings it to new inputs; returns all properties. The mark stays the one that it was created with.

        With `records_failures`, raises `PartlyDone` after a failure.
        """

    async def read(self, service: Service, old: Recordings) -> Read | None:
        """What exists; None if it definitely does not. Inputs that were changed outside are returned as they are."""

    async def delete(self, service: Service, old: Recordings) -> str:
        """Deletes it, unless it has another owner by now; returns what became of it, in a line."""
