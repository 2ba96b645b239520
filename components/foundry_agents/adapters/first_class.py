"""Whether the classes of this package register first-class resources, or dynamic ones."""

from __future__ import annotations

_choice = {"first_class": False}


def use_first_class_resources() -> None:
    """Makes `HostedAgent` and `Toolbox` first-class resources for the rest of this program.

    Call it before the first of them. Pulumi then runs the provider plugin `foundry-agents`, which must be installed or
    on the PATH. An agent that a stack has as a dynamic resource stays as it is, and becomes a first-class one.
    """
    _choice["first_class"] = True


def uses_first_class_resources() -> bool:
    """Whether the program made that choice."""
    return _choice["first_class"]
