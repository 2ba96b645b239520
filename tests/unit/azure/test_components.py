"""What every component has in common: the forms of its arguments, children, and registered outputs."""

from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from foundry_agents import (
    AgentRegistry,
    AgentSecrets,
    CapabilityHost,
    FoundryProject,
    ImagePullAccess,
    KeyVaultConnection,
)

from ..conftest import SUBSCRIPTION, Registered

Deploy = Callable[..., tuple[Registered, dict[str, Any]]]
_PROVIDERS = f"{SUBSCRIPTION}/resourceGroups/rg/providers"
PROJECT_ID = f"{_PROVIDERS}/Microsoft.CognitiveServices/accounts/acc/projects/pro"
PLACE = {"resource_group_name": "rg", "location": "swedencentral"}
ACCOUNT = {"resource_group_name": "rg", "account_name": "acc"}

COMPONENTS: dict[Any, dict[str, Any]] = {
    FoundryProject: {**PLACE, "account_name": "acc", "project_name": "pro"},
    AgentRegistry: {**PLACE, "registry_name": "registry1"},
    ImagePullAccess: {"registry_id": f"{_PROVIDERS}/Microsoft.ContainerRegistry/registries/r", "principal_id": "p"},
    CapabilityHost: ACCOUNT,
    KeyVaultConnection: {**ACCOUNT, "location": "swedencentral", "vault_name": "kv-1"},
    AgentSecrets: {"project_id": PROJECT_ID, "secret_environment_variables": {"A": "x"}},
}
each_component = pytest.mark.parametrize("component", COMPONENTS, ids=lambda component: component.__name__)


def program(component: Any, *args: Any, **keywords: Any) -> Callable[[], dict[str, Any]]:
    def run() -> dict[str, Any]:
        component("one", *args, **keywords)
        return {}

    return run


@each_component
def test_a_dict_and_keywords_register_the_same(deploy: Deploy, component: Any) -> None:
    args = COMPONENTS[component]
    by_dict, by_keywords = deploy(program(component, args))[0], deploy(program(component, **args))[0]
    told = [(made.name, made.typ) for made in by_dict.resources]
    assert told == [(made.name, made.typ) for made in by_keywords.resources] and len(told) > 1


@each_component
@pytest.mark.parametrize(
    ("args", "keywords", "told"),
    [
        ((None,), {}, "has no arguments; pass a dict, or keywords"),
        (("rg",), {}, "the arguments are a str; pass a dict, or keywords"),
        ((), {"nmae": "x"}, "nmae: unknown key"),
    ],
)
def test_a_wrong_call_is_explained(deploy: Deploy, component: Any, args: Any, keywords: Any, told: str) -> None:
    with pytest.raises(pulumi.RunError) as refused:
        deploy(program(component, *args, **keywords))
    assert str(refused.value).startswith(f"{component.__name__} 'one': ") and told in str(refused.value)


@each_component
def test_every_child_has_the_component_as_parent_and_outputs_are_registered(
    deploy: Deploy, component: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    outputs: list[set[str]] = []
    parents: list[tuple[str, Any]] = []
    monkeypatch.setattr(component, "register_outputs", lambda _self, values: outputs.append(set(values)))
    init = pulumi.CustomResource.__init__

    def recorded(self: Any, type_: str, name: str, props: Any, opts: Any, *others: Any, **more: Any) -> None:
        parents.append((name, opts.parent))
        init(self, type_, name, props, opts, *others, **more)

    monkeypatch.setattr(pulumi.CustomResource, "__init__", recorded)
    deploy(program(component, COMPONENTS[component]))
    assert parents and all(name.startswith("one-") and isinstance(parent, component) for name, parent in parents)
    (registered,) = outputs
    declared = {name for name in component.__annotations__ if not name.startswith("_")}
    assert {camel_case(name) for name in declared} == registered


def camel_case(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(other.title() for other in others)


@pytest.mark.parametrize(
    ("component", "needed", "existing"),
    [
        (FoundryProject, ("resource_group_name", "location", "account_name", "project_name"), "existing_project_id"),
        (AgentRegistry, ("resource_group_name", "location", "registry_name"), "existing_registry_id"),
        (KeyVaultConnection, ("location", "vault_name"), "existing_vault_id"),
    ],
)
def test_incomplete_arguments_are_refused_all_at_once(
    deploy: Deploy, component: Any, needed: tuple[str, ...], existing: str
) -> None:
    args = {key: value for key, value in COMPONENTS[component].items() if key not in needed}
    with pytest.raises(pulumi.RunError) as refused:
        deploy(program(component, {**args, "tags": {}}))
    _, *problems = str(refused.value).splitlines()
    assert problems == [f"{key}: is missing; set it, or `{existing}`" for key in needed]


@pytest.mark.parametrize(
    ("args", "told"),
    [
        ({"connection_name": "?"}, "connection_name: `?` is not a valid name; use 3-33 letters, digits, _ and -"),
        ({"secret_environment_variables": []}, "secret_environment_variables: is not a map"),
        ({"secret_environment_variables": {"b-c": "x"}}, "secret_environment_variables.b-c: "),
    ],
)
def test_wrong_secrets_are_refused(deploy: Deploy, args: dict[str, Any], told: str) -> None:
    with pytest.raises(pulumi.RunError) as refused:
        deploy(program(AgentSecrets, {**COMPONENTS[AgentSecrets], **args}))
    assert told in str(refused.value)


def test_secrets_as_an_output_are_refused(deploy: Deploy) -> None:
    def run() -> dict[str, Any]:
        AgentSecrets("one", project_id=PROJECT_ID, secret_environment_variables=pulumi.Output.from_input({}))  # type: ignore[call-overload]
        return {}

    with pytest.raises(pulumi.RunError, match="secret_environment_variables: is an output"):
        deploy(run)


def test_a_wrong_project_id_ends_the_program_with_a_message(deploy: Deploy) -> None:
    with pytest.raises(Exception, match="`pro` is not the ARM ID of a Foundry project"):
        deploy(program(AgentSecrets, {**COMPONENTS[AgentSecrets], "project_id": "pro"}))


def test_secrets_for_a_project_in_another_subscription_are_refused(deploy: Deploy) -> None:
    elsewhere = PROJECT_ID.replace(SUBSCRIPTION, "/subscriptions/99999999-9999-9999-9999-999999999999")
    values = {"KEY": "canary-41d0"}
    with pytest.raises(Exception, match="is not in the subscription of the provider") as refused:
        deploy(program(AgentSecrets, project_id=elsewhere, secret_environment_variables=values))
    assert elsewhere in str(refused.value) and "canary" not in str(refused.value)
