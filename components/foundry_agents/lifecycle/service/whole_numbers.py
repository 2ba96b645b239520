"""Numbers as the service accepts them: Pulumi passes 3 as 3.0, and the service refuses that for an integer."""

from __future__ import annotations

from typing import TypeVar, cast

T = TypeVar("T")


def with_whole_numbers(body: T) -> T:
    """A copy of a JSON body in which every number without a fraction is an integer."""
    return cast(T, _whole(body))


def _whole(value: object) -> object:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _whole(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_whole(one) for one in value]
    return value
