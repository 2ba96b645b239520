"""Between Pulumi's inputs and outputs and Resource Manager's paths and bodies."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from azure_native.diff import same_place
from azure_native.shapes import Field, ResourceType
from azure_native.wire import UNKNOWN


def path(resource_type: ResourceType, subscription: str, inputs: dict[str, Any]) -> str:
    """The path of a resource."""

    def fill(match: re.Match[str]) -> str:
        if match[1] == "subscriptionId":
            return subscription
        slashes = "/" if match[1] in ("scope", "parentResourcePath", "resourceType") else ""
        return quote(str(inputs[match[1]]).strip("/"), safe=slashes + "@:")

    return re.sub(r"/+", "/", re.sub(r"\{(\w+)\}", fill, resource_type.path))


def api_version(resource_type: ResourceType, inputs: dict[str, Any]) -> str:
    """The generic resource brings its own."""
    return str(inputs.get("apiVersion") or resource_type.api_version)


def body(resource_type: ResourceType, inputs: dict[str, Any]) -> dict[str, Any]:
    """What is sent with PUT."""
    sent: dict[str, Any] = {}
    for name, value in inputs.items():
        if name in resource_type.path_inputs or name == "apiVersion":
            continue
        if name == "identity":
            sent[name] = _identity(value)
        elif resource_type.flattened and name not in resource_type.top_level:
            sent.setdefault("properties", {})[name] = value
        else:
            sent[name] = value
    return sent


def outputs(resource_type: ResourceType, inputs: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    """The outputs: the answer, in Pulumi's shape."""
    found = {name: value for name, value in answer.items() if name != "id"}
    if resource_type.flattened:
        found |= found.pop("properties", {})
    known = {*resource_type.inputs, *resource_type.outputs}
    kept = {name: _without_nulls(value) for name, value in found.items() if name in known and value is not None}
    kept["azureApiVersion"] = api_version(resource_type, inputs)
    return kept


def previewed(resource_type: ResourceType, inputs: dict[str, Any]) -> dict[str, Any]:
    """The outputs in a preview: the inputs, and unknowns for what only the service writes."""
    found: dict[str, Any] = dict.fromkeys(resource_type.outputs, UNKNOWN)
    for name, value in inputs.items():
        found[name] = _previewed(resource_type.inputs[name], value)
    for name, known in resource_type.inputs.items():
        if name not in inputs and known.computed:
            found[name] = UNKNOWN
    return found


def imported(resource_type: ResourceType, resource_id: str, found: dict[str, Any]) -> dict[str, Any]:
    """The inputs that would make a resource with these outputs."""
    match = resource_type.id_pattern.fullmatch(resource_id)
    names = match.groupdict() if match else {}
    inputs = {name: names[name] for name in resource_type.path_inputs if name in names}
    for name, known in resource_type.inputs.items():
        if name not in inputs and name in found:
            value = _imported(name, known, found[name], resource_type.imported_defaults)
            if value is not None:
                inputs[name] = value
    if "scope" in inputs:
        inputs["scope"] = "/" + inputs["scope"].strip("/")
    return inputs


def refreshed(resource_type: ResourceType, old: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """The old inputs, with the values that the resource has now. Properties that were never set stay out."""
    inputs = {}
    for name, value in old.items():
        inputs[name] = value
        if name not in resource_type.path_inputs and name != "apiVersion":
            inputs[name] = _refreshed(name, resource_type.inputs.get(name), value, found.get(name))
    tags = resource_type.inputs.get("tags")
    if tags is not None and "tags" not in old and found.get("tags"):
        inputs["tags"] = found["tags"]
    return inputs


def _identity(value: Any) -> Any:
    """Pulumi has a list of user-assigned identities, Resource Manager a map."""
    if isinstance(value, dict) and isinstance(value.get("userAssignedIdentities"), list):
        return {**value, "userAssignedIdentities": {one: {} for one in value["userAssignedIdentities"]}}
    return value


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(one) for name, one in value.items() if one is not None}
    if isinstance(value, list):
        return [_without_nulls(one) for one in value]
    return value


def _previewed(known: Field, value: Any) -> Any:
    if not isinstance(value, dict) or not (known.members or known.computed):
        return value
    nested = known.members or {}
    shown = {name: _previewed(nested[name], one) for name, one in value.items() if name in nested}
    return shown | dict.fromkeys(known.computed, UNKNOWN)


def _imported(place: str, known: Field, value: Any, defaults: Mapping[str, Any]) -> Any:
    if place in defaults and defaults[place] == value:
        return None
    if known.members is None or not isinstance(value, dict):
        return value if value not in ({}, []) else None
    if place == "identity" and isinstance(value.get("userAssignedIdentities"), dict):
        value = {**value, "userAssignedIdentities": sorted(value["userAssignedIdentities"])}
    kept = {
        name: _imported(f"{place}.{name}", one, value[name], defaults)
        for name, one in known.members.items()
        if name in value
    }
    return {name: one for name, one in kept.items() if one is not None} or None


def _refreshed(name: str, known: Field | None, old: Any, found: Any) -> Any:
    if known is not None and known.free_keys:
        return found or {}
    if found is None or _equivalent(name, old, found):
        return old
    if isinstance(old, dict) and isinstance(found, dict):
        nested = known.members if known is not None and known.members else {}
        return {key: _refreshed(key, nested.get(key), one, found.get(key)) for key, one in old.items()}
    return found


def _equivalent(name: str, old: Any, found: Any) -> bool:
    """Whether the service writes the same value in another form."""
    if name == "location":
        return same_place(old, found)
    if name == "userAssignedIdentities" and isinstance(found, dict):
        return sorted(one.lower() for one in old) == sorted(one.lower() for one in found)
    if isinstance(old, str) and isinstance(found, str):
        if name == "roleDefinitionId":
            return old.rsplit("/", 1)[-1].lower() == found.rsplit("/", 1)[-1].lower()
        return old.lower() == found.lower()
    return bool(old == found)
