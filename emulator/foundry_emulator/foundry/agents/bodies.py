"""Agents and versions as the service shows them, in its order of keys.

Source: recordings of azure-ai-projects (sample_create_hosted_agent, 2026-07) and Azure.AI.Projects.
"""

from __future__ import annotations

from typing import Any

from foundry_emulator.foundry.agents.endpoint import endpoint_body
from foundry_emulator.foundry.state import Agent, Version


def identities(agent: Agent) -> dict[str, Any]:
    """The same for all versions; principal and client id of the instance are one, of the blueprint not."""
    return {
        "instance_identity": {"principal_id": agent.principal_id, "client_id": agent.principal_id},
        "blueprint": {
            "principal_id": agent.blueprint_principal_id,
            "client_id": agent.blueprint_client_id,
        },
        "blueprint_reference": {
            "type": "ManagedAgentIdentityBlueprint",
            "blueprint_id": agent.blueprint_id,
        },
    }


def version_body(agent: Agent, version: Version, now: float, *, stale: bool = False) -> dict[str, Any]:
    """`stale` shows it as active, whatever it is (settings `stale_list_status`, `stale_latest_status`)."""
    status = "active" if stale else version.status(now)
    body: dict[str, Any] = {
        "metadata": version.metadata,
        "object": "agent.version",
        "id": f"{agent.name}:{version.version}",
        "name": agent.name,
        "version": version.version,
        "description": version.description,
        "created_at": int(version.created_at),
        "definition": version.definition,
        "status": status,
    }
    if version.draft:
        body["draft"] = True
    if status == "failed" and version.error is not None:
        body["error"] = {"code": version.error.code, "message": version.error.message}
    return {**body, **identities(agent), "agent_guid": agent.guid}


def listed_agent(agent: Agent, now: float, *, stale: bool) -> dict[str, Any]:
    """Without endpoint and identities at the level of the agent."""
    return {
        "object": "agent",
        "id": agent.name,
        "name": agent.name,
        "versions": _latest(agent, now, stale=stale),
    }


def agent_body(agent: Agent, now: float, *, stale: bool) -> dict[str, Any]:
    """`configuration_state` is what an administrator set, `state` what holds: the identities of the local Azure
    cannot be disabled, so the two are equal. Source of the former: azure-ai-projects 2.7.0."""
    state = "enabled" if agent.enabled else "disabled"
    body = {
        "object": "agent",
        "id": agent.name,
        "name": agent.name,
        "state": state,
        "configuration_state": state,
        "versions": _latest(agent, now, stale=stale),
        "agent_endpoint": endpoint_body(agent),
    }
    if agent.card is not None:
        body["agent_card"] = agent.card
    return {**body, **identities(agent)}


def _latest(agent: Agent, now: float, *, stale: bool) -> dict[str, Any]:
    if not agent.versions:
        return {}
    newest = next(reversed(agent.versions.values()))
    return {"latest": version_body(agent, newest, now, stale=stale)}
