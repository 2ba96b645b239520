"""Whether an agent of an environment is protected from deletion."""

from __future__ import annotations

from .schema import Field
from .types import Flag

FIELD = Field(
    "protect",
    Flag(),
    "Whether Pulumi refuses to delete or replace the agent, its toolbox and its secrets. To remove a protected agent, "
    "set it to false, run `pulumi up`, and remove the agent then. For agents of an AgentEnvironment; with HostedAgent "
    "alone, use the option `protect`.",
    source="docs/operations.md",
    default_words="`protect` of the environment",
    plain=True,
)
