"""A resource as the engine drives it: check, diff, then create, update or delete; over either adapter."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any

from tests.rollout.foundry import ENDPOINT, REGISTRY, Foundry

Properties = dict[str, Any]
"""By the names of the schema; `UNKNOWN` of the lifecycle where a value is not known."""
NAME, OWNER = "res", "organization/agents/dev"
KINDS: dict[str, Properties] = {
    "HostedAgent": {"agentName": "echo", "registry": REGISTRY, "image": "echo:v1", "verify": "off"},
    "Toolbox": {"toolboxName": "box", "tools": ["code_interpreter"]},
}


class Refused(Exception):
    """The provider's error; `left` and `inputs` are what it says that the state must record."""

    def __init__(self, message: str, left: Properties | None = None, inputs: Properties | None = None) -> None:
        super().__init__(message)
        self.left, self.inputs = left, inputs


@dataclass(frozen=True)
class Verdict:
    """What a check returns; failures as `property: reason`."""

    inputs: Properties
    failures: list[str]


@dataclass(frozen=True)
class Change:
    """What a diff returns."""

    changed: bool
    replaces: list[str]


class Adapter(ABC):
    """One adapter, with its own encoding of properties. `said` is what it told the engine, warnings left out."""

    name: str
    said: list[str]

    @abstractmethod
    async def check(self, olds: Properties, news: Properties, *, preview: bool) -> Verdict: ...

    @abstractmethod
    async def diff(self, id_: str, olds: Properties, old_inputs: Properties, news: Properties) -> Change: ...

    @abstractmethod
    async def plan(self, id_: str, olds: Properties | None, news: Properties) -> Properties | None:
        """What a preview knows of the resource; None where Pulumi does not ask the provider."""

    @abstractmethod
    async def create(self, news: Properties) -> tuple[str, Properties]: ...

    @abstractmethod
    async def update(self, id_: str, olds: Properties, old_inputs: Properties, news: Properties) -> Properties: ...

    @abstractmethod
    async def read(self, id_: str, inputs: Properties, properties: Properties) -> tuple[Properties, Properties] | None:
        """Properties and inputs."""

    @abstractmethod
    async def delete(self, id_: str, properties: Properties) -> None: ...


@dataclass(frozen=True)
class Step:
    """What came of one command."""

    operation: str
    writes: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    error: str = ""
    state: Properties | None = None


class Life:
    """One resource of a stack. Each method is a command of Pulumi."""

    def __init__(self, kind: str, adapter: Adapter, foundry: Foundry) -> None:
        self.kind, self.adapter, self.foundry = kind, adapter, foundry
        self.id = ""
        self.state: Properties | None = None
        self.inputs: Properties = {}
        self.init_errors = ""
        self.steps: list[Step] = []

    async def preview(self, **given: Any) -> Step:
        verdict = await self._checked(given, preview=True)
        if verdict.failures:
            return self._note("preview", error="\n".join(verdict.failures))
        try:
            operation, change = await self._compare(verdict.inputs)
        except Refused as refused:
            return self._note("diff", error=str(refused))
        if operation != "same":
            await self.adapter.plan(self.id, self.state if operation == "update" else None, verdict.inputs)
        return self._note(f"{operation} {change.replaces}" if change.replaces else operation)

    async def up(self, **given: Any) -> Step:
        verdict = await self._checked(given, preview=False)
        if verdict.failures:
            return self._note("check", error="\n".join(verdict.failures))
        operation, _ = await self._compare(verdict.inputs)
        try:
            if operation == "update":
                self.state = await self.adapter.update(self.id, self.state or {}, self.inputs, verdict.inputs)
            elif operation != "same":
                old = (self.id, self.state)
                self.id, self.state = await self.adapter.create(verdict.inputs)
                if old[1] is not None:
                    await self.adapter.delete(old[0], old[1])
        except Refused as refused:
            if refused.left is not None:
                self.state, self.inputs, self.init_errors = refused.left, refused.inputs or {}, str(refused)
                self.id = self.id or self._id(verdict.inputs)
            return self._note(operation, error=str(refused))
        self.inputs, self.init_errors = verdict.inputs, ""
        return self._note(operation)

    async def refresh(self) -> Step:
        assert self.state is not None
        try:
            found = await self.adapter.read(self.id, self.inputs, self.state)
        except Refused as refused:
            return self._note("read", error=str(refused))
        self.state, self.inputs = found or (None, {})
        return self._note("read")

    async def destroy(self) -> Step:
        assert self.state is not None
        try:
            await self.adapter.delete(self.id, self.state)
        except Refused as refused:
            return self._note("delete", error=str(refused))
        self.state, self.inputs = None, {}
        return self._note("delete")

    async def _checked(self, given: Properties, *, preview: bool) -> Verdict:
        """The inputs of `KINDS` with changes; None removes one."""
        wanted = {"projectEndpoint": ENDPOINT, "rolePropagationTimeout": 0, **KINDS[self.kind], **given}
        news = {name: value for name, value in wanted.items() if value is not None}
        return await self.adapter.check(self.inputs, news, preview=preview)

    async def _compare(self, news: Properties) -> tuple[str, Change]:
        if self.state is None:
            return "create", Change(changed=True, replaces=[])
        change = await self.adapter.diff(self.id, self.state, self.inputs, news)
        if change.replaces:
            return "replace", change
        return ("update" if change.changed or self.init_errors else "same"), change

    def _id(self, inputs: Properties) -> str:
        place, name = inputs["projectEndpoint"], inputs.get("agentName") or inputs.get("toolboxName")
        return f"{place}/{'agents' if self.kind == 'HostedAgent' else 'toolboxes'}/{name}"

    def _note(self, operation: str, error: str = "") -> Step:
        said, self.adapter.said[:] = [*self.adapter.said], []
        self.steps.append(Step(operation, self.foundry.writes(), said, error, self.state))
        return self.steps[-1]
