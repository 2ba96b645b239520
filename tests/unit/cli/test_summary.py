"""What `foundry-agents` says of recorded previews, and of changes that are hard to come by."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests import golden

from foundry_agents.cli import github, markdown, preview
from foundry_agents.cli.stack_file import StackFile
from foundry_agents.lifecycle.inputs import agent as definition
from foundry_agents.lifecycle.inputs.unknown import UNKNOWN
from foundry_agents.lifecycle.resource import description
from foundry_agents.lifecycle.resource.values import SECRET

ENDPOINT = "https://acc.services.ai.azure.com/api/projects/agents"
CASES = sorted(file.stem for file in golden.FOLDER.glob("*.json"))
AGENT_URN = "urn:pulumi:dev::agent-environment::pulumi-python:dynamic/foundry-agents:HostedAgent::triage"
DIGEST = "sha256:" + "0123456789abcdef" * 4


def inputs(**more: Any) -> dict[str, Any]:
    """Inputs as the check leaves them."""
    given = {"agent_name": "triage", "project_endpoint": ENDPOINT, "image": "triage:v1", **more}
    checked = definition.check(given)
    assert not checked.problems
    return checked.inputs


def recorded(version: str = "7", **more: Any) -> dict[str, Any]:
    outputs = {
        "version": version,
        "status": "active",
        "traffic": {version: 100},
        "versions": [version],
        "versions_pending_deletion": [],
    }
    return {**inputs(), **outputs, **more}


def lines(words: description.Description) -> str:
    return "\n".join(words.lines())


@pytest.mark.parametrize("case", CASES)
def test_a_recorded_preview_is_told_as_the_golden_file_says(case: str) -> None:
    seen = preview.read((golden.FOLDER / f"{case}.json").read_text())
    golden.compare(f"{case}.md", markdown.render(seen))


@pytest.mark.parametrize("case", CASES)
def test_first_class_resources_are_told_like_dynamic_ones(case: str) -> None:
    text = (golden.FOLDER / f"{case}.json").read_text()
    seen = preview.read(text.replace("pulumi-python:dynamic/foundry-agents:", "foundry-agents:index:"))
    golden.compare(f"{case}.md", markdown.render(seen))


def test_where_pulumi_found_a_plugin_is_no_finding() -> None:
    where = "warning: using pulumi-resource-foundry-agents from $PATH at /home/me/bin/pulumi-resource-foundry-agents"
    digest = {"steps": [], "diagnostics": [{"severity": "warning", "message": where}]}
    assert preview.read(json.dumps(digest)).findings == ()


def test_the_cases_are_there() -> None:
    assert CASES == ["image", "many", "new", "pinned", "same"]


@pytest.mark.parametrize(
    ("steps", "hold", "words"),
    [
        ([10, 50], 300, "10% for 5 min, then 50%, then all, once it starts"),
        ([25], 90, "25% for 90 s, then all, once it starts"),
        ([1], 7200, "1% for 2 h, then all, once it starts"),
        ([10], 0, "10%, then all, once it starts"),
        ([], 60, "all at once, once it starts"),
    ],
)
def test_the_plan_of_the_traffic_in_words(steps: list[int], hold: int, words: str) -> None:
    new = inputs(image="triage:v2", rollout={"steps": steps, "hold": hold})
    assert description.of_update(recorded(), new).traffic.partition(";")[0] == words


@pytest.mark.parametrize(
    ("verify", "words"),
    [
        ("off", "as soon as it is active"),
        ("start", "once it starts"),
        ({"prompt": "Who?"}, "once it answers the request of `verify`"),
        ({"body": {"a": 1}}, "once it answers the request of `verify`"),
    ],
)
def test_what_proves_a_version_is_told(verify: Any, words: str) -> None:
    assert (
        description.of_update(recorded(), inputs(image="triage:v2", verify=verify)).traffic == f"all at once, {words}"
    )


def test_a_rollout_that_was_interrupted_goes_on_from_where_it_is() -> None:
    old = recorded(traffic={"7": 50, "8": 50}, versions=["7", "6"])
    words = description.of_update(old, inputs(image="triage:v2", rollout={"steps": [10, 60], "hold": 60}))
    assert words.traffic.startswith("10% for 60 s, then 60%, then all") or "10% for 1 min" in words.traffic


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ({"versions": ["7", "6"]}, {"image": "triage:v2"}, "version 6, once its sessions have ended"),
        ({"versions": ["7", "6", "5"]}, {"image": "triage:v2"}, "versions 5 and 6, once their sessions have ended"),
        ({"versions": ["7", "6"]}, {"image": "triage:v2", "keep_versions": 3}, ""),
        (
            {"versions": ["7", "6"], "versions_pending_deletion": ["5"]},
            {"serve_version": "6"},
            "version 5, once its sessions have ended",
        ),
        ({"version": "10", "versions": ["10", "9"]}, {"keep_versions": 1}, "version 9, once its sessions have ended"),
        ({"versions": ["7", "6"]}, {"image": "triage:v2", "force_delete": True}, "version 6"),
        ({"versions": None}, {"image": "triage:v2"}, "all but the newest 2"),
    ],
)
def test_the_versions_that_are_retired_are_named(old: dict[str, Any], new: dict[str, Any], words: str) -> None:
    assert description.of_update(recorded(**old), inputs(**new)).retired == words


def test_a_rollback_says_which_version_serves_again() -> None:
    words = description.of_update(recorded(versions=["7", "6"]), inputs(serve_version="6"))
    assert words.outcome == "serves version 6 again; no version is created"
    assert words.traffic == "all to version 6, at once"


def test_what_does_not_change_is_told() -> None:
    words = description.of_update(
        recorded(**inputs(environment_variables={"A": "1", "B": "2"})),
        inputs(environment_variables={"A": "1", "B": "3"}),
    )
    assert words.unchanged == (
        "image, size (1 CPU, 2Gi), protocols (responses 2.0.0), 1 environment variable, identity and URLs"
    )


def test_digests_are_told_by_their_first_digits_and_two_that_differ_later_are_still_a_change() -> None:
    other = DIGEST[:-1] + "0"
    words = description.of_update(recorded(image=f"triage@{DIGEST}"), inputs(image=f"triage@{other}"))
    (change,) = words.changes
    assert change.path == "image" and change.old != change.new
    short = description.of_update(recorded(), inputs(image=f"triage@{DIGEST}")).changes[0]
    assert short.new == "`triage@sha256:0123456789ab…`"


@pytest.mark.parametrize(
    ("what", "outcome"),
    [
        ("environment variable `TOKEN`", "gets a new version"),
        ("metadata `key`", "gets a new version"),
        ("verify `prompt`", "keeps its version 7"),
        ("agent card `description`", "keeps its version 7"),
    ],
)
def test_a_secret_that_changes_is_named_as_its_provider_names_it(what: str, outcome: str) -> None:
    state = {"outputs": {"agentName": "triage", "version": "7", "status": "active", "traffic": {"7": 100}}}
    step = {"op": "update", "urn": AGENT_URN, "oldState": state, "newState": {"inputs": {"agentName": "triage"}}}
    said = [
        {"severity": "info", "message": f"triage: {what}: a value → another\n"},
        {"severity": "info", "message": "other: environment variable `NO`: a value → another\n"},
        {"severity": "info", "message": "triage: rollout: all at once → another\n"},
    ]
    (agent,) = preview.read(json.dumps({"steps": [step], "diagnostics": said})).agents
    assert [str(change) for change in agent.description.changes] == [f"{what}: a secret → another one"]
    assert agent.description.outcome.startswith(outcome)


def test_the_deletion_of_a_toolbox_has_a_sentence() -> None:
    state = {"outputs": {"toolboxName": "triage-tools", "version": "2"}}
    urn = AGENT_URN.replace("HostedAgent::triage", "Toolbox::agents-triage-tools")
    seen = preview.read(json.dumps({"steps": [{"op": "delete", "urn": urn, "oldState": state}]}))
    line = "- deleted: Toolbox `agents-triage-tools`: toolbox triage-tools is deleted with its versions"
    assert line in markdown.render(seen).splitlines()
    kept = preview.read(
        json.dumps({"steps": [{"op": "delete", "urn": urn, "oldState": {**state, "retainOnDelete": True}}]})
    )
    assert kept.others[0].outcome == "toolbox triage-tools is removed from this stack, and kept as it is"


def test_a_secret_is_never_shown_and_one_that_changes_where_nobody_sees_it_is_told() -> None:
    variables = {"TOKEN": SECRET}
    words = description.of_update(
        recorded(environment_variables=variables), {**inputs(), "environment_variables": variables}
    )
    assert "a secret value: a secret → another one" in lines(words) and "gets a new version" in words.outcome
    appeared = description.of_update(recorded(), {**inputs(), "environment_variables": variables})
    assert "environment variable `TOKEN`: a secret (new)" in lines(appeared)


@pytest.mark.parametrize("unknown", [UNKNOWN, {"steps": UNKNOWN}, {"steps": [10, UNKNOWN]}, {"hold": UNKNOWN}])
def test_a_rollout_that_is_not_known_yet_is_told_so(unknown: Any) -> None:
    wanted = {"steps": [10], "hold": 60, "check": "verify", **unknown} if isinstance(unknown, dict) else unknown
    words = description.of_update(recorded(), {**inputs(image="triage:v2"), "rollout": wanted})
    assert words.traffic.startswith("step by step; the steps are not known yet, once it starts; after each step")
    created = lines(description.of_create({**inputs(), "rollout": wanted}))
    assert "not known yet" in created


def test_an_image_or_a_variable_that_is_not_known_yet_is_a_possible_new_version() -> None:
    """Such as an image that is being built."""
    old = recorded(registry="r.azurecr.io", environment_variables={"URL": "https://x"})
    built = description.of_update(old, {**old, "image": UNKNOWN})
    assert built.outcome == "may get a new version; version 7 serves until that one is verified"
    assert "image: `r.azurecr.io/triage:v1` → not known yet" in lines(built)
    computed = description.of_update(old, {**old, "environment_variables": {"URL": UNKNOWN}})
    assert "may get a new version" in computed.outcome
    assert "environment variable `URL`: `https://x` → not known yet" in lines(computed)
    whole = description.of_update(old, {**old, "environment_variables": UNKNOWN})
    (change,) = whole.changes
    assert str(change) == 'environment variables: `{"URL": "https://x"}` → not known yet'
    both = description.of_update(old, {**old, "image": "triage:v2", "environment_variables": {"URL": UNKNOWN}})
    assert both.outcome.startswith("gets a new version")


def test_a_registry_that_is_not_known_yet_is_no_change() -> None:
    old = recorded(registry="r.azurecr.io")
    (change,) = description.of_update(old, {**inputs(image="triage:v2"), "registry": UNKNOWN}).changes
    assert (change.old, change.new) == ("`triage:v1`", "`triage:v2`")
    created = lines(description.of_create({**inputs(), "environment_variables": {"URL": UNKNOWN}}))
    assert "environment variable `URL`: not known yet (new)" in created


def test_a_replacement_warns_of_the_identity() -> None:
    words = description.of_replacement(recorded(), inputs(agent_name="classify"))
    assert "assign the roles of its identity to the new one again" in words.outcome
    assert "agent name: `triage` → `classify`" in lines(words)


def test_an_agent_whose_project_is_replaced_is_told_with_identity_and_urls() -> None:
    words = description.of_replacement(recorded(), {**inputs(), "project_endpoint": UNKNOWN})
    assert words.outcome.startswith("is replaced, with its identity and URLs:")
    assert f"project endpoint: `{ENDPOINT}` → not known yet" in lines(words)


@pytest.mark.parametrize("pinned", [{"serve_version": "2"}, {"image": "triage:v0"}], ids=["rolled back", "drifted"])
def test_going_forward_names_the_version_that_may_serve_and_does_not_retire_it(pinned: dict[str, str]) -> None:
    """Version 3 is newer than the one that serves: after `serve_version`, and after traffic was moved by hand."""
    old = recorded("2", versions=["2", "3"], latest_version="3", **pinned)
    words = description.of_update(old, inputs())
    assert words.outcome == (
        "gets version 3 if it has this definition, otherwise a new version; version 2 serves until that one is verified"
    )
    assert words.retired == "version 3, if a new version is created"
    older = description.of_update({**old, "versions": ["2", "3", "1"]}, inputs(force_delete=True))
    assert older.retired == "version 1; version 3, if a new version is created"


def test_going_forward_from_the_newest_version_may_keep_it() -> None:
    words = description.of_update(recorded("3", serve_version="3", latest_version="3"), inputs())
    assert words.outcome == "keeps its version 3 if it has this definition, otherwise gets another"


def test_a_placeholder_that_the_service_filled_in_is_no_change() -> None:
    filled = recorded(environment_variables={"URL": f"{ENDPOINT}/x", "A": "1"})
    new = inputs(environment_variables={"URL": "${project_endpoint}/x", "A": "2"})
    assert [change.path for change in description.of_update(filled, new).changes] == ["environment_variables.A"]
    unknown = {**new, "project_endpoint": UNKNOWN}
    assert [change.path for change in description.of_update(filled, unknown).changes] == ["environment_variables.A"]


def test_a_version_made_outside_is_the_reason_of_an_update() -> None:
    words = description.of_update(recorded(unmanaged_versions=["8"], latest_version="8"), inputs())
    assert words.outcome == "keeps its version 7"
    assert "because: version 8 was not created by a finished run of this stack" in lines(words)
    two = description.of_update(recorded(unmanaged_versions=["9", "8"], latest_version="9"), inputs())
    assert two.because.startswith("versions 8 and 9 were not created")
    closed = description.of_update(recorded(protocols=["invocations"]), inputs())
    assert "because: the endpoint does not answer to every protocol of the definition" in lines(closed)


def test_a_version_that_does_not_serve_any_more_is_told() -> None:
    words = description.of_update(recorded(status="deleted"), inputs())
    assert words.outcome == "gets a new version, because version 7 is `deleted`"


def test_nested_inputs_are_told_by_their_paths() -> None:
    card = {"version": "1", "skills": [{"id": "a", "name": "b"}]}
    other = {"version": "1", "skills": [{"id": "a", "name": "c"}]}
    words = description.of_update(recorded(agent_card=card), {**inputs(), "agent_card": other})
    assert "agent card `skills[0].name`: `b` → `c`" in lines(words)


def test_a_value_cannot_break_out_of_the_table() -> None:
    new = inputs(environment_variables={"A": "x | ` <b> @team\nnew"})
    text = markdown.render(of(description.of_create(new)))
    row = next(line for line in text.splitlines() if "variable `A`" in line)
    assert row == r"|  | environment variable `A` | — | `` x \| ` <b> @team\nnew `` |"


def of(words: description.Description, *findings: preview.Finding) -> preview.Preview:
    agent = preview.Agent(words.agent, "update", words)
    return preview.Preview("agent-environment", "dev", (agent,), (), 0, findings)


def test_html_in_a_message_is_shown_and_not_made() -> None:
    told = preview.Finding("error", "", "first <img src=x>\nsecond ``` line")
    text = markdown.render(of(description.of_same(recorded()), told))
    assert "first &lt;img src=x&gt;" in text and "````" in text


def test_a_long_list_of_other_resources_is_cut() -> None:
    others = tuple(preview.Other("create", "azure-native:x:Y", f"n{index:02}", ()) for index in range(30))
    text = markdown.render(preview.Preview("p", "dev", (), others, 3, ()))
    assert "30 created, 3 unchanged" in text and text.count("- created") == 20 and "and 10 more" in text


@pytest.mark.parametrize(
    ("diagnostic", "path", "message"),
    [
        ({"urn": "u", "message": "warning: image: `x` is a tag; use\n"}, "agents.echo.image", "`x` is a tag; use"),
        (
            {"urn": "u", "message": "error: resource 'agents-echo': property protocolVersions[0].version value {x} "
             "has a problem: is wrong; cure"},
            "agents.echo.protocol_versions[0].version",
            "is wrong; cure",
        ),
        ({"urn": "u", "message": "error: DeployError: no such image"}, "agents.echo", "DeployError: no such image"),
        ({"message": "error: reading it: not there"}, "", "reading it: not there"),
        ({"message": "error: AgentEnvironment 'agents': the arguments are not valid:\ntags: x; y"}, "tags", "x; y"),
    ],
)  # fmt: skip
def test_a_finding_knows_what_it_is_about(diagnostic: dict[str, str], path: str, message: str) -> None:
    urn = "urn:pulumi:dev::agent-environment::a:b:C$pulumi-python:dynamic/foundry-agents:HostedAgent::agents-echo"
    said = {"severity": diagnostic["message"].partition(":")[0], **diagnostic}
    said = {**said, "urn": urn} if "urn" in said else said
    config = {"agent-environment:agents": json.dumps({"echo": {}, "cho": {}})}
    stack = {"op": "same", "urn": "urn:pulumi:dev::agent-environment::pulumi:pulumi:Stack::s"}
    seen = preview.read(json.dumps({"steps": [stack], "diagnostics": [said], "config": config}))
    assert [(found.path, found.message) for found in seen.findings] == [(path, message)]


def test_a_role_that_is_taken_away_is_a_warning() -> None:
    role = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
    inputs = {"principalId": "p-1", "roleDefinitionId": f"/roleDefinitions/{role}", "scope": "/subscriptions/s/r"}
    urn = "urn:pulumi:dev::agent-environment::a:b:C$azure-native:authorization:RoleAssignment::agents-pull"
    step = {"op": "delete", "urn": urn, "oldState": {"inputs": inputs, "outputs": inputs}}
    text = markdown.render(preview.read(json.dumps({"steps": [step], "diagnostics": []})))
    assert "**Warnings**" in text
    assert "deleting agents-pull takes AcrPull on /subscriptions/s/r away from the identity p-1" in text
    assert f"`az role assignment create --assignee-object-id p-1 --role {role} --scope /subscriptions/s/r`" in text


STACK_FILE = """\
encryptionsalt: v1:abc
config:
  azure-native:location: x
  agent-environment:location: swedencentral
  agent-environment:agents:
    echo:
      image: echo:v1
      protocol_versions:
        - protocol: responses
          version: "1"
      environment_variables:
        "A.B": x
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("location", 4),
        ("agents.echo.image", 7),
        ("agents.echo.cpu", 6),
        ("agents.echo.protocol_versions[0].version", 10),
        ('agents.echo.environment_variables["A.B"]', 12),
        ("agents.none.image", 5),
        ("nothing", None),
    ],
)
def test_a_path_is_found_in_the_stack_file(tmp_path: Path, path: str, line: int | None) -> None:
    file = tmp_path / "Pulumi.dev.yaml"
    file.write_text(STACK_FILE)
    assert StackFile.read(file).line(path) == line


def test_an_annotation_is_one_line_whatever_it_says(tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.dev.yaml"
    file.write_text(STACK_FILE)
    found = preview.Finding("warning", "agents.echo.image", "100%\nsure")
    text = github.render(of(description.of_same({**recorded(), "agent_name": "echo"}), found), file)
    last = text.splitlines()[-1]
    assert last == f"::warning file={file.as_posix()},line=7::agents.echo.image: 100%25%0Asure"
    assert "::error::" in github.render(
        of(description.of_same(recorded()), preview.Finding("error", "", "x")), Path("no")
    )


def command(*arguments: str, stdin: str = "") -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "foundry_agents.cli", *arguments],
        input=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    assert "Traceback" not in done.stdout
    return done.returncode, done.stdout


def test_the_command_reads_files_and_stdin_and_says_by_its_exit_code_what_came_of_it(tmp_path: Path) -> None:
    file = golden.FOLDER / "image.json"
    assert command("summary", str(file)) == (0, (golden.FOLDER / "image.md").read_text())
    assert command("summary", "-", stdin=f"warning: something first\n{file.read_text()}")[0] == 0
    assert "  environment variable `MAX_RETRIES`: `3` → `5`" in command("summary", "--format", "text", str(file))[1]
    failed = {"steps": [], "diagnostics": [{"severity": "error", "message": "error: no"}]}
    assert command("summary", stdin=json.dumps(failed))[0] == 1
    assert command("summary", stdin="not json")[0] == 2
    assert command("summary", str(tmp_path / "none"))[0] == 2
    assert command("summary", "--format", "pdf", stdin="{}")[0] == 2
    assert command("drift", stdin="{}")[0] == 2


def test_a_stack_file_is_checked_without_credentials(tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.dev.yaml"
    file.write_text(
        STACK_FILE.replace('version: "1"', "version: 2.0.0").replace("image: echo:v1", "image: echo:v1\n      cpus: 1")
    )
    code, said = command("check", str(file))
    assert code == 1 and "error: agents.echo.cpus: unknown key; did you mean `cpu`?" in said
    code, said = command("check", "--format", "annotations", str(file))
    assert f"::error file={file.as_posix()},line=8::agents.echo.cpus" in said
    file.write_text(STACK_FILE.replace('"A.B": x', "TOKEN: {secure: v1:abc}").replace('version: "1"', "version: 2.0.0"))
    assert "agents.echo.environment_variables.TOKEN: is a `secure:` value" in command("check", str(file))[1]
    named = STACK_FILE.replace('"A.B": x', "A: x\n      secret_environment_variables: {KEY: opnai}")
    keys = "  agent-environment:secrets: {openai: {secure: v1:abc}, other: sk-plain}\n"
    file.write_text(named.replace('version: "1"', "version: 2.0.0") + keys)
    code, said = command("check", str(file))
    assert (
        code == 1
        and "secret_environment_variables.KEY: the secret `opnai` does not exist; did you mean `openai`?" in said
    )
    assert "secrets.other: is not encrypted; set it with `pulumi config set --secret" in said and "plain" not in said
    file.write_text("config: [")
    assert command("check", str(file))[0] == 2


def test_the_stack_files_of_the_repository_pass() -> None:
    files = sorted(str(file) for file in Path("stacks").glob("Pulumi.*.yaml"))
    assert files and command("check", *files)[0] == 0
