"""Who may do what where, by role assignments."""

import pytest

from foundry_emulator.identity.state import DEPLOYER_OBJECT_ID, READER_OBJECT_ID

from ..conftest import GROUP, SOMEBODY, SUBSCRIPTION, Subscription

PROJECT = f"{GROUP}/providers/Microsoft.CognitiveServices/accounts/a1/projects/p1"
AGENTS_WRITE = "Microsoft.CognitiveServices/accounts/AIServices/agents/write"
FOUNDRY_USER = "53ca6127-db72-4b80-b1b0-d745d6d5456d"
AI_DEVELOPER = "64702f94-c441-49e6-a78b-ef80e0188fee"


def test_owner_may_do_everything_but_touch_data(subscription: Subscription) -> None:
    assert subscription.rights.has_action(DEPLOYER_OBJECT_ID, "Microsoft.CognitiveServices/accounts/write", GROUP)
    assert subscription.rights.has_action(DEPLOYER_OBJECT_ID, "Microsoft.Authorization/roleAssignments/write", GROUP)
    assert not subscription.rights.has_data_action(DEPLOYER_OBJECT_ID, AGENTS_WRITE, PROJECT)


def test_reader_reads(subscription: Subscription) -> None:
    assert subscription.rights.has_action(READER_OBJECT_ID, "Microsoft.CognitiveServices/accounts/read", GROUP)
    assert not subscription.rights.has_action(READER_OBJECT_ID, "Microsoft.CognitiveServices/accounts/write", GROUP)


@pytest.mark.parametrize("scope", [SUBSCRIPTION, GROUP, PROJECT, PROJECT.upper()])
def test_grant_reaches_down_whatever_the_case(subscription: Subscription, scope: str) -> None:
    subscription.grant(FOUNDRY_USER, scope)
    assert subscription.rights.has_data_action(SOMEBODY, AGENTS_WRITE, PROJECT)


@pytest.mark.parametrize("scope", [f"{PROJECT}2", f"{GROUP}2", f"{PROJECT}/deeper"])
def test_grant_does_not_reach_sideways_or_up(subscription: Subscription, scope: str) -> None:
    subscription.grant(FOUNDRY_USER, scope)
    assert not subscription.rights.has_data_action(SOMEBODY, AGENTS_WRITE, PROJECT)


def test_azure_ai_developer_is_not_enough_for_agents(subscription: Subscription) -> None:
    subscription.grant(AI_DEVELOPER, SUBSCRIPTION)
    assert not subscription.rights.has_data_action(SOMEBODY, AGENTS_WRITE, PROJECT)


def test_new_grant_has_no_effect_yet(subscription: Subscription) -> None:
    subscription.grant(FOUNDRY_USER, PROJECT, age=59)
    assert not subscription.rights.has_data_action(SOMEBODY, AGENTS_WRITE, PROJECT)
    subscription.grant(FOUNDRY_USER, PROJECT, age=61)
    assert subscription.rights.has_data_action(SOMEBODY, AGENTS_WRITE, PROJECT)
