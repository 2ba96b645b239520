"""One call of the data plane, and what every operation checks: the caller, the project and the right."""

from __future__ import annotations

import json
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from starlette.requests import Request
from starlette.responses import Response

from foundry_emulator.arm.cognitive_services.view import ProjectView
from foundry_emulator.foundry import errors
from foundry_emulator.foundry.errors import ServiceError
from foundry_emulator.foundry.plane import DataPlane
from foundry_emulator.foundry.state import Agent, ProjectTools, Toolbox, Version, project_key
from foundry_emulator.foundry.wire import shape
from foundry_emulator.foundry.wire.answer import Answer, common_headers, written
from foundry_emulator.host.settings import Settings
from foundry_emulator.identity.state import Principal
from foundry_emulator.identity.tokens import FOUNDRY_AUDIENCES

Right = Literal["read", "write", "delete", "invoke", "storage", "use"]
"""`storage` is for the project's agents, and for callers who may write agents. `use` is for every caller with a
token: the operation decides what the caller gets."""

DATA_ACTION = "Microsoft.CognitiveServices/accounts/AIServices/agents/"


@dataclass
class Call:
    """An authenticated, authorised call on a project that exists."""

    plane: DataPlane
    request: Request
    request_id: str
    principal: Principal
    project: ProjectView

    @property
    def key(self) -> str:
        return project_key(self.project.account, self.project.project)

    @property
    def agents(self) -> dict[str, Agent]:
        return self.plane.state.agents(self.project.account, self.project.project)

    @property
    def uploads(self) -> ProjectTools:
        """The project's files and vector stores."""
        return self.plane.state.tools(self.project.account, self.project.project)

    @property
    def toolboxes(self) -> dict[str, Toolbox]:
        return self.uploads.toolboxes

    @property
    def now(self) -> float:
        return self.plane.clock.now()

    def agent(self) -> Agent:
        """The agent that the path names. Raises ServiceError."""
        name = self.path("agent")
        if name not in self.agents:
            raise errors.agent_missing(name)
        return self.agents[name]

    def version(self) -> tuple[Agent, Version]:
        """The version that the path names. Raises ServiceError."""
        name, number = self.path("agent"), self.path("version")
        agent = self.agents.get(name)
        if agent is None or number not in agent.versions:
            raise errors.version_missing(name, number)
        return agent, agent.versions[number]

    def may(self, right: Right) -> bool:
        """Whether a role of the caller allows it."""
        return self.plane.rights.has_data_action(self.principal.object_id, _action(right), self.project.arm_id)

    def is_agent(self) -> bool:
        """Whether the caller is an agent of the project."""
        return any(agent.principal_id == self.principal.object_id for agent in self.agents.values())

    def path(self, name: str) -> str:
        return str(self.request.path_params[name])

    @property
    def query(self) -> Mapping[str, str]:
        return self.request.query_params

    def flag(self, name: str) -> bool:
        return self.request.query_params.get(name, "").lower() == "true"

    async def body(self) -> dict[str, Any]:
        """The JSON object that was sent. Raises ServiceError for anything else."""
        raw = await self.request.body()
        try:
            content = json.loads(raw or b"null")
        except ValueError as problem:
            raise errors.schema("/", f"Body is not valid JSON: {problem}") from problem
        return shape.mapping(content, "/")


Handler = Callable[[Call], Awaitable[Answer | Response]]


def operation(plane: DataPlane, name: str, right: Right, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint that runs `handler` for callers who have the right. The settings know it as `name`."""

    async def endpoint(request: Request) -> Response:
        request_id = uuid.uuid4().hex
        try:
            call = _admitted(plane, request, request_id, right)
        except ServiceError as refusal:
            return _refused(refusal, request_id, "")
        location = call.project.location
        try:
            answer = await handler(call)
        except ServiceError as refusal:
            return _refused(refusal, request_id, location)
        if isinstance(answer, Response):
            return answer
        return written(_switched(plane.settings, name, answer), common_headers(location, request_id))

    return endpoint


def _admitted(plane: DataPlane, request: Request, request_id: str, right: Right) -> Call:
    principal = plane.tokens.caller(request, FOUNDRY_AUDIENCES)
    if principal is None:
        raise errors.unauthorized()
    account = request.path_params["account"]
    project = plane.projects.find(account, request.path_params["project"])
    if project is None:
        raise errors.account_missing() if plane.projects.find_account(account) is None else errors.project_missing()
    if project.public_network_access.lower() == "disabled":
        raise errors.public_access_disabled()
    if "api-version" not in request.query_params and not _has_version_in_path(request):
        raise errors.api_version_missing()
    call = Call(plane, request, request_id, principal, project)
    if not _allowed(call, right):
        raise _role_missing(call, right)
    plane.removal.finish(call.key)
    return call


def _allowed(call: Call, right: Right) -> bool:
    return right == "use" or (right == "storage" and call.is_agent()) or call.may(right)


def _has_version_in_path(request: Request) -> bool:
    # OpenAI clients call `…/openai/v1/…`, which has no other version.
    inside = request.url.path.split("/api/projects/", 1)[-1]
    return inside.partition("/")[2].startswith("openai/v1/")


def _action(right: Right) -> str:
    """The data action. Which one invoking needs is not documented: it is assumed to be that of a write."""
    return DATA_ACTION + (right if right in ("read", "write", "delete") else "write")


def _role_missing(call: Call, right: Right) -> ServiceError:
    action = _action(right)
    if call.plane.settings.missing_role == "403":
        return errors.role_missing(call.principal.object_id, action)
    shown = f"{call.request.method} /api/projects/{{projectName}}/agents/*"
    return errors.role_missing_gateway(call.principal.object_id, action, shown)


def _refused(refusal: ServiceError, request_id: str, location: str) -> Response:
    answer = Answer(refusal.status, refusal.body(request_id), refusal.headers)
    return written(answer, common_headers(location or "unknown", request_id))


def _switched(settings: Settings, name: str, answer: Answer) -> Answer:
    """The answer as the switches `answer_status` and `empty_bodies` want it."""
    status = settings.answer_status.get(name, answer.status)
    empty = status == 204 or name in settings.empty_bodies
    return Answer(status, None if empty else answer.body, answer.headers)
