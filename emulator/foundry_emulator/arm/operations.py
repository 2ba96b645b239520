"""Long-running operations: started by a write, polled by the client, done when their time is over."""

from __future__ import annotations

import uuid

from foundry_emulator.arm.ids import segment
from foundry_emulator.arm.locations import normalized
from foundry_emulator.arm.state import ArmState, Operation, Resource
from foundry_emulator.arm.wire import signed
from foundry_emulator.host.clock import Clock

KEPT_SECONDS = 86400.0


class Operations:
    """The operations of all subscriptions, and the URLs at which clients poll them."""

    def __init__(self, state: ArmState, clock: Clock, base_url: str) -> None:
        self._state = state
        self._clock = clock
        self._base_url = base_url

    def find(self, operation_id: str) -> Operation | None:
        return self._state.operations.get(operation_id)

    def begin(self, resource_id: str, simulated_seconds: float, running: str, prefix: str = "") -> Operation:
        """Starts an operation of that length. Also forgets old ones."""
        now = self._clock.now()
        operations = self._state.operations
        for old in [one.id for one in operations.values() if one.ends_at < now - KEPT_SECONDS]:
            del operations[old]
        operation = Operation(
            id=f"{prefix}{uuid.uuid4()}",
            started_at=now,
            ends_at=now + self._clock.scaled(simulated_seconds),
            running=running,
            resource_id=resource_id,
        )
        operations[operation.id] = operation
        return operation

    def retry_after(self, simulated_seconds: float) -> dict[str, str]:
        """`Retry-After` in whole seconds, at the pace of this local Azure."""
        return {"Retry-After": str(max(1, round(self._clock.scaled(simulated_seconds))))}

    def poll_url(self, path: str, operation: Operation, *, version: str = "2017-04-18", extra: str = "") -> str:
        """Where the client polls an operation; `path` is the collection that the provider keeps it in."""
        return signed(f"{self._base_url}{path}/{operation.id}?api-version={version}{extra}", operation.started_at)

    def both_urls(self, path: str, operation: Operation) -> dict[str, str]:
        """`Azure-AsyncOperation` and `Location` of one operation."""
        return {
            "Azure-AsyncOperation": self.poll_url(path, operation),
            "Location": self.poll_url(path, operation, extra="&operationResultResponseType=Location"),
        }

    def cognitive_path(self, resource: Resource) -> str:
        """Operation results of Cognitive Services are kept per subscription and location."""
        place = normalized(resource.location or "westus")
        return (
            f"/subscriptions/{segment(resource.id, 'subscriptions')}/providers/Microsoft.CognitiveServices"
            f"/locations/{place}/operationResults"
        )
