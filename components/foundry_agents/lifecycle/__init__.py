"""What deploying a hosted agent means, in plain asynchronous Python: nothing in here knows Pulumi.

`HostedAgents` is the way in for scripts; the Pulumi resource uses the same functions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .rollout.state import AgentState as AgentState
    from .scripting import BlockingHostedAgents as BlockingHostedAgents
    from .scripting import HostedAgentDefinition as HostedAgentDefinition
    from .scripting import HostedAgents as HostedAgents
    from .scripting import ImageBasedHostedAgentDefinition as ImageBasedHostedAgentDefinition
    from .scripting import Version as Version

__all__ = [
    "AgentState",
    "BlockingHostedAgents",
    "HostedAgentDefinition",
    "HostedAgents",
    "ImageBasedHostedAgentDefinition",
    "Version",
]


def __getattr__(name: str) -> Any:
    # The Azure SDKs take most of a second to import, which a Pulumi program that only checks its agents
    # should not pay.
    if name in __all__:
        from . import scripting  # noqa: PLC0415

        return getattr(scripting, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
