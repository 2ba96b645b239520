"""The inputs of a component, as the engine sends them: outputs and secrets where they are.

Pulumi's own reading makes a whole input an output if anything in it is secret, and a component cannot iterate over
that. Here a secret stays in its place: in what the program must know, on the values. That is what is `plain`, the
objects in a plain list or map, and a map of secrets, whose keys are names.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from typing import Any

import pulumi
from google.protobuf.struct_pb2 import Struct, Value
from pulumi.resource import DependencyResource
from pulumi.runtime import rpc

from .codec import OUTPUT, SECRET, SIGNATURE, UNKNOWN_TEXTS
from .package import Spec, properties_of

_NOTHING: Spec = {}


def construct_inputs(inputs: Struct, dependencies: Mapping[str, Collection[str]], properties: Spec) -> dict[str, Any]:
    """The inputs by their names in the schema.

    :param dependencies: URNs of the resources that an input depends on, for engines that send no output values.
    :param properties: The properties in the schema.
    """
    found = {}
    for name, value in inputs.fields.items():
        spec = properties.get(name, _NOTHING)
        read = _read(value, spec, secret=False)
        urns = dependencies.get(name) or ()
        if urns and not _must_know(spec) and not _has_output(read):
            read = _output(read, urns=urns)
        if read is not None:
            found[name] = read
    return found


def _read(value: Value, spec: Spec, *, secret: bool) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        return _read_struct(value.struct_value, spec, secret=secret)
    if kind == "list_value":
        inner = _inner(spec, "items")
        pushed = secret and _must_know(spec)
        items = [_read(one, inner, secret=pushed) for one in value.list_value.values]
        return items if pushed or not secret else _output(items, secret=True)
    if kind == "string_value" and value.string_value in UNKNOWN_TEXTS:
        return _output(None, known=False, secret=secret)
    plain = None if kind in (None, "null_value") else getattr(value, kind)
    return _output(plain, secret=True) if secret and plain is not None and not _must_know(spec) else plain


def _read_struct(struct: Struct, spec: Spec, *, secret: bool) -> Any:
    fields = struct.fields
    signature = fields[SIGNATURE].string_value if SIGNATURE in fields else ""
    if signature == SECRET:
        return _read(fields["value"], spec, secret=True)
    if signature == OUTPUT:
        urns = (
            [one.string_value for one in fields["dependencies"].list_value.values] if "dependencies" in fields else []
        )
        is_secret = secret or ("secret" in fields and fields["secret"].bool_value)
        known = "value" in fields
        if known and _must_know(spec):
            return _read(fields["value"], spec, secret=is_secret)
        inner = _read(fields["value"], spec, secret=False) if known else None
        return _output(inner, known=known, secret=is_secret, urns=urns)
    if signature:  # a resource, an asset or an archive
        return rpc.deserialize_property(struct, keep_unknowns=True)
    pushed = secret and _must_know(spec)
    properties = properties_of(spec)
    items = {}
    for key, value in fields.items():
        inner = _inner(spec, "additionalProperties") if properties is None else properties.get(key, _NOTHING)
        one = _read(value, inner, secret=pushed)
        if one is not None:
            items[key] = one
    return items if pushed or not secret else _output(items, secret=True)


def _must_know(spec: Spec) -> bool:
    return bool(spec.get("plain") or (spec.get("secret") and "additionalProperties" in spec))


def _inner(spec: Spec, kind: str) -> Spec:
    """The type of the items of a list, or of the values of a map."""
    inner: Spec = spec.get(kind, _NOTHING)
    is_known_object = spec.get("plain") and properties_of(inner) is not None
    return {**inner, "plain": True} if is_known_object else inner


def _output(value: Any, *, known: bool = True, secret: bool = False, urns: Collection[str] = ()) -> pulumi.Output[Any]:
    made: pulumi.Output[Any] = pulumi.Output(
        {DependencyResource(urn) for urn in urns}, _done(value), _done(known), _done(secret)
    )
    return pulumi.Output.from_input(made) if _has_output(value) else made


def _done(value: Any) -> asyncio.Future[Any]:
    future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    future.set_result(value)
    return future


def _has_output(value: Any) -> bool:
    if isinstance(value, pulumi.Output):
        return True
    if isinstance(value, Mapping):
        return any(map(_has_output, value.values()))
    return isinstance(value, list) and any(map(_has_output, value))
