"""The errors of the data plane, one function each; where a body is known, it is that body.

    ServiceError            every refusal: status, JSON body, headers

Code, status and text of each have their source beside them. `[Request ID: …]` at the end of
messages: recorded test traffic of azure-ai-projects and Azure.AI.Projects from 2026-05 on.
"""

from __future__ import annotations

from typing import Any


class ServiceError(Exception):
    """A refusal. `body` is a function of the request id, which stands in message and body."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        type_: str = "error",
        param: str | None = None,
        details: list[dict[str, str]] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.type = type_
        self.param = param
        self.details = details or []
        self.headers = headers or {}

    def body(self, request_id: str) -> dict[str, Any]:
        error: dict[str, Any] = {"code": self.code, "message": f"{self.message} [Request ID: {request_id}]"}
        if self.param is not None:
            error["param"] = self.param
        error["type"] = self.type
        error["details"] = self.details
        error["additionalInfo"] = {"request_id": request_id}
        return {"error": error}


class PlainError(ServiceError):
    """A refusal of the layers in front of the agent service: their bodies have other fields."""

    def __init__(self, status: int, code: str, message: str, inner: dict[str, Any] | None = None) -> None:
        super().__init__(status, code, message)
        self.inner = inner

    def body(self, request_id: str) -> dict[str, Any]:  # noqa: ARG002 (these bodies have none)
        error: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.inner is not None:
            error["innerError"] = self.inner
        return {"error": error}


_INVALID = "invalid_request_error"


# --- Layers in front of the agents ---------------------------------------------------------------


def unauthorized() -> ServiceError:
    # Source: text of the Foundry gateway quoted in several issues; envelope inferred.
    return PlainError(
        401,
        "Unauthorized",
        "Unauthorized. Access token is missing, invalid, audience is incorrect (https://ai.azure.com), "
        "or have expired.",
    )


def account_missing() -> ServiceError:
    # Source: community reports of deleted accounts; envelope inferred.
    return PlainError(404, "404", "Subdomain does not map to a resource")


def project_missing() -> ServiceError:
    # Source: AltairaLabs/promptarena-deploy-foundry, noted as verified live.
    return PlainError(404, "ResourceNotFound", "The project does not exist.")


def public_access_disabled() -> ServiceError:
    # Source: azure-ai-docs on network isolation (text); code inferred.
    return PlainError(403, "PublicAccessDisabled", "Public access is disabled. Please configure private endpoint.")


def api_version_missing() -> ServiceError:
    # Source: microsoft/agent-framework#5680; code inferred.
    return PlainError(400, "BadRequest", "Missing required query parameter: api-version")


def role_missing_gateway(principal_id: str, action: str, operation: str) -> ServiceError:
    # Source: microsoft/foundry-for-vscode#325, microsoft-foundry/foundry-samples#692 (2026-01 to 2026-05).
    return PlainError(
        401,
        "PermissionDenied",
        f"The principal `{principal_id}` lacks the required data action `{action}` to perform `{operation}` "
        "operation. For instructions on granting the necessary permissions, see "
        "https://aka.ms/FoundryPermissions.",
    )


def role_missing(principal_id: str, action: str) -> ServiceError:
    # Source: reports of 2026-07 to 2026-10, microsoft/aspire PR 20161.
    return PlainError(
        403,
        "UserError",
        f"Identity(object id: {principal_id}) does not have permissions for {action} actions. Please refer "
        "to https://learn.microsoft.com/en-us/azure/foundry/concepts/rbac-foundry to fix the permissions "
        "issue.",
        {"code": "ForbiddenError"},
    )


# --- Agents and versions -------------------------------------------------------------------------


def agent_missing(name: str) -> ServiceError:
    # Source: recordings of Azure.AI.Projects, AgentsTests.
    return ServiceError(404, "not_found", f"Agent {name} doesn't exist")


def connection_missing(name: str) -> ServiceError:
    # Text inferred.
    return ServiceError(404, "not_found", f"Connection {name} can't be found in this workspace")


def version_missing(name: str, version: str) -> ServiceError:
    # Source: recordings of Azure.AI.Projects, AgentsTests.
    return ServiceError(404, "not_found", f"Agent {name} with version {version} not found")


def agent_exists(name: str) -> ServiceError:
    # Source: MicrosoftDocs/azure-ai-docs deploy-hosted-agent-code.md.
    return ServiceError(409, "conflict", f"Agent '{name}' already exists")


def active_sessions() -> ServiceError:
    # Source: MicrosoftDocs/azure-ai-docs deploy-hosted-agent-code.md, azure-rest-api-specs PR 42970.
    return ServiceError(409, "conflict", "Agent has active sessions")


def version_selected(name: str, version: str, status: int) -> ServiceError:
    # Not known whether this is refused at all (setting `delete_selected_version`); code and text inferred.
    code = "conflict" if status == 409 else "bad_request"
    message = f"Version {version} of agent {name} is referenced by its version selector"
    return ServiceError(status, code, message)


def schema(param: str, message: str) -> ServiceError:
    # Source: microsoft/agent-framework#4576 (for the responses API).
    details = [{"message": message, "param": param}]
    return ServiceError(400, "invalid_payload", "Invalid payload", type_=_INVALID, details=details)


def invalid(param: str, message: str) -> ServiceError:
    # Envelope: recordings of azure-ai-projects; texts are in the rules that use it.
    return ServiceError(400, "invalid_payload", message, type_=_INVALID, param=param)


def reserved_variable(name: str, index: int) -> ServiceError:
    # Source: Azure/azure-dev#7820.
    return invalid(
        f"environment_variables[{index}]",
        f"Environment variable '{name}' is reserved for platform use. All FOUNDRY_* and AGENT_* variables "
        "are reserved per container-image-spec. Please remove and re-try.",
    )


def resource_tier() -> ServiceError:
    # Source: MicrosoftDocs/azure-ai-docs 2026-06; envelope inferred.
    message = "CPU and Memory must be specified as a valid resource tier"
    return ServiceError(400, "bad_request", message, type_=_INVALID)


def tool_not_enabled(tool: str, index: int) -> ServiceError:
    # Source: recordings of Azure.AI.Projects.
    return invalid(f"tools[{index}].type", f"Tool type '{tool}' is not enabled for this subscription.")


def tools_without_identifiers() -> ServiceError:
    # Source: microsoft/GitHub-Copilot-for-Azure, skill microsoft-foundry (code, start of the text); rest inferred.
    message = "Multiple tools without identifiers found. Give each of them a name or a server_label."
    return invalid("tools", message)


def toolbox_missing(name: str) -> ServiceError:
    # Source: recordings of Azure.AI.Projects, TestToolboxesCRUD.
    return ServiceError(404, "not_found", f"Toolbox '{name}' not found")


def toolbox_version_missing(name: str, version: str) -> ServiceError:
    # Not recorded; inferred from the one above.
    return ServiceError(404, "not_found", f"Toolbox '{name}' with version '{version}' not found")


def default_toolbox_version(name: str, version: str, status: int) -> ServiceError:
    # Reported as refused; neither code nor text is known (setting `delete_default_version`).
    message = f"Version '{version}' is the default version of toolbox '{name}' and cannot be deleted"
    if status == 409:
        return ServiceError(409, "conflict", message)
    return ServiceError(400, "invalid_payload", message, type_=_INVALID)


def region() -> ServiceError:
    # Source: microsoft/foundry-for-vscode#589.
    return ServiceError(
        400,
        "bad_request",
        "Unsupported region for Foundry Hosted Agents. Please check the region availability and try again.",
        type_=_INVALID,
    )


def preview_feature(what: str, feature: str) -> ServiceError:
    # Source: recordings of azure-ai-projects.
    return ServiceError(
        403,
        "preview_feature_required",
        f"{what} is in preview. This operation requires the following opt-in preview feature(s): "
        f"{feature}=V1Preview. Include the 'Foundry-Features: {feature}=V1Preview' header in your request.",
        type_=_INVALID,
        param="Foundry-Features",
    )


def too_many(message: str) -> ServiceError:
    # Source: azure-ai-docs limits-quotas-regions.md names the code, not the text.
    return ServiceError(400, "UserError", message)


def no_code() -> ServiceError:
    # The one refusal that is not the service's.
    return invalid("definition", "The local Azure does not build agents from code.")


def not_code_based(name: str) -> ServiceError:
    # Source: MicrosoftDocs/azure-ai-docs deploy-hosted-agent-code.md names the code, not the text.
    return ServiceError(409, "AgentNotCodeBased", f"Agent '{name}' is not code based")


# --- Sessions and invocations --------------------------------------------------------------------


def session_missing(session_id: str) -> ServiceError:
    # Source: recordings of azure-ai-agents (Java), SessionLogSyncTest.
    return ServiceError(
        404,
        "session_not_found",
        f"Session '{session_id}' was not found or has been deleted.",
        type_=_INVALID,
        headers={"x-agent-session-id": session_id},
    )


def conversation_malformed(conversation_id: str) -> ServiceError:
    # Source: microsoft-foundry/new-foundry-portal#102 (text); status, code and envelope inferred.
    return invalid("conversation", f"Invalid conversation id '{conversation_id}', Malformed identifier.")


def conversation_missing(conversation_id: str) -> ServiceError:
    # Text and code of OpenAI's API; that the agent's endpoint uses the same is inferred.
    message = f"Conversation with id '{conversation_id}' not found."
    return ServiceError(404, "not_found", message, type_=_INVALID)


def conversation_item_missing(item_id: str, conversation_id: str) -> ServiceError:
    # Inferred from the one above.
    message = f"Item with id '{item_id}' not found in conversation '{conversation_id}'."
    return ServiceError(404, "not_found", message, type_=_INVALID)


def session_already_stopped(session_id: str) -> ServiceError:
    # Source: Azure/azure-dev, extension azure.ai.agents, session carry-over (status, code); text inferred.
    message = f"Session '{session_id}' is already stopped."
    return ServiceError(409, "session_already_stopped", message, headers={"x-agent-session-id": session_id})


def session_exists(session_id: str) -> ServiceError:
    # Not recorded; inferred from the other conflicts.
    return ServiceError(409, "conflict", f"Session '{session_id}' already exists")


def session_not_ready(session_id: str) -> ServiceError:
    # Source: microsoft-foundry/foundry-samples#515 (status, code, text); envelope inferred.
    return ServiceError(
        424,
        "session_not_ready",
        f"Session '{session_id}' did not become ready within the expected timeout",
        headers={"x-agent-session-id": session_id},
    )


def version_not_ready() -> ServiceError:
    # Source: community reports; the documentation has the same text under bad_request.
    return ServiceError(
        400,
        "agent_version_not_ready",
        "Agent version is still being provisioned. Please try again after some time.",
        type_=_INVALID,
    )


def version_failed(status: int, code: str, message: str) -> ServiceError:
    # Source: Azure/azure-dev#7515 (400) and reports of 2026-09 (409). Only the first sentence is repeated.
    reason = message.split(". ", maxsplit=1)[0].rstrip(".")
    return ServiceError(status, "agent_version_failed", f"Agent version provisioning failed: [{code}] {reason}.")


def protocol_refused(protocol: str, version: str) -> ServiceError:
    # Source: report of 2026-10-09 (`v1` accepted at create, 400 at invoke); code and text inferred.
    message = f"Protocol version '{version}' of '{protocol}' is not supported"
    return ServiceError(400, "bad_request", message, type_=_INVALID)


def protocol_not_enabled(protocol: str) -> ServiceError:
    # Not recorded; inferred.
    message = f"Protocol '{protocol}' is not enabled on the agent endpoint"
    return ServiceError(400, "bad_request", message, type_=_INVALID)


def agent_disabled(name: str) -> ServiceError:
    # Source of the status: Azure/azure-sdk-for-python PR 47580, whose tests expect PermissionDeniedError; code and
    # text inferred.
    return ServiceError(403, "agent_disabled", f"Agent '{name}' is disabled")


def quota() -> ServiceError:
    # Source: azd error_codes.go, which mirrors the platform's codes; text inferred.
    return ServiceError(
        429, "QuotaExceeded", "The quota of concurrent sessions is exceeded.", headers={"Retry-After": "5"}
    )


def bad_gateway(code: str, message: str) -> ServiceError:
    # Source: azd error_codes.go, which mirrors the platform's codes; text inferred.
    return ServiceError(502, code, message)
