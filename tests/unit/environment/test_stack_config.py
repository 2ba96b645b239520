"""What the stack's configuration comes to."""

import json
from collections.abc import Callable
from typing import Any, cast

import pulumi
import pytest
from pulumi.runtime import set_all_config

from foundry_agents import AgentEnvironmentArgs, environment_from_config
from foundry_agents.environment import environment
from foundry_agents.environment.check import check_environment

Deploy = Callable[..., Any]
Read = Callable[..., dict[str, Any]]
AGENTS = {"echo": {"image": "echo:v1.0"}}


@pytest.fixture
def read() -> Any:
    """Reads a configuration as Pulumi passes it: everything is text."""

    def from_config(secret: tuple[str, ...] = (), **config: Any) -> dict[str, Any]:
        given = {"location": "swedencentral", "agents": AGENTS, **config}
        texts = {f"p:{key}": value if isinstance(value, str) else json.dumps(value) for key, value in given.items()}
        set_all_config(texts, [f"p:{key}" for key in secret])
        return cast(dict[str, Any], environment_from_config(pulumi.Config("p")))

    yield from_config
    set_all_config({})


def test_structured_values_flags_and_text_are_what_they_were(read: Read) -> None:
    args = read(protect=True, tags={"team": "payments"}, resource_group="rg-1")
    assert args == {
        "location": "swedencentral",
        "agents": AGENTS,
        "protect": True,
        "tags": {"team": "payments"},
        "resource_group": "rg-1",
    }


def test_text_that_reads_like_a_number_stays_text(read: Read) -> None:
    assert read(registry_name="12345", resource_group="1e5")["registry_name"] == "12345"
    assert read(resource_group="NaN")["resource_group"] == "NaN"
    assert read(resource_group="9" * 80)["resource_group"] == "9" * 80


def test_an_empty_default_is_not_set(read: Read) -> None:
    args = read(deployers=[], existing_project="", key_vault="", tags={}, protect=False)
    assert args == {"location": "swedencentral", "agents": AGENTS, "tags": {}, "protect": False}


@pytest.mark.parametrize("key", ["deployers", "tags", "agents", "protect"])
def test_a_key_without_a_value_is_refused_as_pulumi_refuses_it(read: Read, key: str) -> None:
    with pytest.raises(pulumi.RunError, match=f"{key}: "):
        read(**{key: ""})


def test_words_that_are_valid_names_stay_text(read: Read) -> None:
    assert read(resource_group="true")["resource_group"] == "true"
    assert read(resource_group="null")["resource_group"] == "null"


def test_checked_arguments_are_not_checked_again_unless_they_change(
    read: Read, deploy: Deploy, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks: list[Any] = []

    def counted(args: Any) -> Any:
        checks.append(args)
        return check_environment(args)

    monkeypatch.setattr(environment, "check_environment", counted)

    def program(args: dict[str, Any]) -> Callable[[], dict[str, Any]]:
        def run() -> dict[str, Any]:
            environment.AgentEnvironment("agents", cast(AgentEnvironmentArgs, args))
            return {}

        return run

    deploy(program(read()))
    assert checks == []
    changed = read()
    changed["agents"]["echo"]["cpu"] = 2
    deploy(program(changed))
    deploy(program({**read(), "tags": {"team": "payments"}}))
    assert len(checks) == 2
    changed["agents"]["echo"]["cpu"] = 9
    with pytest.raises(pulumi.RunError, match="cpu"):
        deploy(program(changed))


def test_a_secret_among_the_agents_is_refused_and_nothing_else_is(read: Read) -> None:
    with pytest.raises(pulumi.RunError) as refused:
        read(secret=("agents",))
    _, *problems = str(refused.value).splitlines()
    assert len(problems) == 1 and problems[0].startswith("agents: contains a `secure:` value")
    assert "secrets" in problems[0]


def test_all_problems_of_a_configuration_are_named_at_once(read: Read) -> None:
    with pytest.raises(pulumi.RunError) as refused:
        read(locaton="x", registry_sku="Free", agents={"e_o": {"image": "a"}})
    told = str(refused.value)
    for part in ("did you mean `location`?", "registry_sku: ", "agents.e_o: ", "agents.e_o.image: "):
        assert part in told
