"""What a change of the schema means for its users."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from tools.docs.provider_schema.compare import changes
from tools.docs.provider_schema.package import DOCUMENT, schema, text
from tools.docs.provider_schema.shipped import DOCUMENT as SHIPPED

AGENT = "foundry-agents:index:HostedAgent"
VERIFY = "foundry-agents:index:Verify"
Edit = Callable[[dict[str, Any]], Any]


def test_the_committed_schema_is_what_the_declarations_give() -> None:
    told = "\n".join(map(str, changes(json.loads(DOCUMENT.read_text()), schema())))
    assert not told, f"run `make docs`; the schema changes:\n{told}"
    assert DOCUMENT.read_text() == SHIPPED.read_text() == text()


def difference(edit: Edit) -> list[str]:
    old = schema()
    new = copy.deepcopy(old)
    edit(new)
    return [str(change) for change in changes(old, new)]


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (lambda new: new["resources"].pop(AGENT), "resources.HostedAgent: is removed"),
        (
            lambda new: new["resources"][AGENT]["inputProperties"].pop("cpu"),
            "resources.HostedAgent.inputs.cpu: is removed",
        ),
        (
            lambda new: new["resources"][AGENT]["inputProperties"]["cpu"].update(type="number"),
            "resources.HostedAgent.inputs.cpu: type: string → number",
        ),
        (
            lambda new: new["resources"][AGENT]["requiredInputs"].append("cpu"),
            "resources.HostedAgent.inputs.cpu: is required now",
        ),
        (
            lambda new: new["resources"][AGENT]["required"].remove("version"),
            "resources.HostedAgent.outputs.version: is no longer required",
        ),
        (
            lambda new: new["resources"][AGENT]["aliases"].clear(),
            "resources.HostedAgent: the alias pulumi-python:dynamic/foundry-agents:HostedAgent is removed",
        ),
        (
            lambda new: new["types"]["foundry-agents:index:VerifyKind"]["enum"].pop(),
            "types.VerifyKind: the value off is removed",
        ),
        (
            lambda new: new["functions"]["foundry-agents:index:getAgent"]["inputs"]["required"].append("owner"),
            "functions.getAgent.inputs.owner: is required now",
        ),
        (lambda new: new.update(name="agents"), "name: foundry-agents → agents"),
    ],
)
def test_what_breaks_users_is_called_that(edit: Edit, told: str) -> None:
    assert difference(edit) == [f"BREAKS USERS: {told}"]


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (
            lambda new: new["types"][VERIFY]["properties"].update(more={"type": "string"}),
            "types.Verify.more: is added",
        ),
        (
            lambda new: new["types"][VERIFY].update(description="How it starts."),
            "types.Verify: another description",
        ),
        (
            lambda new: new["types"]["foundry-agents:index:VerifyKind"]["enum"].append({"value": "call"}),
            "types.VerifyKind: the value call is added",
        ),
        (
            lambda new: new["resources"][AGENT]["requiredInputs"].remove("image"),
            "resources.HostedAgent.inputs.image: is no longer required",
        ),
    ],
)
def test_what_does_not_break_users_is_called_compatible(edit: Edit, told: str) -> None:
    assert difference(edit) == [f"compatible: {told}"]
