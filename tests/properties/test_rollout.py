"""The plan of a rollout, over everything that may serve and be wanted."""

from hypothesis import given, settings
from hypothesis import strategies as st

from foundry_agents.lifecycle.errors.input_issue import Issues
from foundry_agents.lifecycle.inputs import rollout
from foundry_agents.lifecycle.rollout.plan import plan as rollout_plan

from .run_size import examples

NUMBERS = st.integers(1, 30).map(str)
STEPS = st.lists(st.integers(1, 99), unique=True, max_size=6).map(sorted)


@st.composite
def weights(draw: st.DrawFn) -> dict[str, int]:
    """What serves: nothing, or versions whose shares add up to 100."""
    versions = draw(st.lists(NUMBERS, unique=True, max_size=4))
    if not versions:
        return {}
    cuts = sorted(draw(st.lists(st.integers(0, 100), min_size=len(versions) - 1, max_size=len(versions) - 1)))
    return dict(zip(versions, (end - start for start, end in zip([0, *cuts], [*cuts, 100], strict=True)), strict=True))


@settings(max_examples=examples(200, 5_000))
@given(serving=weights(), goal=NUMBERS, steps=STEPS)
def test_a_plan_is_always_sound(serving: dict[str, int], goal: str, steps: list[int]) -> None:
    plan = rollout_plan(serving, goal, steps)
    assert plan[-1] == {goal: 100}
    for shares in plan:
        assert sum(shares.values()) == 100 and all(1 <= share <= 100 for share in shares.values())
        assert len(shares) <= 2
        assert set(shares) <= {*serving, goal}, "only versions that are active already, and the new one"
    share_of_goal = [shares[goal] for shares in plan]
    assert share_of_goal == sorted(set(share_of_goal)), "the new version never loses traffic"
    assert set(share_of_goal) <= {*steps, 100}


@settings(max_examples=examples(100, 1_000))
@given(serving=weights(), goal=NUMBERS, steps=STEPS)
def test_every_step_is_walked_if_something_else_serves(serving: dict[str, int], goal: str, steps: list[int]) -> None:
    if serving and goal not in serving:
        assert [shares[goal] for shares in rollout_plan(serving, goal, steps)] == [*steps, 100]


@given(steps=STEPS, last=st.booleans())
def test_a_last_step_of_100_says_nothing_new(steps: list[int], last: bool) -> None:
    issues = Issues()
    checked = rollout.TYPE.check({"steps": [*steps, 100] if last else steps}, "rollout", issues)
    assert checked["steps"] == steps and issues.problems == []


@given(steps=st.lists(st.integers(1, 100), min_size=2, max_size=6).filter(lambda steps: steps != sorted(set(steps))))
def test_steps_that_do_not_go_up_are_refused(steps: list[int]) -> None:
    issues = Issues()
    rollout.TYPE.check({"steps": steps}, "rollout", issues)
    assert [problem.path for problem in issues.problems] == ["rollout.steps"]
