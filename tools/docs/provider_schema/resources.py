"""The resources, components and functions of the schema."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pulumi
from pulumi.provider.experimental.analyzer import Analyzer, PropertyDefinition

import foundry_agents
from foundry_agents.adapters.plugin.resources import SERVED
from foundry_agents.adapters.property_names import camel_case
from foundry_agents.environment.inputs import ARGUMENTS
from foundry_agents.lifecycle.inputs import agent
from foundry_agents.lifecycle.inputs.protection import FIELD as PROTECT
from foundry_agents.lifecycle.inputs.schema import Field
from foundry_agents.lifecycle.inputs.secret_variables import FIELD as SECRET_VARIABLES
from foundry_agents.lifecycle.resource.functions import FUNCTIONS
from foundry_agents.provider import COMPONENTS
from tools.docs.provider_schema.properties import PACKAGE, Spec, Types, as_secret, in_camel_case, required, token

_DYNAMIC = "pulumi-python:dynamic/foundry-agents"
_FROM_PROVIDER = {"project_endpoint"}
"""Required inputs that the provider's configuration can give."""
_ENVIRONMENT = "AgentEnvironment"

# What the annotations of components cannot say.
_ENUMERATIONS = {("AgentRegistry", "sku"): ("RegistrySku", ("Basic", "Standard", "Premium"))}
_DEFAULTS: Mapping[tuple[str, str], Any] = {
    ("AgentRegistry", "keepName"): False,
    ("AgentRegistry", "repositoryPermissions"): False,
    ("AgentRegistry", "sku"): "Basic",
    ("CapabilityHost", "hostName"): "agents",
    ("FoundryProject", "keepName"): False,
    ("ImagePullAccess", "repositoryPermissions"): False,
    ("KeyVaultConnection", "externalRoleAssignment"): False,
    ("KeyVaultConnection", "keepName"): False,
}
_SECRET = {("AgentSecrets", "secretEnvironmentVariables")}


def resources(types: Types) -> dict[str, Spec]:
    """Every resource and component, by token."""
    found = {name: _resource(name, types) for name, served in SERVED.items() if served.in_schema}
    for name in sorted(COMPONENTS):
        found[token(name)] = _environment(types) if name == _ENVIRONMENT else _component(name, types)
    return dict(sorted(found.items()))


def functions(types: Types) -> dict[str, Spec]:
    """Every function, by token."""
    return {
        token(function.name): {
            "description": function.description,
            "inputs": {
                "type": "object",
                "properties": types.properties(_optional(function.inputs), _pascal(function.name)),
                "required": required(_optional(function.inputs)),
            },
            "outputs": {
                "type": "object",
                "properties": types.properties(function.outputs, _pascal(function.name)),
                "required": required(function.outputs),
            },
        }
        for function in FUNCTIONS
    }


def _resource(token_: str, types: Types) -> Spec:
    name, served = token_.rpartition(":")[2], SERVED[token_]
    fields = [item for item in served.resource.fields if item.name in served.inputs]
    inputs = types.properties(_optional(fields), name)
    outputs = _outputs(name, types, {camel_case(one) for one in ("owner", *served.resource.outputs)})
    kept = {key: _as_output(spec) for key, spec in inputs.items() if "deprecationMessage" not in spec}
    always = {item.name for item in fields if item.required or (item.default is not None and item.default is not False)}
    return {
        "description": _class(name),
        "properties": {**kept, **outputs},
        "required": sorted({*map(camel_case, always), *outputs} - {"memory"}),
        "inputProperties": inputs,
        "requiredInputs": required(_optional(fields)),
        "aliases": [{"type": f"{_DYNAMIC}:{name}"}],
    }


def _environment(types: Types) -> Spec:
    agent_type = types.add(
        "EnvironmentAgent", "An agent of an `AgentEnvironment`.", (*agent.OWN, SECRET_VARIABLES, PROTECT)
    )
    inputs = types.properties(ARGUMENTS, _ENVIRONMENT)
    # Each agent may be an output: of a type that is only used plain, the Go generator makes no arguments.
    inputs["agents"] = {**inputs["agents"], "additionalProperties": agent_type}
    outputs = _outputs(_ENVIRONMENT, types)
    return {
        "isComponent": True,
        "description": _class(_ENVIRONMENT),
        "properties": outputs,
        "required": sorted(outputs),
        "inputProperties": inputs,
        "requiredInputs": required(ARGUMENTS),
    }


def _component(name: str, types: Types) -> Spec:
    analyzer = Analyzer(PACKAGE)
    definition = analyzer.analyze_component(COMPONENTS[name]())
    inputs = {}
    for key, one in definition.inputs.items():
        spec = _analyzed(one, types, analyzer)
        if (name, key) in _ENUMERATIONS:
            enumeration, values = _ENUMERATIONS[name, key]
            types.found.setdefault(token(enumeration), {"type": "string", "enum": [{"value": one} for one in values]})
            spec = {"description": spec["description"], "$ref": f"#/types/{token(enumeration)}"}
        if (name, key) in _DEFAULTS:
            spec["default"] = _DEFAULTS[name, key]
        if (name, key) in _SECRET:
            spec = as_secret(spec)
        inputs[key] = spec
    outputs = _outputs(name, types)
    return {
        "isComponent": True,
        "description": _class(name),
        "properties": outputs,
        "required": sorted(outputs),
        "inputProperties": inputs,
        "requiredInputs": sorted(key for key, one in definition.inputs.items() if not one.optional),
    }


def _outputs(name: str, types: Types, only: set[str] | None = None) -> dict[str, Spec]:
    """The annotated attributes of the class."""
    analyzer = Analyzer(PACKAGE)
    properties, _ = analyzer.analyze_type(getattr(foundry_agents, name), is_component_output=True)
    return {key: _analyzed(one, types, analyzer) for key, one in properties.items() if only is None or key in only}


def _analyzed(one: PropertyDefinition, types: Types, analyzer: Analyzer) -> Spec:
    spec: Spec = {}
    if one.description:
        spec["description"] = in_camel_case(" ".join(one.description.split()))
    if one.ref:
        spec["$ref"] = one.ref
        name = one.ref.rpartition(":")[2]
        inner = analyzer.type_definitions.get(name)
        if inner is not None and token(name) not in types.found:
            types.found[token(name)] = {
                "description": " ".join((inner.description or "").split()),
                "type": "object",
                "properties": {key: _analyzed(value, types, analyzer) for key, value in inner.properties.items()},
                "required": sorted(key for key, value in inner.properties.items() if not value.optional),
            }
    if one.type is not None:
        spec["type"] = one.type.value
    if one.items is not None:
        spec["items"] = _without_description(_analyzed(one.items, types, analyzer))
    if one.additional_properties is not None:
        spec["additionalProperties"] = _without_description(_analyzed(one.additional_properties, types, analyzer))
    if one.plain:
        spec["plain"] = True
    return spec


def _without_description(spec: Spec) -> Spec:
    return {key: value for key, value in spec.items() if key != "description"}


def _as_output(spec: Spec) -> Spec:
    return {key: value for key, value in spec.items() if key not in ("default", "willReplaceOnChanges", "plain")}


def _optional(fields: Any) -> list[Field]:
    """The fields; those that the provider's configuration can give are not required."""
    return [
        replace(item, required=False, default_words="that of the provider") if item.name in _FROM_PROVIDER else item
        for item in fields
    ]


def _class(name: str) -> str:
    """The docstring of the class, as Markdown."""
    documented: type[pulumi.Resource] = getattr(foundry_agents, name)
    return in_camel_case(inspect.getdoc(documented) or "")


def _pascal(name: str) -> str:
    return name[:1].upper() + name[1:]
