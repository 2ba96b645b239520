"""An agent as a resource."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING

from ..errors.exceptions import DeploymentError, NotServable
from ..inputs import agent as definition
from ..inputs.schema import Checked, Inputs
from ..inputs.unknown import UNKNOWN, may_differ
from ..rollout import agent
from ..rollout.deployment import servable
from ..rollout.operation import AgentOperation
from ..rollout.state import AgentState, History, RecordedAgent
from ..service import agent_body, endpoint
from ..service.answers import AgentVersion, latest_version
from ..service.connections import Services
from ..service.mark import Mark
from ..service.waiting import Report
from . import agent_diff, description
from .hidden import hidden, still_plain
from .identifier import parts_of
from .protocol import PartlyDone, Read
from .state import (
    ADDED_INPUTS,
    PLAIN_INPUTS,
    Diff,
    Properties,
    Recordings,
    check_set_inputs,
    filled_in,
    known_or_unknown,
    mark_of,
    recorded_agent,
    with_current_names,
    with_outputs,
)

if TYPE_CHECKING:
    from ..service.agents import AgentService

_INPUTS = (*definition.FIELD_NAMES, *ADDED_INPUTS)


class AgentResource:
    """An agent, as every adapter knows it."""

    fields = definition.FIELDS
    outputs = (
        "version",
        "status",
        "image_reference",
        "traffic",
        "versions",
        "previous_version",
        "latest_version",
        "unmanaged_versions",
        "versions_pending_deletion",
        "protocols",
        "adopted_from",
        "principal_id",
        "client_id",
        "agent_guid",
        "endpoints",
    )

    def check(self, inputs: Inputs) -> Checked:
        """Checks the inputs offline. What the adapter adds passes."""
        return check_set_inputs(inputs, definition.check)

    def resource_id(self, inputs: Inputs) -> str:
        """`<project endpoint>/agents/<name>`, which is also the import id."""
        return f"{inputs['project_endpoint']}/agents/{inputs['agent_name']}"

    def imported(self, resource_id: str) -> Properties:
        """The agent with the inputs that every agent has; a read fills in the others."""
        place, name = parts_of(resource_id, "agents")
        known = {"project_endpoint": place, "agent_name": name}
        return {**self.check(known).inputs, **known}

    def planned(self, old: Recordings, new: Inputs, diff: Diff) -> Properties:
        """The identity stays; so do the URLs, unless the protocols change."""
        old = with_current_names(old)
        kept = set(self.outputs) if {*diff.changed} <= _WITHOUT_ROLLOUT and diff.changed else {*_IDENTITY}
        if not may_differ(old.get("protocol_versions"), new.get("protocol_versions")):
            kept |= {"protocols", "endpoints"}
        outputs = {name: known_or_unknown(old, name) if name in kept else UNKNOWN for name in self.outputs}
        return with_outputs(new, mark_of(old), outputs)

    def words(self, old: Recordings, new: Inputs) -> list[str]:
        """What a change leads to. Every line begins with the agent's name, since lines of agents mix."""
        old = with_current_names(old)
        describe = description.of_replacement if agent_diff.diff(old, new).replaces else description.of_update
        shown = hidden(filled_in(old), filled_in(new, old.get("project_endpoint")))
        first, *further = describe(*shown).lines()
        return [first, *(f"{new.get('agent_name')}: {line.strip()}" for line in further)]

    def connect(self, services: Services, properties: Recordings) -> AgentService:
        """The client for its project."""
        return services.agents(str(properties["project_endpoint"]))

    async def diff(self, connect: Callable[[], AgentService], old: Recordings, new: Inputs) -> Diff:
        """Compares the state with new inputs. Raises `NotServable`, if `serve_version` is changed to such a version."""
        old = with_current_names(old)
        number = new.get("serve_version")
        if isinstance(number, str) and number not in (old.get("serve_version"), old.get("version")):
            try:
                await servable(connect(), str(old["agent_name"]), number, [*(old.get("versions") or [])])
            except NotServable:
                raise
            except DeploymentError:
                pass  # whoever previews may have no access to the service; `up` asks again
        return agent_diff.diff(old, new)

    async def create(
        self, service: AgentService, inputs: Inputs, report: Report, *, records_failures: bool = False
    ) -> Properties:
        """Creates the agent."""
        mark = mark_of(inputs)
        operation = AgentOperation(inputs, mark, report, records_failures)
        try:
            state = await agent.create(service, operation)
        except DeploymentError as error:
            if error.leaves_own:
                await self._record(error, service, inputs, RecordedAgent(History.EMPTY))
            raise
        return _properties(inputs, mark, state)

    async def update(
        self,
        service: AgentService,
        old: Recordings,
        inputs: Inputs,
        report: Report,
        *,
        records_failures: bool = False,
    ) -> Properties:
        """Brings the agent to new inputs."""
        old = with_current_names(old)
        mark = mark_of(old)
        operation = AgentOperation(inputs, mark, report, records_failures)
        try:
            state = await agent.update(service, operation, recorded_agent(old))
        except DeploymentError as error:
            if records_failures:
                await self._record(error, service, old, recorded_agent(old))
            raise
        return _properties(inputs, mark, state)

    async def _record(
        self, error: DeploymentError, service: AgentService, inputs: Recordings, recorded: RecordedAgent
    ) -> None:
        """Raises `PartlyDone` with what exists, if it is this stack's; what cannot be read is not recorded."""
        mark = mark_of(inputs)
        with suppress(DeploymentError):
            found = await agent.read(service, str(inputs["agent_name"]), mark, recorded)
            if found is not None and Mark.of(latest_version(found.agent)) == mark:
                raise PartlyDone(error, _properties(inputs, mark, found.state)) from None

    async def read(self, service: AgentService, old: Recordings) -> Read | None:
        """What exists; None if the agent does not."""
        old = with_current_names(old)
        mark = mark_of(old)
        found = await agent.read(service, str(old["agent_name"]), mark, recorded_agent(old))
        if found is None:
            return None
        properties = _properties(old, mark, found.state)
        serving = found.serving
        if serving and not _is_as_recorded(serving, old, mark):
            properties.update(agent_body.inputs_of(serving))
        if old.get("authorization_schemes") is not None:
            properties["authorization_schemes"] = endpoint.schemes(found.agent)
        if old.get("agent_card") is not None:
            properties["agent_card"] = endpoint.card_as_set(found.agent, old["agent_card"])
        if PLAIN_INPUTS in old:
            properties[PLAIN_INPUTS] = still_plain(old, properties)
        return Read(properties, {name: properties[name] for name in _INPUTS if name in properties})

    async def delete(self, service: AgentService, old: Recordings) -> str:
        """Deletes the agent with its versions and sessions, unless it has another owner by now."""
        left = await agent.delete(service, str(old["agent_name"]), mark_of(old), str(old.get("agent_guid") or ""))
        return left or description.of_delete(old).lines()[0]


AGENT = AgentResource()

_IDENTITY = ("principal_id", "client_id", "agent_guid")
_WITHOUT_ROLLOUT = {"authorization_schemes", "agent_card", "keep_versions"}


def _is_as_recorded(serving: AgentVersion, old: Recordings, mark: Mark) -> bool:
    """Whether the version that serves has the recorded definition, or was chosen with `serve_version`."""
    if "image" not in old:  # imported
        return False
    is_pinned = old.get("serve_version") == str(serving.get("version"))
    return is_pinned or agent_body.matches(serving, agent_body.version_body(old, mark))


def _properties(inputs: Inputs, mark: Mark, state: AgentState) -> Properties:
    outputs = asdict(state)
    outputs["image_reference"] = outputs.pop("image")
    return with_outputs(inputs, mark, outputs)
