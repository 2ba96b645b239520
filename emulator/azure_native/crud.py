"""Create, read, update and delete a resource, as the real plugin does it.

Source: pulumi/pulumi-azure-native provider/pkg/provider/provider.go.
"""

from typing import Any

from azure_native import convert
from azure_native.arm import Arm
from azure_native.errors import PartialFailure, ProviderError, Unfinished
from azure_native.shapes import ResourceType

State = tuple[str, dict[str, Any]]
"""Id and outputs."""


def create(arm: Arm, resource_type: ResourceType, subscription: str, inputs: dict[str, Any], timeout: float) -> State:
    """Create a resource that does not exist."""
    path = convert.path(resource_type, subscription, inputs)
    if arm.get(path, convert.api_version(resource_type, inputs)) is not None:
        raise ProviderError(f"cannot create already existing resource '{path}'")
    return _put(arm, resource_type, path, inputs, timeout)


def update(arm: Arm, resource_type: ResourceType, resource_id: str, inputs: dict[str, Any], timeout: float) -> State:
    """Write the whole resource again."""
    return _put(arm, resource_type, resource_id, inputs, timeout)


def read(
    arm: Arm, resource_type: ResourceType, resource_id: str, old_inputs: dict[str, Any]
) -> tuple[State, dict[str, Any]] | None:
    """The resource and its inputs. None if it does not exist. Without old inputs it is an import."""
    if resource_type.inputs.get("apiVersion") and "apiVersion" not in old_inputs:
        raise ProviderError(f"the stand-in cannot import {resource_type.token}: the id does not contain its apiVersion")
    if not old_inputs and not resource_type.id_pattern.fullmatch(resource_id):
        raise ProviderError(f"'{resource_id}' is not an id of {resource_type.token}; expected {resource_type.path}")
    found = arm.get(resource_id, convert.api_version(resource_type, old_inputs))
    if found is None:
        return None
    outputs = convert.outputs(resource_type, old_inputs, found)
    actual_id = str(found.get("id") or resource_id)
    if old_inputs:
        return (actual_id, outputs), convert.refreshed(resource_type, old_inputs, outputs)
    return (actual_id, outputs), convert.imported(resource_type, actual_id, outputs)


def delete(arm: Arm, resource_type: ResourceType, resource_id: str, old_inputs: dict[str, Any], timeout: float) -> None:
    """Delete a resource, if it exists."""
    arm.delete(resource_id, convert.api_version(resource_type, old_inputs), timeout)


def _put(arm: Arm, resource_type: ResourceType, path: str, inputs: dict[str, Any], timeout: float) -> State:
    version = convert.api_version(resource_type, inputs)
    try:
        answer = arm.put(path, version, convert.body(resource_type, inputs), timeout)
    except Unfinished as problem:
        _keep_what_is_there(arm, resource_type, path, inputs, problem)
        raise
    return str(answer.get("id") or path), convert.outputs(resource_type, inputs, answer)


def _keep_what_is_there(
    arm: Arm, resource_type: ResourceType, path: str, inputs: dict[str, Any], problem: Unfinished
) -> None:
    """A failed write may have created the resource: then it belongs in the state."""
    try:
        found = arm.get(path, convert.api_version(resource_type, inputs))
    except ProviderError:
        return
    if found is not None:
        outputs = convert.outputs(resource_type, inputs, found)
        raise PartialFailure(str(problem), str(found.get("id") or path), outputs, inputs) from problem
