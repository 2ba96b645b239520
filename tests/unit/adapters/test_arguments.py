"""A resource takes a dict, an args object or keywords. mypy checks this file too: an unused `type: ignore` fails."""

from collections.abc import Callable
from typing import Any, TypedDict

import pulumi
import pytest
from typing_extensions import NotRequired

from foundry_agents import HostedAgent, HostedAgentArgs, Toolbox, ToolboxArgs, VerifyArgs
from foundry_agents.adapters.arguments import NOT_GIVEN, arguments

from ..conftest import ENDPOINT

Deploy = Callable[..., Any]


class ShelfArgs(TypedDict):
    width: pulumi.Input[str]
    height: NotRequired[str]


class Shelf(pulumi.Resource):
    def __init__(self) -> None:
        """Not registered: only its class counts."""


def read(args: Any = NOT_GIVEN, **keywords: Any) -> ShelfArgs:
    return arguments(ShelfArgs, Shelf(), "oak", args, keywords)


def refusal(args: Any = NOT_GIVEN, **keywords: Any) -> str:
    with pytest.raises(pulumi.RunError) as refused:
        read(args, **keywords)
    return str(refused.value)


def test_every_form_gives_the_same_arguments(deploy: Deploy) -> None:
    verify = VerifyArgs(kind="off")

    def program() -> dict[str, Any]:
        protected = pulumi.ResourceOptions(protect=True)
        HostedAgent("a", {"agent_name": "a", "project_endpoint": ENDPOINT, "image": "i:v1", "verify": verify})
        HostedAgent("b", HostedAgentArgs(agent_name="b", project_endpoint=ENDPOINT, image="i:v1", verify=verify))
        HostedAgent("c", agent_name="c", project_endpoint=ENDPOINT, image="i:v1", verify=verify)
        HostedAgent("d", agent_name="d", project_endpoint=ENDPOINT, image="i:v1", verify=verify, opts=protected)
        Toolbox("t", {"toolbox_name": "t", "project_endpoint": ENDPOINT, "tools": ["web_search"]})
        Toolbox("u", ToolboxArgs(toolbox_name="u", project_endpoint=ENDPOINT, tools=["web_search"]), protected)
        Toolbox("v", toolbox_name="v", project_endpoint=ENDPOINT, tools=["web_search"])
        return {}

    registered, _ = deploy(program)
    own = {"logicalName": "", "agentName": "", "toolboxName": ""}
    for token, number in ((":HostedAgent", 4), (":Toolbox", 3)):
        first, *others = ({**made.inputs, **own} for made in registered.of(token))
        assert [first] * (number - 1) == others


def test_a_type_checker_sees_wrong_keywords(deploy: Deploy) -> None:
    def program() -> dict[str, Any]:
        HostedAgent("a", agent_name="a", project_endpoint=ENDPOINT, image="i:v1", cpus="1")  # type: ignore[call-overload]
        HostedAgent("b", agent_name="b", project_endpoint=ENDPOINT, image=7)  # type: ignore[call-overload]
        HostedAgent("c", agent_name="c")  # type: ignore[call-overload]
        Toolbox("t", toolbox_name="t", project_endpoint=ENDPOINT)  # type: ignore[call-overload]
        return {}

    registered, _ = deploy(program)
    assert len(registered.resources) == 4  # the check of the resource, which mocks do not run, refuses them


def test_none_is_the_same_as_a_key_that_is_not_set() -> None:
    assert read({"width": "80", "height": None}) == {"width": "80"}
    assert read(width="80", height=None) == {"width": "80"}


def test_the_dict_of_the_caller_stays_as_it_is() -> None:
    given: ShelfArgs = {"width": "80"}
    read(given)["height"] = "200"
    assert given == {"width": "80"}


def test_a_wrong_call_is_explained() -> None:
    assert refusal() == refusal(None) == "Shelf 'oak': has no arguments; pass a dict, or keywords"
    assert refusal("80") == "Shelf 'oak': the arguments are a str; pass a dict, or keywords"
    assert refusal({"width": "80"}, height="200") == (
        "Shelf 'oak': arguments are passed both as a dict and as keywords (height); use one of them"
    )
    assert refusal(pulumi.ResourceOptions()) == "Shelf 'oak': resource options are not arguments; pass them as `opts`"


def test_wrong_keys_are_refused_all_at_once() -> None:
    assert refusal(hight="200") == (
        "Shelf 'oak': the arguments are not valid:\n"
        "hight: unknown key; did you mean `height`?\n"
        "width: is required; set it"
    )


def test_an_agent_with_tools_needs_its_name(deploy: Deploy) -> None:
    def program() -> dict[str, Any]:
        HostedAgent("a", image="i:v1", tools=["web_search"])  # type: ignore[call-overload]
        return {}

    with pytest.raises(pulumi.RunError, match="HostedAgent 'a': agent_name: is required; set it"):
        deploy(program)
