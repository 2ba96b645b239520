"""What only a first-class resource can do, under the real engine: agents and toolboxes in a project that exists."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.crash.by_hand import make_agent
from tests.crash.stack import CrashStack

from foundry_agents.cli.pulumi_command import Ran

PROGRAM = Path(__file__).parent / "plugin_program"
CANARY = "canary-4d0f77b1"
UP = ("up", "--yes", "--skip-preview")


class Place:
    """A stack with the program of `plugin_program`."""

    def __init__(self, stack: CrashStack) -> None:
        self.stack, self.azure, self.project = stack, stack.azure, stack.project
        self.run("config", "set", "--secret", "secret", CANARY)

    def want(self, **what: Any) -> None:
        """Changes the program. Project and registry are filled in."""
        place = {"project_endpoint": self.project.endpoint, "role_propagation_timeout": 0}
        agents = {
            name: {**place, **given, "image": self.image(given["image"])} for name, given in what["agents"].items()
        }
        toolboxes = {name: {**place, **given} for name, given in what.get("toolboxes", {}).items()}
        content = {**what, "agents": agents, "toolboxes": toolboxes}
        (self.stack.program / "agent.json").write_text(json.dumps(content))

    def image(self, tag: str) -> str:
        return f"{self.project.login_server}/echo:{tag}"

    def id_of(self, agent: str) -> str:
        return f"{self.project.endpoint}/agents/{agent}"

    def run(self, *arguments: str, fails: bool = False) -> Ran:
        return checked(self.stack.pulumi(*arguments), fails=fails)

    def preview(self) -> dict[str, Any]:
        """The steps that change something, by name of the resource."""
        output = self.run("preview", "--json").output
        steps = json.loads(output[output.index("{") :])["steps"]
        return {step["urn"].split("::")[-1]: step for step in steps if step["op"] not in ("same", "read")}

    def outputs(self) -> dict[str, Any]:
        return dict(self.recorded("crash-crash")["outputs"])

    def recorded(self, name: str) -> dict[str, Any]:
        """A resource in the state, in which no secret is in clear."""
        (file,) = self.stack.state.glob(".pulumi/stacks/**/crash.json")
        text = file.read_text()
        assert CANARY not in text
        resources = json.loads(text)["checkpoint"]["latest"]["resources"]
        return next(dict(one) for one in resources if one["urn"].endswith(f"::{name}"))

    def traffic(self, agent: str) -> dict[str, int]:
        rules = self.stack.agents()[agent]["endpoint"]["version_selector"]["version_selection_rules"]
        return {rule["agent_version"]: rule["traffic_percentage"] for rule in rules}


def checked(ran: Ran, *, fails: bool = False) -> Ran:
    assert (ran.code != 0) == fails, ran.output
    assert "Traceback" not in ran.output and CANARY not in ran.output
    return ran


def until(condition: Callable[[], bool]) -> None:
    """Waits for it. The test's own timeout ends what never comes."""
    while not condition():
        time.sleep(0.05)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    stack = CrashStack.start(tmp_path / "stack", PROGRAM, first_class=True)
    yield Place(stack)
    stack.end_orphans()
    stack.stop()


def test_an_agent_made_by_hand_is_imported_and_previews_name_what_changes_and_know_what_stays(place: Place) -> None:
    make_agent(place.azure, place.project, "triage")
    make_agent(place.azure, place.project, "others")
    code = place.stack.folder / "imported.txt"
    imported = ("import", "foundry-agents:index:HostedAgent", "triage", place.id_of("triage"))
    place.run(*imported, "--yes", "--skip-preview", "--protect=false", "--out", str(code))
    assert "keep_versions" not in code.read_text() and f'image="{place.image("v1")}"' in code.read_text()
    place.want(agents={"triage": {"image": "v1"}})
    assert place.preview() == {}, "what `pulumi import` suggests changes nothing"

    triage = {"image": "v1", "environment_variables": {"LOG_LEVEL": "info", "REGION": "west"}}
    box = {"of": "triage", "tools": ["code_interpreter", {"type": "web_search", "name": "web"}]}
    named = {"agentName": "others", "projectEndpoint": place.project.endpoint}
    functions = {"getAgent": named, "listVersions": named}
    gets = {"found": place.id_of("others")}
    place.want(agents={"triage": triage}, toolboxes={"box": box}, gets=gets, functions=functions)
    place.run(*UP)
    outputs = place.outputs()
    assert outputs["found"]["version"] == "1" and outputs["found"]["image"] == place.image("v1")
    assert outputs["getAgent"]["principalId"] == outputs["found"]["principal"]
    assert [one["status"] for one in outputs["listVersions"]["versions"]] == ["active"]
    assert place.traffic("others") == {"@latest": 100}, "what is looked up is not touched"

    triage = {"image": "v2", "environment_variables": {"LOG_LEVEL": "debug", "REGION": "west", "TOKEN": "SECRET"}}
    box = {"of": "triage", "tools": ["code_interpreter", {"type": "web_search", "name": "search"}]}
    got = {"getToolbox": {"toolboxName": "box", "projectEndpoint": place.project.endpoint}}
    place.want(agents={"triage": triage}, toolboxes={"box": box}, functions=got)
    steps = place.preview()
    assert {path: change["kind"] for path, change in steps["triage"]["detailedDiff"].items()} == {
        "image": "update",
        "environmentVariables.LOG_LEVEL": "update",
        "environmentVariables.TOKEN": "add",
    }
    # The toolbox's description is made of the identity, the guid and a URL of the agent, which a preview must know.
    assert list(steps["box"]["detailedDiff"]) == ["tools[1]"]
    place.run(*UP)
    assert place.outputs()["getToolbox"]["mcpEndpoint"].startswith(f"{place.project.endpoint}/toolboxes/box/mcp")
    variables = place.recorded("triage")["outputs"]["environmentVariables"]
    assert variables["LOG_LEVEL"] == "debug" and "ciphertext" in variables["TOKEN"], "secret is one variable alone"


def test_what_fails_is_recorded_and_continued_and_what_is_cancelled_goes_back(place: Place) -> None:
    agent: dict[str, Any] = {"image": "none", "environment_variables": {"TOKEN": "SECRET"}}
    place.want(agents={"one": agent})
    place.run(*UP, fails=True)
    recorded = place.recorded("one")
    assert "ImageError" in recorded["initErrors"][0] and recorded["outputs"]["status"] == "failed"
    identity = recorded["outputs"]["principalId"]

    agent["image"] = "v1"
    place.want(agents={"one": agent})
    place.run(*UP)
    recorded = place.recorded("one")
    assert recorded["outputs"]["version"] == "2" and recorded["outputs"]["principalId"] == identity
    assert "initErrors" not in recorded

    agent.update(image="v2", rollout={"steps": [10], "hold": 3600})
    place.want(agents={"one": agent}, timeouts={"one": {"update": "3s"}})
    said = place.run(*UP, fails=True).output
    assert "it took longer than the 3 s of its custom timeout" in said and place.traffic("one") == {"2": 100}

    place.want(agents={"one": agent})
    running = place.stack.start_pulumi(*UP)
    until(lambda: place.traffic("one") == {"2": 90, "3": 10})
    running.interrupt()
    said = checked(running.ended(), fails=True).output
    assert "interrupted: the run was cancelled" in said and "traffic is back to 100% for version 2" in said
    assert place.traffic("one") == {"2": 100}
    recorded = place.recorded("one")
    assert recorded["outputs"]["version"] == "2" and "the next `pulumi up` tries again" in recorded["initErrors"][0]

    agent["rollout"]["hold"] = 0
    place.want(agents={"one": agent})
    place.run(*UP)
    assert place.traffic("one") == {"3": 100} and "initErrors" not in place.recorded("one")


def test_thirty_agents_are_created_at_once(place: Place) -> None:
    place.azure.settings(provisioning_seconds=800)  # 8 s
    place.want(agents={f"agent-{number}": {"image": "v1", "verify": "off"} for number in range(30)})
    place.run(*UP, "--parallel", "32")
    methods = [entry["method"] for entry in place.stack.requests() if entry["method"] in ("POST", "PATCH")]
    assert methods[: methods.index("PATCH")].count("POST") == 30, "all are created before the first one serves"
    assert {tuple(place.traffic(agent)) for agent in place.stack.agents()} == {("1",)}
