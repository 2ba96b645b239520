"""Generates the section `config` of Pulumi.yaml from the declarations of an environment's arguments."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

from foundry_agents.cli import pulumi_yaml
from foundry_agents.environment.inputs import ARGUMENTS, Argument
from tools.docs.field_words import summary

DOCUMENT = Path(__file__).parents[2] / "Pulumi.yaml"
_WIDTH = 110
_TYPES = {"string": "string", "boolean": "boolean", "list": "array", "map": "object"}
_NOT_SET: dict[str, Any] = {"string": "", "boolean": False, "list": [], "map": {}}


def text() -> str:
    """Pulumi.yaml; all but the section stays as it is."""
    before, heading, _ = DOCUMENT.read_text(encoding="utf-8").partition("\nconfig:\n")
    return before + heading + "".join(_key(item) for item in ARGUMENTS)


def _key(item: Argument) -> str:
    lines = [f"{item.name}:", f"  type: {_TYPES[item.kind]}"]
    if item.kind == "list":
        lines += ["  items:", "    type: object"]
    described = textwrap.wrap(summary(item), _WIDTH - 6, break_on_hyphens=False, break_long_words=False)
    lines += ["  description: >-", *(f"    {line}" for line in described)]
    if not item.required:
        lines += [f"  {pulumi_yaml.dump({'default': _NOT_SET[item.kind]})}".rstrip()]
    return "".join(f"  {line}\n" for line in lines)
