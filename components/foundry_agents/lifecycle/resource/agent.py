"""An agent as a resource."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

from ..errors.exceptions import DeploymentError, NotServable
from ..inputs import agent as definition
from ..inputs.schema import Checked, Inputs
from ..rollout import agent
from ..rollout.deployment import servable
from ..rollout.operation import AgentOperation
from ..rollout.state import AgentState
from ..service import agent_body, endpoint
from ..service.connections import Services
from ..service.mark import Mark
from ..service.waiting import Report
from . import agent_diff, description
from .protocol import Read
from .state import (
    LOGICAL_NAME,
    Diff,
    Properties,
    Recordings,
    check_without_name,
    mark_of,
    recorded_agent,
    with_current_names,
    with_outputs,
)

if TYPE_CHECKING:
    from ..service.agents import AgentService

_INPUTS = (*definition.FIELD_NAMES, LOGICAL_NAME)


class AgentResource:
    """An agent, as every adapter knows it."""

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
        """Checks the inputs offline. The logical name is the adapter's, and passes."""
        return check_without_name(inputs, definition.check)

    def resource_id(self, inputs: Inputs) -> str:
        """`<project endpoint>/agents/<name>`, which is also the import id."""
        return f"{inputs['project_endpoint']}/agents/{inputs['agent_name']}"

    def words(self, old: Recordings, new: Inputs) -> list[str]:
        """What a change leads to. Every line begins with the agent's name, since lines of agents mix."""
        old = with_current_names(old)
        describe = description.of_replacement if agent_diff.diff(old, new).replaces else description.of_update
        first, *further = describe(old, new).without_values().lines()
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

    async def create(self, service: AgentService, inputs: Inputs, report: Report) -> Properties:
        """Creates the agent."""
        mark = mark_of(inputs)
        return _properties(inputs, mark, await agent.create(service, AgentOperation(inputs, mark, report)))

    async def update(self, service: AgentService, old: Recordings, inputs: Inputs, report: Report) -> Properties:
        """Brings the agent to new inputs."""
        old = with_current_names(old)
        mark = mark_of(old)
        state = await agent.update(service, AgentOperation(inputs, mark, report), recorded_agent(old))
        return _properties(inputs, mark, state)

    async def read(self, service: AgentService, old: Recordings) -> Read | None:
        """What exists; None if the agent does not."""
        old = with_current_names(old)
        mark = mark_of(old)
        found = await agent.read(service, str(old["agent_name"]), mark, recorded_agent(old))
        if found is None:
            return None
        properties = _properties(old, mark, found.state)
        is_pinned = old.get("serve_version") == found.state.version
        serving = found.serving
        if serving and not is_pinned and not agent_body.matches(serving, agent_body.version_body(old, mark)):
            properties.update(agent_body.inputs_of(serving))
        if old.get("authorization_schemes") is not None:
            properties["authorization_schemes"] = endpoint.schemes(found.agent)
        if old.get("agent_card") is not None:
            properties["agent_card"] = endpoint.card_as_set(found.agent, old["agent_card"])
        return Read(properties, {name: properties[name] for name in _INPUTS if name in properties})

    async def delete(self, service: AgentService, old: Recordings) -> str | None:
        """Deletes the agent with its versions and sessions, unless it has another owner by now."""
        return await agent.delete(service, str(old["agent_name"]), mark_of(old), str(old.get("agent_guid") or ""))


AGENT = AgentResource()


def _properties(inputs: Inputs, mark: Mark, state: AgentState) -> Properties:
    outputs = asdict(state)
    outputs["image_reference"] = outputs.pop("image")
    return with_outputs(inputs, mark, outputs)
