"""The data plane of a Foundry project, small enough to be seen through: what the service remembers, and its answers.

Its defaults are the recorded behaviour of the service, as are those of the local Azure, which has all of it.
What a test needs otherwise it sets: attributes here, and faults (`Script`) for what happens to single requests.
"""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from . import registry
from .script import Script
from .wire import Answer, Request

HOST = "acme.services.ai.azure.com"
_PROJECT = "/api/projects/agents"
ENDPOINT = f"https://{HOST}{_PROJECT}"
REGISTRY = registry.HOST
AT_LATEST = "@latest"


class Refused(Exception):
    """The service's own refusal."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.answer = refusal(status, code, message)


def refusal(status: int, code: str, message: str = "refused", **headers: str) -> Answer:
    """An error in the service's own words."""
    error = {"code": code, "message": f"{message} [Request ID: 0]", "type": "error", "details": []}
    return Answer(status, {"error": error}, {name.replace("_", "-"): text for name, text in headers.items()})


def page(status: int) -> Answer:
    """An error of a gateway, which knows nothing of what the service has."""
    return Answer(status, f"<html><h1>{status}</h1></html>", content_type="text/html")


PROJECT_MISSING = Answer(404, {"error": {"code": "ResourceNotFound", "message": "The project does not exist."}})
ACCOUNT_MISSING = Answer(404, {"error": {"code": "404", "message": "Subdomain does not map to a resource"}})
ROLE_MISSING = Answer(
    403, {"error": {"code": "UserError", "message": "Identity(object id: 1) does not have permissions"}}
)
ROLE_MISSING_AT_GATEWAY = Answer(401, {"error": {"code": "PermissionDenied", "message": "lacks the data action"}})


@dataclass
class Container:
    """What an image does once it runs."""

    starts: bool = True
    failure: str = ""
    """What its session says if it does not start."""
    answer: Callable[[str, Request], Answer] | None = None
    """What it answers, from its version and the request; default: what it was asked, as the sample does."""
    log: Sequence[str] = ()
    session_states: Sequence[str] = ("active",)
    """What its session shows at one look after the other; the last one stays."""


@dataclass
class Version:
    number: str
    body: dict[str, Any]
    settled_at: float
    error: tuple[str, str] | None = None
    """Code and message."""
    draft: bool = False
    shown: list[str] = field(default_factory=list)
    """Statuses that the next looks at it show, whatever it is."""

    @property
    def metadata(self) -> dict[str, Any]:
        return dict(self.body.get("metadata") or {})

    @property
    def image(self) -> str:
        definition = self.body["definition"]
        return str((definition.get("container_configuration") or definition).get("image"))

    def status(self, now: float) -> str:
        return "creating" if now < self.settled_at else "failed" if self.error else "active"


@dataclass
class Session:
    name: str
    version: str
    status: str = "active"
    states: list[str] = field(default_factory=list)
    failure: str = ""


@dataclass
class Agent:
    name: str
    guid: str
    versions: dict[str, Version] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    made: int = 0
    card: dict[str, Any] | None = None
    rules: list[dict[str, Any]] = field(default_factory=lambda: [_rule(AT_LATEST, 100)])
    protocols: dict[str, Any] = field(default_factory=lambda: {"responses": {}})
    schemes: list[dict[str, Any]] = field(default_factory=lambda: [{"type": "Entra", "isolation_key_source": {}}])

    @property
    def newest(self) -> Version:
        return next(reversed(self.versions.values()))

    @property
    def traffic(self) -> dict[str, int]:
        """Percent by version."""
        return {rule["agent_version"]: rule["traffic_percentage"] for rule in self.rules}


@dataclass
class Toolbox:
    name: str
    id: str
    versions: dict[str, dict[str, Any]] = field(default_factory=dict)
    made: int = 0
    default: str = "1"


class Foundry:
    """One project. `await foundry(request)` answers a request and remembers it in `requests`."""

    def __init__(self) -> None:
        self.script = Script()
        self.requests: list[Request] = []
        self.agents: dict[str, Agent] = {}
        self.toolboxes: dict[str, Toolbox] = {}
        self.provisioning = 3.0
        """Seconds until a version is settled."""
        self.failures: dict[str, tuple[str, str]] = {}
        """Code and message by image of versions that fail."""
        self.containers: dict[str, Container] = {}
        """By image."""
        self.dedupe = "latest"
        """Which version an equal create is answered with: the `latest` unless it failed, `failed` too, or none (`off`)."""
        self.dedupe_metadata = True
        self.stale_lists = False
        """Whether lists, and the latest version in an agent, show every version as active."""
        self.page_size = 20
        self.registry = registry.Registry()
        self.before: Callable[[Request], Awaitable[None]] | None = None
        """What others do before a request, with requests of their own; or the client, which is killed."""
        self._agents_made = 0

    async def __call__(self, request: Request) -> Answer:
        if request.host != HOST:
            return self.registry.answer(request)
        if self.before is not None:
            await self.before(request)
        self.requests.append(request)
        path = request.path.removeprefix(_PROJECT)
        events = self.script.meets(request.method, path)
        for event in events:
            instead = event.before()
            if instead is not None:
                return instead
        answer = self._answered(request, path)
        for event in events:
            answer = event.after(answer)
        return answer

    # --- What a test sees and does by hand

    def writes(self) -> list[str]:
        """What was written since the last look, as `METHOD` and the path after `/agents/<name>`."""
        found = [f"{one.method} /{_after_name(one.path)}" for one in self.requests if one.method != "GET"]
        self.requests.clear()
        return found

    def make_version(self, agent: str, body: dict[str, Any], *, active: bool = True) -> Version:
        """A version as somebody else makes it, or a run that is killed right after."""
        version = self._add_version(self._agent_for(agent), copy.deepcopy(body))
        if active:
            version.settled_at = self._now()
        return version

    def pin(self, agent: str, shares: dict[str, int]) -> None:
        """Traffic moved by hand."""
        self.agents[agent].rules = [_rule(version, percent) for version, percent in shares.items()]

    # --- Requests

    def _answered(self, request: Request, path: str) -> Answer:
        try:
            return self._routed(request, path.strip("/").split("/"))
        except Refused as refused:
            return refused.answer

    def _routed(self, request: Request, parts: list[str]) -> Answer:  # noqa: PLR0912 (one line a route)
        match (request.method, *parts):
            case ("GET", "agents", name):
                return Answer(200, self._agent_body(self._agent(name)))
            case ("PATCH", "agents", name):
                return self._patch(self._agent(name), request.body)
            case ("DELETE", "agents", name):
                return self._delete_agent(self._agent(name), forced=_is_forced(request))
            case ("GET", "agents", name, "versions"):
                return self._list_versions(self.agents.get(name), request.query)
            case ("POST", "agents", name, "versions"):
                return self._create_version(name, request.body)
            case ("GET", "agents", name, "versions", number):
                agent = self._agent(name)
                return Answer(200, self._version_body(agent, self._version(agent, number)))
            case ("DELETE", "agents", name, "versions", number):
                return self._delete_version(self._agent(name), number, forced=_is_forced(request))
            case ("GET", "agents", name, "versions", number, "sessions", session):
                return self._log(self._agent(name), number, session.removesuffix(":logstream"))
            case ("POST", "agents", name, "endpoint", "sessions"):
                return self._open_session(self._agent(name), request.body)
            case ("GET", "agents", name, "endpoint", "sessions", session):
                return Answer(200, _session_body(_session(self._agent(name), session)))
            case ("DELETE", "agents", name, "endpoint", "sessions", session):
                agent = self._agent(name)
                del agent.sessions[_session(agent, session).name]
                return Answer(204)
            case ("POST", "agents", name, "endpoint", "protocols", *protocol):
                return self._invoke(self._agent(name), protocol, request)
            case (_, "toolboxes", name, *rest):
                return self._toolbox(request, name, rest)
        return Answer(404, {"error": {"code": "404", "message": "Resource not found"}})

    # --- Agents

    def _agent(self, name: str) -> Agent:
        if name not in self.agents:
            raise Refused(404, "not_found", f"Agent {name} doesn't exist")
        return self.agents[name]

    def _agent_for(self, name: str) -> Agent:
        if name not in self.agents:
            self._agents_made += 1
            self.agents[name] = Agent(name, f"guid-{self._agents_made}")
        return self.agents[name]

    def _version(self, agent: Agent, number: str) -> Version:
        if number not in agent.versions:
            raise Refused(404, "not_found", f"Agent {agent.name} with version {number} not found")
        return agent.versions[number]

    def _create_version(self, name: str, body: dict[str, Any]) -> Answer:
        present = self.agents.get(name)
        same = self._same(present.newest, body) if present and self.dedupe != "off" else False
        agent = self._agent_for(name)
        version = agent.newest if same else self._add_version(agent, body)
        return Answer(200, self._version_body(agent, version))

    def _same(self, latest: Version, body: dict[str, Any]) -> bool:
        if latest.error and self.dedupe != "failed":
            return False
        keys = ("definition", "metadata") if self.dedupe_metadata else ("definition",)
        return all(latest.body.get(key) == body.get(key) for key in keys)

    def _add_version(self, agent: Agent, body: dict[str, Any]) -> Version:
        agent.made += 1
        version = Version(str(agent.made), body, self._now() + self.provisioning)
        version.error = self.failures.get(version.image.rpartition("/")[2])
        agent.versions[version.number] = version
        return version

    def _list_versions(self, agent: Agent | None, query: dict[str, str]) -> Answer:
        """Of an agent that does not exist: an empty page."""
        if agent is None:
            return Answer(200, {"data": [], "has_more": False, "object": "list"})
        newest_first = list(reversed(agent.versions.values()))
        items = [self._version_body(agent, version, listed=True) for version in newest_first]
        return _page(items, query, self.page_size)

    def _patch(self, agent: Agent, body: dict[str, Any]) -> Answer:
        change = body.get("agent_endpoint") or {}
        rules = (change.get("version_selector") or {}).get("version_selection_rules")
        if rules is not None:
            self._check(agent, rules)
            agent.rules = rules
        for name, value in (change.get("protocol_configuration") or {}).items():
            agent.protocols.pop(name, None)
            if value is not None:
                agent.protocols[name] = value
        agent.schemes = change.get("authorization_schemes") or agent.schemes
        if "agent_card" in body:
            agent.card = {**(agent.card or {}), **body["agent_card"]}
        return Answer(200, self._agent_body(agent))

    def _check(self, agent: Agent, rules: list[dict[str, Any]]) -> None:
        for rule in rules:
            number = rule["agent_version"]
            if number != AT_LATEST and number not in agent.versions:
                raise Refused(400, "invalid_payload", f"Version {number} does not exist")
        if sum(rule["traffic_percentage"] for rule in rules) != 100:
            raise Refused(400, "invalid_payload", "The traffic percentages must add up to 100")

    def _delete_agent(self, agent: Agent, *, forced: bool) -> Answer:
        self._refuse_if_in_use(agent, None, forced=forced)
        del self.agents[agent.name]
        return Answer(200, {"object": "agent.deleted", "name": agent.name, "deleted": True})

    def _delete_version(self, agent: Agent, number: str, *, forced: bool) -> Answer:
        """The agent goes with its last version."""
        version = self._version(agent, number)
        self._refuse_if_in_use(agent, number, forced=forced)
        del agent.versions[version.number]
        agent.sessions = {name: one for name, one in agent.sessions.items() if one.version != number}
        if not agent.versions:
            del self.agents[agent.name]
        return Answer(200, {"object": "agent.version.deleted", "name": agent.name, "version": number, "deleted": True})

    def _refuse_if_in_use(self, agent: Agent, number: str | None, *, forced: bool) -> None:
        in_use = any(one.status == "active" and number in (None, one.version) for one in agent.sessions.values())
        if in_use and not forced:
            raise Refused(409, "conflict", "Agent has active sessions")

    def _agent_body(self, agent: Agent) -> dict[str, Any]:
        body: dict[str, Any] = {
            "object": "agent",
            "id": agent.name,
            "name": agent.name,
            "versions": {"latest": self._version_body(agent, agent.newest, listed=True)},
            "agent_endpoint": {
                "version_selector": {"version_selection_rules": agent.rules},
                "protocols": list(agent.protocols),
                "protocol_configuration": agent.protocols,
                "authorization_schemes": agent.schemes,
            },
            "instance_identity": {"principal_id": f"{agent.guid}-principal", "client_id": f"{agent.guid}-client"},
        }
        return body if agent.card is None else {**body, "agent_card": agent.card}

    def _version_body(self, agent: Agent, version: Version, *, listed: bool = False) -> dict[str, Any]:
        status = "active" if listed and self.stale_lists else version.status(self._now())
        if version.shown and not listed:
            status = version.shown.pop(0)
        body: dict[str, Any] = {
            "metadata": version.metadata,
            "object": "agent.version",
            "id": f"{agent.name}:{version.number}",
            "name": agent.name,
            "version": version.number,
            "description": version.body.get("description", ""),
            "definition": {"container_protocol_versions": [], **version.body["definition"]},
            "status": status,
            "instance_identity": {"principal_id": f"{agent.guid}-principal", "client_id": f"{agent.guid}-client"},
            "agent_guid": agent.guid,
        }
        if version.draft:
            body["draft"] = True
        if status == "failed" and version.error:
            body["error"] = {"code": version.error[0], "message": version.error[1]}
        return body

    # --- Sessions

    def _open_session(self, agent: Agent, body: dict[str, Any]) -> Answer:
        indicator = body["version_indicator"]
        if indicator.get("type") != "version_ref":
            raise Refused(400, "invalid_payload", "Version indicator type is not supported.")
        version = self._version(agent, indicator["agent_version"])
        self._refuse_if_not_active(version)
        name = body["agent_session_id"]
        if name in agent.sessions:
            raise Refused(409, "conflict", f"Session '{name}' already exists")
        container = self._container(version)
        states = list(container.session_states)
        session = agent.sessions[name] = Session(name, version.number, states[0], states[1:])
        if not container.starts:
            session.status, session.failure = "failed", container.failure
            raise Refused(
                424, "session_not_ready", f"Session '{name}' did not become ready within the expected timeout"
            )
        return Answer(201, _session_body(session))

    def _refuse_if_not_active(self, version: Version) -> None:
        status = version.status(self._now())
        if status == "creating":
            raise Refused(400, "agent_version_not_ready", "Agent version is still being provisioned.")
        if status == "failed":
            raise Refused(409, "agent_version_failed", "Agent version provisioning failed")

    def _invoke(self, agent: Agent, protocol: list[str], request: Request) -> Answer:
        name = "responses" if protocol[0] == "openai" else protocol[0]
        if name not in agent.protocols:
            raise Refused(400, "bad_request", f"Protocol '{name}' is not enabled on the agent endpoint")
        named = request.body.get("agent_session_id") or request.query.get("agent_session_id")
        version = self._version(agent, _session(agent, str(named)).version)
        answer = self._container(version).answer
        if answer is not None:
            return answer(version.number, request)
        return Answer(200, {"object": "response", "status": "completed", "output": f"{version.number}: {request.body}"})

    def _log(self, agent: Agent, number: str, session: str) -> Answer:
        """The platform's own remarks, and what the container wrote. It stays open, since it may write more."""
        version = self._version(agent, number)
        _session(agent, session)
        remarks = ['data: {"session_state": "Running"}', 'data: {"stream": "status", "message": "Connecting"}']
        lines = [
            f'data: {{"stream": "{("stdout", "stderr")[number % 2]}", "message": "  {line}  "}}'
            for number, line in enumerate(self._container(version).log)
        ]
        remarks += ["data: 5", "data: {half"]
        text = "".join(f"event: log\n{line}\n\n" for line in [*remarks, *lines])
        return Answer(200, text, content_type="text/event-stream; charset=utf-8", stays_open=120)

    def _container(self, version: Version) -> Container:
        return self.containers.get(version.image.rpartition("/")[2]) or Container()

    # --- Toolboxes

    def _toolbox(self, request: Request, name: str, rest: list[str]) -> Answer:
        if request.method == "POST" and rest == ["versions"]:
            box = self.toolboxes.setdefault(name, Toolbox(name, f"toolbox_{name}"))
            return Answer(200, self.make_toolbox_version(box.name, request.body))
        if name not in self.toolboxes:
            raise Refused(404, "not_found", f"Toolbox '{name}' not found")
        box = self.toolboxes[name]
        match (request.method, *rest):
            case ("GET",):
                return Answer(200, _toolbox_body(box))
            case ("PATCH",):
                box.default = _toolbox_version(box, request.body["default_version"])["version"]
                return Answer(200, _toolbox_body(box))
            case ("DELETE",):
                del self.toolboxes[name]
                return Answer(204)
            case ("GET", "versions"):
                return _page(list(reversed(box.versions.values())), request.query, self.page_size)
            case ("GET", "versions", number):
                return Answer(200, _toolbox_version(box, number))
            case ("DELETE", "versions", number):
                if number == box.default:
                    raise Refused(400, "invalid_payload", f"Version '{number}' is the default version")
                del box.versions[_toolbox_version(box, number)["version"]]
                return Answer(204)
        raise AssertionError(f"no such request: {request}")

    def make_toolbox_version(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        """Always another one; the first is the default."""
        box = self.toolboxes.setdefault(name, Toolbox(name, f"toolbox_{name}"))
        box.made += 1
        version = {
            "metadata": body.get("metadata") or {},
            "object": "toolbox.version",
            "id": f"{box.id}:{box.made}",
            "name": name,
            "version": str(box.made),
            "description": body.get("description", ""),
            "tools": body["tools"],
        }
        box.versions[str(box.made)] = version
        return version

    def _now(self) -> float:
        return asyncio.get_running_loop().time()


def _after_name(path: str) -> str:
    _, _, *rest = path.removeprefix(_PROJECT).strip("/").split("/")
    return "/".join(rest)


def _rule(version: str, percent: int) -> dict[str, Any]:
    return {"type": "FixedRatio", "agent_version": version, "traffic_percentage": percent}


def _is_forced(request: Request) -> bool:
    return request.query.get("force") in ("true", "True")


def _session(agent: Agent, name: str) -> Session:
    if name not in agent.sessions:
        raise Refused(404, "session_not_found", f"Session '{name}' was not found or has been deleted.")
    return agent.sessions[name]


def _session_body(session: Session) -> dict[str, Any]:
    body: dict[str, Any] = {
        "agent_session_id": session.name,
        "version_indicator": {"type": "version_ref", "agent_version": session.version},
        "status": session.status,
    }
    if session.failure:
        body["error"] = {"code": "session_not_ready", "message": session.failure}
    if session.states:
        session.status = session.states.pop(0)
    return body


def _toolbox_body(box: Toolbox) -> dict[str, Any]:
    return {"object": "toolbox", "id": box.id, "name": box.name, "default_version": box.default}


def _toolbox_version(box: Toolbox, number: str) -> dict[str, Any]:
    if number not in box.versions:
        raise Refused(404, "not_found", f"Toolbox '{box.name}' with version '{number}' not found")
    return box.versions[number]


def _page(items: list[dict[str, Any]], query: dict[str, str], usual: int) -> Answer:
    ids = [item["id"] for item in items]
    begin = ids.index(query["after"]) + 1 if query.get("after") in ids else 0
    limit = int(query.get("limit", usual))
    shown = items[begin : begin + limit]
    body: dict[str, Any] = {"data": shown, "has_more": begin + limit < len(items), "object": "list"}
    if shown:
        body |= {"first_id": shown[0]["id"], "last_id": shown[-1]["id"]}
    return Answer(200, body)
