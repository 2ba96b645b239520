"""Generates `components/foundry_agents/schema.json`: the schema that the package ships, and the provider serves."""

from __future__ import annotations

from tools.docs.provider_schema.package import COMPONENTS, text

DOCUMENT = COMPONENTS / "foundry_agents" / "schema.json"

__all__ = ["DOCUMENT", "text"]
