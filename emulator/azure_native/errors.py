"""Errors that reach the user's screen, always as one sentence.

ProviderError
    ArmFailure      an answer of Resource Manager that is an error
    Unfinished      a write was accepted, but did not come to a good end
    PartialFailure  a resource exists, but the operation on it did not succeed
"""

from typing import Any


class ProviderError(Exception):
    """An error that the user sees as its message alone."""


class ArmFailure(ProviderError):
    """Reads as in the real plugin. Source: pulumi/pulumi-azure-native provider/pkg/azure/client_azcore.go."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f'Status={status} Code="{code}" Message="{message}"')
        self.status = status
        self.code = code


class Unfinished(ProviderError):
    """Resource Manager accepted the write: the resource may exist, in any state."""


class PartialFailure(ProviderError):
    """The resource goes into the state, so that the next run can repair it."""

    def __init__(self, reason: str, resource_id: str, outputs: dict[str, Any], inputs: dict[str, Any]) -> None:
        super().__init__(reason)
        self.reason = reason
        self.resource_id = resource_id
        self.outputs = outputs
        self.inputs = inputs
