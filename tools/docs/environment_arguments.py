"""Generates `foundry_agents/environment/arguments.py`: an environment's arguments as users and editors see them."""

from __future__ import annotations

from pathlib import Path

from foundry_agents.environment.argument_checks import DEPLOYERS
from foundry_agents.environment.inputs import ARGUMENTS
from foundry_agents.lifecycle.inputs.schema import Record
from tools.docs.argument_types import typed_dict

DOCUMENT = Path(__file__).parents[2] / "components" / "foundry_agents" / "environment" / "arguments.py"

_HEAD = '''"""The arguments of an environment. Generated from the declarations in inputs.py: run `make docs`.

Pulumi's analyzer reads these types: no `Literal`, no `int`, no annotations as strings.
"""

from typing import TypedDict

import pulumi
from typing_extensions import NotRequired

from ..args import EnvironmentAgentArgs
'''
_AGENTS = "dict[str, Any]"


def text() -> str:
    """The module."""
    assert isinstance(DEPLOYERS.item, Record)
    deployer = typed_dict("DeployerArgs", "TypedDict", DEPLOYERS.item.description, DEPLOYERS.item.parts)
    described = "An environment. Only `location` and `agents` are required."
    environment = typed_dict("AgentEnvironmentArgs", "TypedDict", described, ARGUMENTS)
    return "\n\n".join([_HEAD, deployer, environment.replace(_AGENTS, "dict[str, EnvironmentAgentArgs]")])
