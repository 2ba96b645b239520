"""An agent and a toolbox as an adapter drives them: from properties to properties."""

from __future__ import annotations

from typing import Any

from foundry_agents.lifecycle.inputs import agent as definition
from foundry_agents.lifecycle.inputs import toolbox as toolbox_definition
from foundry_agents.lifecycle.resource import agent_diff
from foundry_agents.lifecycle.resource.agent import AGENT
from foundry_agents.lifecycle.resource.state import LOGICAL_NAME, Properties, mark_of
from foundry_agents.lifecycle.resource.toolbox import TOOLBOX, compare
from foundry_agents.lifecycle.service import agent_body, toolbox_body
from foundry_agents.lifecycle.service.agents import AgentService
from foundry_agents.lifecycle.service.mark import Mark
from foundry_agents.lifecycle.service.toolboxes import ToolboxService

from .foundry import ENDPOINT, REGISTRY, Agent, Foundry, Toolbox

OWNER, OTHER_OWNER = "acme/agent-environment/dev", "acme/other/dev"


class AgentDriver:
    """One agent under test. `state` is what Pulumi's state has of it."""

    name = "echo"

    def __init__(self, foundry: Foundry, service: AgentService) -> None:
        self.foundry, self.service = foundry, service
        self.told: list[str] = []
        self.state: Properties = {}
        self.logical_name = "agents-echo"

    def inputs(self, **given: Any) -> Properties:
        """Checked inputs; without a proof, unless they say so."""
        checked = definition.check(
            {
                "agent_name": self.name,
                "project_endpoint": ENDPOINT,
                "registry": REGISTRY,
                "image": "echo:v1",
                "owner": OWNER,
                "role_propagation_timeout": 0,
                "verify": "off",
                **given,
            }
        )
        assert checked.problems == []
        return {**checked.inputs, LOGICAL_NAME: self.logical_name}

    def body(self, *, marked: bool = True, **given: Any) -> dict[str, Any]:
        """A version as the service is sent it; without a mark it is nobody's."""
        inputs = self.inputs(**given)
        body = agent_body.version_body(inputs, mark_of(inputs))
        return {**body} if marked else {**body, "metadata": {}}

    async def create(self, **given: Any) -> Properties:
        self.state = await AGENT.create(self.service, self.inputs(**given), self.told.append)
        return self.state

    async def update(self, **given: Any) -> Properties:
        self.state = await AGENT.update(self.service, self.state, self.inputs(**given), self.told.append)
        return self.state

    def changed(self, **given: Any) -> list[str]:
        """What a preview with these inputs would show as changed."""
        return agent_diff.diff(self.state, self.inputs(**given)).changed

    async def refresh(self) -> Properties | None:
        found = await AGENT.read(self.service, self.state or self.inputs())
        self.state = found.properties if found else {}
        return self.state or None

    async def import_(self) -> Properties:
        """What `pulumi import` does: a read of which nothing but the id is known."""
        named = self.inputs()
        self.state = {**AGENT.imported(AGENT.resource_id(named)), "owner": OWNER, LOGICAL_NAME: self.logical_name}
        found = await self.refresh()
        assert found is not None
        return found

    async def delete(self, **given: Any) -> None:
        self._note(await AGENT.delete(self.service, self.state or self.inputs(**given)))

    def _note(self, notice: str | None) -> None:
        if notice is not None:
            self.told.append(notice)

    # --- As the service has it

    @property
    def there(self) -> Agent:
        return self.foundry.agents[self.name]

    @property
    def exists(self) -> bool:
        return self.name in self.foundry.agents

    @property
    def traffic(self) -> dict[str, int]:
        return self.there.traffic

    @property
    def versions(self) -> list[str]:
        """Newest first."""
        return [*reversed(self.there.versions)] if self.exists else []

    @property
    def sessions(self) -> list[str]:
        return [*self.there.sessions]

    def routed(self) -> list[dict[str, int]]:
        """The traffic that was set, in order."""
        patches = [request.body for request in self.foundry.requests if request.method == "PATCH"]
        selectors = [patch.get("agent_endpoint", {}).get("version_selector") for patch in patches]
        return [
            {rule["agent_version"]: rule["traffic_percentage"] for rule in one["version_selection_rules"]}
            for one in selectors
            if one
        ]

    def leave(self, shares: dict[str, int], *, image: str = "echo:v2") -> None:
        """What a run leaves that was killed on its way to the next version."""
        self.foundry.make_version(self.name, self.body(image=image))
        self.foundry.pin(self.name, shares)


class ToolboxDriver:
    """One toolbox under test."""

    name = "box"

    def __init__(self, foundry: Foundry, service: ToolboxService) -> None:
        self.foundry, self.service = foundry, service
        self.told: list[str] = []
        self.state: Properties = {}

    def inputs(self, tools: list[Any], **given: Any) -> Properties:
        checked = toolbox_definition.check(
            {
                "toolbox_name": self.name,
                "project_endpoint": ENDPOINT,
                "tools": tools,
                "owner": OWNER,
                "role_propagation_timeout": 0,
                **given,
            }
        )
        assert checked.problems == []
        return {**checked.inputs, LOGICAL_NAME: "agents-tools"}

    def make(self, tools: list[Any], *, marked: bool = True, **given: Any) -> str:
        """A version as a run makes it that is killed right after, or as somebody makes it by hand."""
        inputs = self.inputs(tools, **given)
        body = toolbox_body.version_body(inputs, Mark(inputs["owner"], inputs[LOGICAL_NAME]))
        made = self.foundry.make_toolbox_version(self.name, {**body} if marked else {**body, "metadata": {}})
        return str(made["version"])

    async def create(self, tools: list[Any], **given: Any) -> Properties:
        self.state = await TOOLBOX.create(self.service, self.inputs(tools, **given), self.told.append)
        return self.state

    async def update(self, tools: list[Any], **given: Any) -> Properties:
        wanted = self.inputs(tools, **given)
        self.state = await TOOLBOX.update(self.service, self.state, wanted, self.told.append)
        return self.state

    def changed(self, tools: list[Any], **given: Any) -> list[str]:
        """What a preview with these inputs would show as changed."""
        return compare(self.state, self.inputs(tools, **given)).changed

    async def refresh(self) -> Properties | None:
        found = await TOOLBOX.read(self.service, self.state)
        self.state = found.properties if found else {}
        return self.state or None

    async def delete(self) -> None:
        notice = await TOOLBOX.delete(self.service, self.state)
        if notice is not None:
            self.told.append(notice)

    @property
    def there(self) -> Toolbox:
        return self.foundry.toolboxes[self.name]

    @property
    def exists(self) -> bool:
        return self.name in self.foundry.toolboxes

    @property
    def default(self) -> str:
        return self.there.default

    @property
    def versions(self) -> list[str]:
        """Newest first."""
        return [*reversed(self.there.versions)] if self.exists else []

    def tools(self) -> list[Any]:
        """Those of the default version."""
        return list(self.there.versions[self.default]["tools"])
