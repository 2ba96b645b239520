"""One create or update: the desired inputs, the owner's mark, and who is told about progress."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from ..inputs.schema import Inputs
from ..service import agent_body, toolbox_body
from ..service.answers import NewAgentVersion, NewToolboxVersion
from ..service.mark import Mark
from ..service.waiting import Report, Wait, role_propagation

TRIES_AGAIN = "the next `pulumi up` tries again"
"""The end of most failures."""
DELETES_OLD = "the next `pulumi up` deletes the old versions"
"""The end of a failure after everything else was done."""


@dataclass(frozen=True)
class Operation:
    """One create or update of an agent or a toolbox, with checked inputs."""

    NAME_INPUT: ClassVar[str]
    """The input with its name."""

    inputs: Inputs
    mark: Mark
    report: Report
    records_failures: bool = False
    """Whether the state records what a create that failed leaves. If not, nothing may be left."""

    @property
    def name(self) -> str:
        """Its name in the project."""
        return str(self.inputs[self.NAME_INPUT])

    def tell(self, line: str) -> None:
        """Reports one line about it."""
        self.report(f"{self.name}: {line}")

    def role_wait(self) -> Wait:
        """The wait for role assignments to propagate, from now."""
        return role_propagation(float(self.inputs["role_propagation_timeout"]))


@dataclass(frozen=True)
class AgentOperation(Operation):
    """One create or update of an agent."""

    NAME_INPUT: ClassVar[str] = "agent_name"

    @cached_property
    def body(self) -> NewAgentVersion:
        """The desired version."""
        return agent_body.version_body(self.inputs, self.mark)


@dataclass(frozen=True)
class ToolboxOperation(Operation):
    """One create or update of a toolbox."""

    NAME_INPUT: ClassVar[str] = "toolbox_name"

    @cached_property
    def body(self) -> NewToolboxVersion:
        """The desired version."""
        return toolbox_body.version_body(self.inputs, self.mark)
