"""What has to be true once a killed run is repaired: nothing is left over, and everybody says the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .operations import Wanted
from .stack import AGENT, STACK, TOOLBOX, CrashStack

HOSTED_AGENT, TOOLBOX_RESOURCE = ":HostedAgent", ":Toolbox"  # dynamic, or first-class
VARIABLE = "TOOLBOX_MCP_ENDPOINT"
DEFAULT_KEEP = 2


@dataclass
class Findings:
    """What is not as it has to be."""

    wrong: list[str] = field(default_factory=list)
    orphans: list[str] = field(default_factory=list)
    """Agents, toolboxes, versions and sessions that nobody looks after."""

    def expect(self, holds: bool, otherwise: str) -> None:
        if not holds:
            self.wrong.append(otherwise)


def look(stack: CrashStack, versions: list[str], *, refresh: bool) -> Findings:
    """Holds service and state against the program. `versions` are the images to be kept, the newest first.

    With `refresh`, Pulumi looks at the service once more by itself.
    """
    findings = Findings()
    exported = stack.exported()
    pending = [operation["type"] for operation in exported.get("pending_operations") or []]
    findings.expect(not pending, f"pending operations: {pending}")
    wanted, agent, state = stack.wanted, stack.agents().get(AGENT), _state_of(HOSTED_AGENT, exported, findings)
    findings.expect(set(stack.agents()) <= {AGENT}, f"agents: {sorted(stack.agents())}")
    findings.expect((agent is not None) == (wanted is not None), f"the agent exists: {agent is not None}")
    findings.expect((state is not None) == (wanted is not None), f"the state has the agent: {state is not None}")
    findings.expect(not stack.is_locked(), "the stack is locked")
    if agent is not None and wanted is None:
        findings.orphans.append(f"agent {AGENT}")
    if agent is not None and wanted is not None:
        _look_at_agent(stack, agent, wanted, versions, findings)
        if state is not None:
            _compare_state(agent, state, findings)
    _look_at_toolbox(stack, _state_of(TOOLBOX_RESOURCE, exported, findings), findings)
    preview = stack.pulumi("preview", "--expect-no-changes", *(("--refresh",) if refresh else ()))
    findings.expect(preview.code == 0, f"a preview shows changes: {preview.output[-1500:]}")
    return findings


def leftovers(stack: CrashStack) -> list[str]:
    """What the service has although everything was destroyed."""
    return [*(f"agent {name}" for name in stack.agents()), *(f"toolbox {name}" for name in stack.toolboxes())]


def images(agent: Mapping[str, Any] | None) -> list[str]:
    """Tags of the agent's versions, the newest first."""
    return [_tag(version) for version in reversed((agent or {"versions": {}})["versions"].values())]


def serving(agent: Mapping[str, Any]) -> str:
    """The version that gets all traffic, or what the rules are instead."""
    rules = agent["endpoint"]["version_selector"]["version_selection_rules"]
    return str(rules[0]["agent_version"]) if len(rules) == 1 else str(rules)


def _look_at_agent(
    stack: CrashStack, agent: dict[str, Any], wanted: Wanted, versions: list[str], findings: Findings
) -> None:
    number = wanted.get("serve_version") or serving(agent)
    findings.expect(serving(agent) == number, f"serving {serving(agent)} in place of {number}")
    served = agent["versions"].get(serving(agent))
    findings.expect(served is not None, f"serving {serving(agent)}, of {sorted(agent['versions'])}")
    if served is not None and "serve_version" not in wanted:
        findings.expect(wanted["image"].endswith(_tag(served)), f"serving {_tag(served)}, not {wanted['image']}")
        variables = served["definition"].get("environment_variables") or {}
        findings.expect((VARIABLE in variables) == bool(wanted.get("tools")), f"the agent's variables are {variables}")
    findings.expect(images(agent) == versions, f"versions of {images(agent)} in place of {versions}")
    extra = len(agent["versions"]) - len(versions)
    findings.orphans.extend(["version"] * extra)
    for version in agent["versions"].values():
        findings.expect(version["error"] is None, f"version {version['version']} failed")
        ours = version["metadata"].get("pulumi-name") == "echo" or wanted.get("adopt")
        findings.expect(bool(ours), f"version {version['version']} has no mark of ours")
    newest = [*agent["versions"].values()][-1:]
    marked = all(str(version["metadata"].get("pulumi-owner")).endswith(f"/{STACK}") for version in newest)
    findings.expect(marked, "the newest version has no mark of this stack")
    for session in agent["sessions"].values():
        if not session["deleted"]:
            findings.orphans.append(f"session {session['session_id']} of version {session['version']}")


def _look_at_toolbox(stack: CrashStack, state: dict[str, Any] | None, findings: Findings) -> None:
    """An agent with tools has a toolbox; there is no other."""
    toolboxes, wanted = stack.toolboxes(), stack.wanted or {}
    tools = [tool if isinstance(tool, str) else tool["name"] for tool in wanted.get("tools") or []]
    findings.orphans.extend(f"toolbox {name}" for name in toolboxes if name != TOOLBOX or not tools)
    findings.expect((state is not None) == bool(tools), f"the state has the toolbox: {state is not None}")
    findings.expect((TOOLBOX in toolboxes) == bool(tools), f"toolboxes: {sorted(toolboxes)}")
    if not tools or TOOLBOX not in toolboxes:
        return
    toolbox = toolboxes[TOOLBOX]
    versions, default = toolbox["versions"], toolbox["default_version"]
    served = [tool.get("name", tool["type"]) for tool in versions[default]["tools"]]
    findings.expect(served == tools, f"the toolbox serves {served} in place of {tools}")
    strangers = [number for number, one in versions.items() if one["metadata"].get("pulumi-name") != TOOLBOX]
    findings.expect(not strangers, f"versions {strangers} of the toolbox have no mark of ours")
    kept = int(wanted.get("keep_versions", DEFAULT_KEEP))
    findings.orphans.extend(["version of the toolbox"] * (len(versions) - kept))
    if state is not None:
        said = sorted(state["versions"], key=int)
        findings.expect(state["toolboxId"] == toolbox["id"], "the state is of another toolbox of that name")
        findings.expect(state["version"] == default, f"the state says version {state['version']} of the toolbox")
        findings.expect(said == sorted(versions, key=int), f"the state has versions {said} of the toolbox")
        findings.expect(
            not state["unmanagedVersions"], f"the state has unmanaged versions {state['unmanagedVersions']}"
        )


def _state_of(kind: str, exported: dict[str, Any], findings: Findings) -> dict[str, Any] | None:
    """The outputs of the one resource of this kind."""
    found = [one["outputs"] for one in exported.get("resources") or [] if one["type"].endswith(kind)]
    findings.expect(len(found) <= 1, f"{len(found)} of {kind} in the state")
    return found[0] if found else None


def _compare_state(agent: dict[str, Any], state: dict[str, Any], findings: Findings) -> None:
    findings.expect(state["version"] == serving(agent), f"the state says version {state['version']} serves")
    findings.expect(state["agentGuid"] == agent["guid"], "the state is of another agent of that name")
    if "versions" in state:
        said = sorted(state["versions"], key=int)
        findings.expect(said == sorted(agent["versions"], key=int), f"the state has versions {said}")
    if "traffic" in state:
        findings.expect(state["traffic"] == {serving(agent): 100}, f"the state has traffic {state['traffic']}")
    if "latestVersion" in state:
        newest = list(agent["versions"])[-1]
        findings.expect(state["latestVersion"] == newest, f"the state takes {state['latestVersion']} for the newest")
    findings.expect(not state.get("versions_pending_deletion"), f"still retiring {state.get('retiring')}")


def _tag(version: Mapping[str, Any]) -> str:
    definition = version["definition"]
    image = definition.get("image") or definition["container_configuration"]["image"]
    return str(image).rpartition(":")[2]
