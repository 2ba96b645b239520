"""The plugin's side of Pulumi's provider protocol."""

# ruff: noqa: N802, ARG002 - the names and arguments are those of the protocol

from typing import Any, NoReturn

import grpc
from google.protobuf import any_pb2, empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

from azure_native import check, convert, crud, diff
from azure_native.arm import Arm
from azure_native.configuration import KEYS, Configuration
from azure_native.errors import PartialFailure, ProviderError
from azure_native.naming import name_for
from azure_native.shapes import ResourceType
from azure_native.types import GETTERS, TYPES
from azure_native.wire import UNKNOWN, read, write

VERSION = "3.29.0"
"""The version of the pulumi-azure-native SDK that asks."""


class AzureNative(provider_pb2_grpc.ResourceProviderServicer):
    """Answers the engine. Every error becomes one sentence on the resource's row."""

    def __init__(self) -> None:
        self._configuration = Configuration({})
        self._arm = Arm(self._configuration)

    # --- The plugin -------------------------------------------------------------------------------------

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        return plugin_pb2.PluginInfo(version=VERSION)

    def Attach(self, request: Any, context: Any) -> Any:
        return empty_pb2.Empty()

    def Cancel(self, request: Any, context: Any) -> Any:
        self._arm.cancel()
        return empty_pb2.Empty()

    def CheckConfig(self, request: Any, context: Any) -> Any:
        unknown = sorted(set(read(request.news)) - KEYS)
        failures = [
            provider_pb2.CheckFailure(property=name, reason=f"azure-native has no configuration '{name}'")
            for name in unknown
        ]
        return provider_pb2.CheckResponse(inputs=request.news, failures=failures)

    def DiffConfig(self, request: Any, context: Any) -> Any:
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_UNKNOWN)

    def Configure(self, request: Any, context: Any) -> Any:
        self._configuration = Configuration(read(request.args))
        self._arm = Arm(self._configuration)
        try:
            self._configuration.check()
        except ProviderError as problem:
            _abort(context, problem)
        return provider_pb2.ConfigureResponse(supportsPreview=True)

    # --- Functions --------------------------------------------------------------------------------------

    def Invoke(self, request: Any, context: Any) -> Any:
        try:
            answer = self._invoke(request.tok, read(request.args))
        except ProviderError as problem:
            _abort(context, problem)
        return provider_pb2.InvokeResponse(**{"return": write(answer)})

    def _invoke(self, token: str, arguments: dict[str, Any]) -> dict[str, Any]:
        if token == "azure-native:authorization:getClientConfig":
            caller = self._arm.caller()
            return {
                "clientId": caller.client_id,
                "objectId": caller.object_id,
                "subscriptionId": self._configuration.subscription,
                "tenantId": caller.tenant_id,
            }
        if token == "azure-native:authorization:getClientToken":
            endpoint = str(arguments.get("endpoint", "")).rstrip("/")
            return {"token": self._arm.token(f"{endpoint}/.default" if endpoint else "")}
        resource_type = GETTERS.get(token)
        if resource_type is None:
            raise ProviderError(f"the azure-native stand-in of the local Azure has no function '{token}'")
        return self._look_up(resource_type, arguments)

    def _look_up(self, resource_type: ResourceType, arguments: dict[str, Any]) -> dict[str, Any]:
        missing = [name for name in resource_type.path_inputs if name not in arguments]
        if missing:
            raise ProviderError(f"missing required argument '{missing[0]}'")
        path = convert.path(resource_type, self._configuration.subscription, arguments)
        found = self._arm.get(path, convert.api_version(resource_type, arguments))
        if found is None:
            raise ProviderError(f"'{path}' was not found")
        return {"id": found["id"], **convert.outputs(resource_type, arguments, found)}

    # --- Resources --------------------------------------------------------------------------------------

    def Check(self, request: Any, context: Any) -> Any:
        try:
            resource_type = _type_of(request.urn)
            inputs = self._filled(resource_type, request)
        except ProviderError as problem:
            _abort(context, problem)
        failures = [
            provider_pb2.CheckFailure(property=one.path, reason=one.reason)
            for one in check.problems(resource_type, inputs)
        ]
        return provider_pb2.CheckResponse(inputs=write(inputs), failures=failures)

    def _filled(self, resource_type: ResourceType, request: Any) -> dict[str, Any]:
        """The inputs, with a name and a location if the program sets none."""
        inputs, old = read(request.news), read(request.olds)
        name = resource_type.name_input
        if name not in inputs:
            inputs[name] = old.get(name) or _new_name(resource_type, request)
        if "location" in resource_type.inputs and "location" not in inputs:
            location = old.get("location") or self._configuration.location or self._group_location(inputs)
            if location:
                inputs["location"] = location
        return inputs

    def _group_location(self, inputs: dict[str, Any]) -> str:
        """A resource without a location gets that of its group; if that is unknown, ARM decides."""
        group = inputs.get("resourceGroupName")
        if "apiVersion" in inputs or not isinstance(group, str) or group == UNKNOWN:
            return ""
        group_type = TYPES["azure-native:resources:ResourceGroup"]
        path = convert.path(group_type, self._configuration.subscription, inputs)
        found = self._arm.get(path, group_type.api_version)
        return str(found["location"]) if found else ""

    def Diff(self, request: Any, context: Any) -> Any:
        try:
            resource_type = _type_of(request.urn)
        except ProviderError as problem:
            _abort(context, problem)
        old, new = read(request.old_inputs), read(request.news)
        found = diff.changes(resource_type, old, new)
        replaces = sorted({one.property for one in found if one.replaces})
        detailed = {
            one.path: provider_pb2.PropertyDiff(
                kind=provider_pb2.PropertyDiff.Kind.Value(f"{one.kind}{'_REPLACE' if one.replaces else ''}"),
                inputDiff=True,
            )
            for one in found
        }
        some, none = provider_pb2.DiffResponse.DIFF_SOME, provider_pb2.DiffResponse.DIFF_NONE
        return provider_pb2.DiffResponse(
            changes=some if found else none,
            diffs=sorted({one.property for one in found}),
            replaces=replaces,
            detailedDiff=detailed,
            hasDetailedDiff=True,
            deleteBeforeReplace=bool(replaces) and diff.delete_first(resource_type, old, new),
        )

    def Create(self, request: Any, context: Any) -> Any:
        inputs = read(request.properties)
        try:
            resource_type = _type_of(request.urn)
            if request.preview:
                return provider_pb2.CreateResponse(properties=write(convert.previewed(resource_type, inputs)))
            subscription = self._configuration.subscription
            resource_id, outputs = crud.create(self._arm, resource_type, subscription, inputs, request.timeout)
        except PartialFailure as problem:
            _abort_partly(context, problem)
        except ProviderError as problem:
            _abort(context, problem)
        return provider_pb2.CreateResponse(id=resource_id, properties=write(outputs))

    def Update(self, request: Any, context: Any) -> Any:
        inputs = read(request.news)
        try:
            resource_type = _type_of(request.urn)
            if request.preview:
                outputs = convert.previewed(resource_type, inputs)
                known = {name: one for name, one in read(request.olds).items() if name in ("name", "location")}
                return provider_pb2.UpdateResponse(properties=write(outputs | known))
            _, outputs = crud.update(self._arm, resource_type, request.id, inputs, request.timeout)
        except PartialFailure as problem:
            _abort_partly(context, problem)
        except ProviderError as problem:
            _abort(context, problem)
        return provider_pb2.UpdateResponse(properties=write(outputs))

    def Read(self, request: Any, context: Any) -> Any:
        try:
            found = crud.read(self._arm, _type_of(request.urn), request.id, read(request.inputs))
        except ProviderError as problem:
            _abort(context, problem)
        if found is None:
            return provider_pb2.ReadResponse()
        (resource_id, outputs), inputs = found
        return provider_pb2.ReadResponse(id=resource_id, properties=write(outputs), inputs=write(inputs))

    def Delete(self, request: Any, context: Any) -> Any:
        try:
            old_inputs = read(request.old_inputs)
            crud.delete(self._arm, _type_of(request.urn), request.id, old_inputs, request.timeout)
        except ProviderError as problem:
            _abort(context, problem)
        return empty_pb2.Empty()


def _type_of(urn: str) -> ResourceType:
    token = urn.split("::")[2].rsplit("$", 1)[-1]
    found = TYPES.get(token)
    if found is None:
        raise ProviderError(
            f"the azure-native stand-in of the local Azure has no type '{token}'; it has: {', '.join(sorted(TYPES))}"
        )
    return found


def _new_name(resource_type: ResourceType, request: Any) -> str:
    proposed = request.autonaming.proposed_name if request.HasField("autonaming") else ""
    if proposed and resource_type.naming != "uuid":
        return str(proposed)
    return name_for(resource_type, request.urn.split("::")[3], request.randomSeed)


def _abort(context: Any, problem: ProviderError) -> NoReturn:
    context.abort(grpc.StatusCode.UNKNOWN, str(problem))
    raise problem


def _abort_partly(context: Any, problem: PartialFailure) -> NoReturn:
    """Tell the engine that the resource exists although the operation failed."""
    detail = any_pb2.Any()
    detail.Pack(
        provider_pb2.ErrorResourceInitFailed(
            id=problem.resource_id,
            properties=write(problem.outputs),
            reasons=[problem.reason],
            inputs=write(problem.inputs),
        )
    )
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=problem.reason, details=[detail])
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    context.abort(grpc.StatusCode.UNKNOWN, problem.reason)
    raise problem
