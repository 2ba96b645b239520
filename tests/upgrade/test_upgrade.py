"""A stack that a released version made is the same stack to the present one."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.engine.conftest import Stack
from tests.engine.test_preview import top_key

from foundry_emulator.testing import LocalAzure

from .recording import SETTINGS, Recording, recordings

NEXT = "next"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The present program on a local Azure of its own."""
    place = tmp_path_factory.mktemp("upgrade")
    azure = LocalAzure.start(place / "azure", **SETTINGS)
    folder = place / "program"
    folder.mkdir()
    yield Stack(folder, azure)
    azure.stop()


@pytest.fixture(params=recordings(), ids=lambda recording: recording.version)
def released(request: pytest.FixtureRequest, stack: Stack) -> Stack:
    """The stack and its local Azure, as the released version left them."""
    recording: Recording = request.param
    recording.restore(stack)
    return stack


def test_a_preview_and_an_up_change_nothing(released: Stack) -> None:
    released.pulumi("preview", "--diff", "--expect-no-changes")
    released.up("--diff", "--expect-no-changes")
    assert released.writes() == []


def test_a_refresh_finds_no_drift_and_leaves_no_change(released: Stack) -> None:
    released.pulumi("refresh", "--yes", "--skip-preview", "--diff", "--expect-no-changes")
    released.pulumi("preview", "--diff", "--expect-no-changes")
    assert released.writes() == []


def test_a_changed_image_makes_the_next_version_of_the_same_agent(released: Stack) -> None:
    before = released.outputs()["agents"]
    released.push(*(f"{name}:{NEXT}" for name in before))
    released.configure(_next_images)
    released.azure.clear_requests()
    released.up()
    assert [write for write in released.writes() if "/subscriptions/" in write or "/toolboxes" in write] == []
    after = released.outputs()["agents"]
    assert after.keys() == before.keys()
    for name, agent in before.items():
        assert int(after[name]["version"]) == int(agent["version"]) + 1
        assert after[name]["previous_version"] == agent["version"]
        assert after[name]["principal_id"] == agent["principal_id"]
        assert released.serving(name) == after[name]["version"]


def test_switching_the_mode_of_the_registry_never_replaces_it(released: Stack) -> None:
    released.configure(top_key("repository_permissions", True))
    assert released.preview().keys() == {"agents-registry-mode", "agents-pull"}


def test_a_destroy_leaves_nothing(released: Stack) -> None:
    agents = released.outputs()["agents"]
    released.pulumi("destroy", "--yes", "--skip-preview")
    state = released.azure.state()
    assert [key for key in state["arm"]["resources"] if "resourcegroups" in key] == []
    assert not any(name in json.dumps(state["foundry"]) for name in agents)
    exported = json.loads(released.pulumi("stack", "export").output)
    assert exported["deployment"].get("resources", []) == []


def _next_images(config: dict[str, Any]) -> None:
    for name, agent in config["agents"].items():
        agent["image"] = f"{name}:{NEXT}"
