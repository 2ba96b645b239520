"""What is told of the engine's events: each message once, and what happens to resources."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from foundry_agents.cli.narrator import Narrator

ROOT = "urn:pulumi:dev::p::"


def urn(name: str, kind: str = "azure-native:resources:ResourceGroup") -> str:
    return f"{ROOT}foundry-agents:index:AgentEnvironment${kind}::{name}"


def step(event: str, op: str, name: str = "group", provider: str = "azure", **more: Any) -> dict[str, Any]:
    return {event: {"metadata": {"op": op, "urn": urn(name), "provider": provider, **more}}}


def said(message: str, severity: str = "info", name: str = "", **more: Any) -> dict[str, Any]:
    about = {"urn": urn(name)} if name else {}
    return {"diagnosticEvent": {"severity": severity, "message": f"{message}\n\n", **about, **more}}


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def told(narrator: Narrator, *events: dict[str, Any], preview: bool = False) -> list[str]:
    narrator.begin(preview=preview)
    return [*(line.strip() for event in events for line in narrator.see(event)), *map(str.strip, narrator.end())]


def test_a_resource_is_told_when_it_is_done_with_its_time_and_is_under_way_until_then() -> None:
    clock = Clock()
    narrator = Narrator(clock=clock)
    assert list(narrator.see(step("resourcePreEvent", "create"))) == []
    assert narrator.under_way() == "creating group"
    clock.now = 12.2
    assert list(narrator.see(step("resOutputsEvent", "create"))) == [
        "  +  azure-native:resources:ResourceGroup group created (12 s)"
    ]
    assert narrator.under_way() == "" and narrator.changed
    assert list(narrator.end()) == ["  Resources: 1 created (12 s)"]


def test_what_stays_the_same_and_what_only_groups_resources_is_counted_or_left_out() -> None:
    narrator = Narrator(clock=Clock())
    events = [step("resOutputsEvent", "same"), step("resOutputsEvent", "create", "agents", provider="")]
    assert told(narrator, *events) == ["Resources: 1 unchanged (0 s)"]
    assert not narrator.changed


def test_a_message_is_told_once_in_one_operation_and_in_the_next() -> None:
    narrator = Narrator(clock=Clock())
    events = [said("echo: version 1 serves"), said("is a tag", "warning", "echo"), said("is a tag", "warning", "other")]
    lines = ["echo: version 1 serves", "warning: echo: is a tag", "warning: other: is a tag"]
    assert told(narrator, *events, *events) == lines
    assert told(narrator, *events) == []


def test_where_pulumi_found_a_plugin_is_not_told() -> None:
    where = "using pulumi-resource-foundry-agents from $PATH at /home/me/bin/pulumi-resource-foundry-agents"
    assert told(Narrator(), said(where, "warning")) == []


def test_progress_is_told_and_debug_output_is_not() -> None:
    events = [said("registering", "debug"), said("version 1 is active", ephemeral=True), said("")]
    assert told(Narrator(), *events) == ["version 1 is active"]


def test_the_echo_of_an_error_is_told_only_where_nothing_else_says_why() -> None:
    echo = said("update failed", "error")
    failed = step("resOpFailedEvent", "update", "echo")
    reason = said("quota exceeded", "error", "echo")
    assert told(Narrator(clock=Clock()), step("resourcePreEvent", "update", "echo"), reason, failed, echo) == [
        "error: echo: quota exceeded",
        "Resources: 1 failed (0 s)",
    ]
    assert told(Narrator(), echo) == ["error: update failed"]


def test_one_failed_resource_is_counted_once_and_told_once() -> None:
    """Pulumi also lets the stack fail, and its resource monitor end."""
    stack = {"resOpFailedEvent": {"metadata": {"op": "update", "urn": f"{ROOT}pulumi:pulumi:Stack::p-dev"}}}
    echoes = [said("update failed", "error"), said("Resource monitor has terminated, shutting down", "error")]
    events = [said("quota exceeded", "error", "echo"), step("resOpFailedEvent", "update", "echo"), *echoes, stack]
    assert told(Narrator(clock=Clock()), *events) == ["error: echo: quota exceeded", "Resources: 1 failed (0 s)"]


Gone = Callable[..., dict[str, Any]]


@pytest.fixture(params=["pulumi-python:dynamic/foundry-agents:", "foundry-agents:index:"])
def gone(request: pytest.FixtureRequest) -> Gone:
    """An agent or a toolbox that goes: a dynamic resource, or a first-class one."""
    return partial(_gone, str(request.param))


def _gone(package: str, kind: str, op: str, **old: Any) -> dict[str, Any]:
    name = "echo" if kind == "HostedAgent" else "echo-tools"
    about = {"urn": urn(name, package + kind), "provider": "p", "op": op}
    new = {"inputs": old["outputs"]} if op == "replace" else None
    return {"resOutputsEvent": {"metadata": {**about, "old": old, "new": new}}}


AGENT = {"agentName": "echo", "projectEndpoint": "https://x/api/projects/p", "version": "7", "image": "echo:v1"}


def test_a_preview_says_what_the_deletion_of_an_agent_and_of_a_toolbox_means(gone: Gone) -> None:
    lines = told(Narrator(), gone("HostedAgent", "delete", outputs=AGENT), preview=True)
    assert "echo is deleted with its versions, its sessions and its identity" in lines
    assert "version that serves: `7` (removed)" in lines
    lines = told(Narrator(), gone("Toolbox", "delete", outputs={"toolboxName": "echo-tools"}), preview=True)
    assert "toolbox echo-tools is deleted with its versions" in lines
    kept = told(Narrator(), gone("HostedAgent", "delete", outputs=AGENT, retainOnDelete=True), preview=True)
    assert "echo is removed from this stack, and kept as it is" in kept
    assert not any("identity" in line for line in told(Narrator(), gone("HostedAgent", "delete", outputs=AGENT)))


def test_a_preview_says_what_the_replacement_of_an_agent_means_once(gone: Gone) -> None:
    replaced = gone("HostedAgent", "replace", outputs=AGENT)
    (line,) = [one for one in told(Narrator(), replaced, preview=True) if one.startswith("echo ")]
    assert line.startswith("echo is replaced, with its identity and URLs")
    by_provider = said("echo is replaced, with its identity and URLs: …", "info", "echo")
    told_once = told(Narrator(), by_provider, replaced, preview=True)
    assert len([one for one in told_once if one.startswith("echo is replaced")]) == 1


@pytest.mark.parametrize("preview", [True, False])
def test_a_replacement_is_told_once(preview: bool) -> None:
    ops = ("create-replacement", "replace", "delete-replaced")
    events = [step(event, op) for op in ops for event in ("resourcePreEvent", "resOutputsEvent")]
    lines = told(Narrator(clock=Clock()), *events, preview=preview)
    word = "to replace" if preview else "replaced"
    assert lines == [f"+- azure-native:resources:ResourceGroup group {word}", f"Resources: 1 {word} (0 s)"]


def test_a_preview_names_the_properties_that_change() -> None:
    event = step("resOutputsEvent", "update", detailedDiff={"tags.team": {}, "sku": {}})
    assert told(Narrator(clock=Clock()), event, preview=True) == [
        "~  azure-native:resources:ResourceGroup group to update [sku, tags.team]",
        "Resources: 1 to update (0 s)",
    ]


def test_what_a_refresh_finds_is_told_and_is_no_change_of_the_resource() -> None:
    narrator = Narrator(clock=Clock())
    refreshed = [step("resourcePreEvent", "refresh", name) for name in ("same", "moved", "gone")]
    found = [
        step("resOutputsEvent", "refresh", "same"),
        step("resOutputsEvent", "update", "moved", diffs=["tags"]),
        step("resOutputsEvent", "delete", "gone"),
    ]
    assert told(narrator, *refreshed, *found) == [
        "~  azure-native:resources:ResourceGroup moved differs from the state [tags]; the state is refreshed",
        "-  azure-native:resources:ResourceGroup gone no longer exists; the state is refreshed",
        "Resources: 3 unchanged (0 s)",
    ]
    assert not narrator.changed


def test_quietly_only_errors_are_told() -> None:
    narrator = Narrator(progress=False, warnings=False)
    narrator.begin()
    narrator_lines = told(
        narrator, step("resOutputsEvent", "create"), said("serves"), said("tag", "warning"), said("no", "error")
    )
    assert narrator_lines == ["error: no"] and narrator.under_way() == ""


GROUP = "/subscriptions/s/resourceGroups/g"
REGISTRY = f"{GROUP}/providers/Microsoft.ContainerRegistry/registries/acme"
ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"


def _deleted(name: str, kind: str, **old: Any) -> dict[str, Any]:
    about = {"op": "delete", "urn": urn(name, kind), "provider": "azure", "old": old}
    return {"resOutputsEvent": {"metadata": about}}


def _grant(**more: Any) -> dict[str, Any]:
    inputs = {
        "principalId": "p-1",
        "principalType": "ServicePrincipal",
        "roleDefinitionId": f"/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/{ACR_PULL}",
        "scope": REGISTRY,
    }
    return _deleted("pull", "azure-native:authorization:RoleAssignment", inputs=inputs, outputs=inputs, **more)


def test_a_preview_says_who_loses_a_role_on_a_resource_that_stays() -> None:
    (line,) = [one for one in told(Narrator(), _grant(), preview=True) if one.startswith("warning: ")]
    assert line == (
        f"warning: deleting pull takes AcrPull on {REGISTRY} away from the identity p-1; if the role is still needed, "
        "assign it after the run with `az role assignment create --assignee-object-id p-1 --assignee-principal-type "
        f"ServicePrincipal --role {ACR_PULL} --scope {REGISTRY}`"
    )
    assert not any("takes" in line for line in told(Narrator(), _grant()))


@pytest.mark.parametrize(
    "also",
    [
        _deleted("group", "azure-native:resources:ResourceGroup", id=GROUP),
        _deleted("registry", "azure-native:containerregistry:Registry", id=REGISTRY.upper()),
        _deleted("project", "azure-native:cognitiveservices:Project", id="x", outputs={"identity": {"principalId": "p-1"}}),
        _deleted("echo", "pulumi-python:dynamic/foundry-agents:HostedAgent", id="x", outputs={"principalId": "p-1"}),
    ],
    ids=["group", "registry", "project", "agent"],
)  # fmt: skip
def test_a_role_that_goes_with_its_resource_or_its_identity_is_no_loss(also: dict[str, Any]) -> None:
    assert not any("takes" in line for line in told(Narrator(), _grant(), also, preview=True))
    assert not any("takes" in line for line in told(Narrator(), _grant(retainOnDelete=True), preview=True))
