"""From a version and a session to the process that serves it.

Source of the platform's variables: azure-ai-docs configure-hosted-agent-env-variables.md and
azure-ai-agentserver-core 2.2.0.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

from foundry_emulator.foundry import errors
from foundry_emulator.foundry.agents import definition as rules
from foundry_emulator.foundry.call import Call
from foundry_emulator.foundry.sessions import placeholders
from foundry_emulator.foundry.state import Agent, Session, Version
from foundry_emulator.runner.pool import NoRoom, Place, Sandbox
from foundry_emulator.runner.process import NotReady


def place_of(call: Call, agent: Agent, number: str) -> Place:
    return Place(call.key, agent.name, number)


def idle_seconds(call: Call, version: Version) -> float:
    """Real seconds without a call after which a session of this version is idle."""
    configured = (version.definition.get("session_configuration") or {}).get("idle_timeout_seconds")
    return call.plane.clock.scaled(configured or call.plane.settings.default_idle_seconds)


def check_usable(call: Call, version: Version) -> None:
    """Raises ServiceError for a version that is not active."""
    status = version.status(call.now)
    if status == "creating":
        raise errors.version_not_ready()
    if version.error is not None:
        status_code = call.plane.settings.version_failed_status
        raise errors.version_failed(status_code, version.error.code, version.error.message)


def place_of_session(call: Call, agent: Agent, session: Session) -> Place:
    return replace(place_of(call, agent, session.version), values=session.values)


async def running_port(call: Call, agent: Agent, session: Session) -> int:
    """The port of the process behind the session. Raises ServiceError (424, 429).

    Placeholders are resolved when a sandbox starts: a session keeps the values that its process started with for
    as long as that runs, a new one gets today's.
    """
    version = agent.versions[session.version]
    try:
        sandbox = _sandbox(call, agent, session, version)
        session.values = sandbox.place.values
        port = await call.plane.agents.ready(sandbox)
    except NotReady as problem:
        session.failed, session.failure = True, str(problem)
        raise errors.session_not_ready(session.session_id) from problem
    except NoRoom as problem:
        raise errors.quota() from problem
    if agent.versions.get(version.version) is not version:  # deleted while its process started
        call.plane.agents.end(sandbox.place)
        raise errors.version_missing(agent.name, version.version)
    session.failed, session.failure = False, ""
    return port


def _sandbox(call: Call, agent: Agent, session: Session, version: Version) -> Sandbox:
    running = place_of_session(call, agent, session)
    try:
        variables, values = placeholders.resolved(call, version.definition.get("environment_variables") or {})
    except NotReady as problem:
        log = call.plane.agents.log(running)
        with log.for_session(session.session_id):
            log.add("status", str(problem))
        raise
    started = session.values and call.plane.agents.runs(running)
    return Sandbox(
        place=running if started else replace(running, values=values),
        session=session.session_id,
        image_digest=version.image_digest,
        image=rules.image_of(version.definition) or "",
        variables={**variables, **_platform_variables(call, agent, session)},
        identity=agent.principal_id,
        idle_after=idle_seconds(call, version),
    )


def end_if_unused(call: Call, agent: Agent, number: str) -> None:
    """Ends the process of a version that no session needs any more."""
    needed = any(one.version == number and one.status(call.now) == "active" for one in agent.sessions.values())
    if not needed:
        call.plane.agents.end_version(place_of(call, agent, number))


def project_endpoint(call: Call) -> str:
    project = call.project
    return f"{call.plane.base_url}/accounts/{project.account}/api/projects/{project.project}"


def _platform_variables(call: Call, agent: Agent, session: Session) -> dict[str, str]:
    variables = {
        "FOUNDRY_PROJECT_ENDPOINT": project_endpoint(call),
        "FOUNDRY_PROJECT_ARM_ID": call.project.arm_id,
        "FOUNDRY_AGENT_NAME": agent.name,
        "FOUNDRY_AGENT_VERSION": session.version,
        "FOUNDRY_AGENT_ID": agent.guid,
        "FOUNDRY_AGENT_INSTANCE_CLIENT_ID": agent.principal_id,
        "FOUNDRY_AGENT_BLUEPRINT_CLIENT_ID": agent.blueprint_client_id,
        "FOUNDRY_AGENT_TENANT_ID": call.plane.directory.tenant_id,
        # One process serves all sessions of a version here: these two name the session that started it.
        # Calls carry their own.
        "FOUNDRY_AGENT_SESSION_ID": session.session_id,
        "FOUNDRY_AGENT_SESSION_GUID": hashlib.md5(session.session_id.encode(), usedforsecurity=False).hexdigest(),
        "FOUNDRY_HOSTED": "true",
        "SSE_KEEPALIVE_INTERVAL": "15",
    }
    if call.plane.settings.hosting_environment:
        variables["FOUNDRY_HOSTING_ENVIRONMENT"] = "foundry"
    return variables
