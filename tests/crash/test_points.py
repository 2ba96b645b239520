"""The points come from the log of a clean run: no request is left out."""

from typing import Any

from .operations import CREATE_WITH_TOOLS, DELETE, RETURN, UPDATE
from .points import points_of, unrecorded_points

PREFIX = "/accounts/acc1/api/projects/p1"


def log(*requests: str) -> list[dict[str, Any]]:
    return [{"method": one.split()[0], "path": PREFIX + one.split()[1]} for one in requests]


RUN = log(
    "GET /agents/echo",
    "POST /agents/echo/versions",
    *["GET /agents/echo/versions/2"] * 5,
    "PATCH /agents/echo",
    "GET /agents/echo/versions/2",
    "PATCH /agents/echo",
)


def test_the_engine_is_killed_before_and_after_every_request_but_further_polls() -> None:
    points = [point for point in points_of(UPDATE, RUN) if point.process == "engine"]
    assert [(point.method, point.nth) for point in points if point.when == "before"] == [
        ("GET", 1),
        ("POST", 1),
        ("GET", 1),
        ("GET", 2),
        ("PATCH", 1),
        ("GET", 6),
        ("PATCH", 2),
    ]
    assert sum(point.when == "after" for point in points) == 7


def test_no_two_points_have_a_name_in_common() -> None:
    for operation in (UPDATE, RETURN, DELETE):
        names = [point.name for point in points_of(operation, RUN) + unrecorded_points(operation, RUN)]
        assert len(names) == len(set(names))


def test_all_ways_to_go_on_are_walked_and_half_of_the_points_end_with_a_destroy() -> None:
    points = points_of(UPDATE, RUN)
    assert {(point.process, point.then) for point in points} == {
        ("engine", "recover"),
        ("engine", "recover without refresh"),
        ("client", "recover"),
        ("client", "up"),
    }
    assert abs(2 * sum(point.destroyed for point in points) - len(points)) <= 2


def test_only_a_refresh_knows_what_was_done_before_the_program_went_back() -> None:
    assert {point.then for point in points_of(RETURN, RUN)} == {"recover"}


def test_of_an_agent_with_tools_the_requests_of_its_toolbox_alone_are_walked() -> None:
    run = [*log("GET /toolboxes/echo-tools", "POST /toolboxes/echo-tools/versions"), *RUN]
    points = points_of(CREATE_WITH_TOOLS, run)
    assert {point.path for point in points} == {"/toolboxes/echo-tools", "/toolboxes/echo-tools/versions"}
    assert points[0].fault["path"] == r"/api/projects/[^/]+/toolboxes/echo\-tools$"
