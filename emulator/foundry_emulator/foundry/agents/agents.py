"""Agents: read, list, create, patch, enable, delete.

Sources: recordings of azure-ai-projects and Azure.AI.Projects 2026-04 to 2026-07, azure-rest-api-specs
(ai-foundry data plane, routes.tsp), azure-ai-docs deploy-hosted-agent-code.md.
"""

from __future__ import annotations

from typing import Any

from foundry_emulator.foundry import errors
from foundry_emulator.foundry.agents.bodies import agent_body, listed_agent
from foundry_emulator.foundry.agents.endpoint import patched
from foundry_emulator.foundry.agents.versions import add_version, has_active_sessions, sent_version
from foundry_emulator.foundry.call import Call
from foundry_emulator.foundry.state import Agent
from foundry_emulator.foundry.wire import shape
from foundry_emulator.foundry.wire.answer import Answer
from foundry_emulator.foundry.wire.paging import page


async def create(call: Call) -> Answer:
    """`POST /agents`. For a name that exists: see setting `create_existing_agent`."""
    body = await sent_version(call)
    name = shape.text(shape.required(body, "name", ""), "/name")
    if name in call.agents and call.plane.settings.create_existing_agent == "conflict":
        raise errors.agent_exists(name)
    agent, _ = await add_version(call, name, body)
    _apply_details(call, agent, body)
    return Answer(200, _shown(call, agent))


async def update(call: Call) -> Answer:
    """`POST /agents/{name}`: a new version if the definition changed; answers with the agent."""
    body = await sent_version(call)
    agent, _ = await add_version(call, call.agent().name, body)
    return Answer(200, _shown(call, agent))


async def get(call: Call) -> Answer:
    return Answer(200, _shown(call, call.agent()))


async def list_(call: Call) -> Answer:
    kind = call.query.get("kind", "hosted")
    agents = list(call.agents.values()) if kind == "hosted" else []
    stale = call.plane.settings.stale_list_status

    def body(agent: Agent) -> dict[str, Any]:
        return listed_agent(agent, call.now, stale=stale)

    return Answer(200, page(call.query, agents, lambda agent: agent.name, body, order="desc"))


async def patch(call: Call) -> Answer:
    """Endpoint and card. The effect is immediate."""
    agent = call.agent()
    _apply_details(call, agent, await call.body())
    return Answer(200, _shown(call, agent))


async def enable(call: Call) -> Answer:
    call.agent().enabled = True
    return Answer(204, None)


async def disable(call: Call) -> Answer:
    call.agent().enabled = False
    return Answer(204, None)


async def delete(call: Call) -> Answer:
    """Deletes all versions and sessions. 409 with active sessions, unless `force=true`."""
    agent = call.agent()
    if not call.flag("force") and has_active_sessions(agent, call.now):
        raise errors.active_sessions()
    settings = call.plane.settings
    if settings.asynchronous_delete:
        agent.gone_at = agent.gone_at or call.plane.clock.after(settings.delete_seconds)
        for version in agent.versions.values():
            version.gone_at = agent.gone_at
    else:
        call.plane.removal.agent(call.key, agent)
    return Answer(200, {"object": "agent.deleted", "name": agent.name, "deleted": True})


async def download_code(call: Call) -> Answer:
    """An agent with an image has no code."""
    raise errors.not_code_based(call.agent().name)


def _apply_details(call: Call, agent: Agent, body: dict[str, Any]) -> None:
    endpoint = agent.endpoint
    if body.get("agent_endpoint") is not None:
        endpoint = patched(agent, body["agent_endpoint"], call.plane.settings)
    if "agent_card" in body:
        agent.card = _card(agent, body["agent_card"])
    agent.endpoint = endpoint


def _card(agent: Agent, change: object) -> dict[str, Any] | None:
    """Replaced key by key; null removes the card."""
    if change is None:
        return None
    card = {**(agent.card or {}), **shape.mapping(change, "/agent_card")}
    card = {key: value for key, value in card.items() if value is not None}
    shape.text(shape.required(card, "version", "/agent_card"), "/agent_card/version")
    for index, one in enumerate(shape.array(card.get("skills", []), "/agent_card/skills")):
        path = f"/agent_card/skills/{index}"
        skill = shape.mapping(one, path)
        for name in ("id", "name"):
            shape.text(shape.required(skill, name, path), f"{path}/{name}")
    return card


def _shown(call: Call, agent: Agent) -> dict[str, Any]:
    return agent_body(agent, call.now, stale=call.plane.settings.stale_latest_status)
