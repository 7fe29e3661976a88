"""Sliding windows: never more than the bound within any period, and room again after it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.base import uuid7
from models.settings import Settings
from tests.waiting import until
from workers.inbound.windows import Window, Windows


def window(most: int, seconds: int = 3600) -> Window:
    return Window((uuid7().hex,), most, seconds)


@pytest.fixture(scope="module")
def shared(instance: Settings) -> Windows:
    return Windows(instance.broker())


@pytest.fixture(scope="module")
def alone(instance: Settings) -> Windows:
    """Of a Redis that is away."""
    return Windows(f"redis+socket://{instance.home}/nobody.sock")


@given(most=st.integers(1, 20), asked=st.lists(st.integers(1, 10), max_size=8))
@pytest.mark.parametrize("kind", ["shared", "alone"])
def test_never_more_than_the_bound_and_never_fewer(
    request: pytest.FixtureRequest, kind: str, most: int, asked: list[int]
):
    windows: Windows = request.getfixturevalue(kind)
    one = window(most)
    entered = [windows.enter({one: count})[one] for count in asked]
    assert sum(entered) == min(most, sum(asked))
    assert all(found <= count for found, count in zip(entered, asked, strict=True))


def test_windows_know_nothing_of_each_other(shared: Windows):
    one, other = window(1), window(5)
    assert shared.enter({one: 3, other: 3}) == {one: 1, other: 3}
    assert shared.enter({one: 1, other: 3}) == {one: 0, other: 2}


def test_there_is_room_again_when_the_period_has_passed(shared: Windows):
    one = window(2, seconds=1)
    assert shared.enter({one: 2}) == {one: 2}
    assert shared.enter({one: 1}) == {one: 0}
    until(lambda: shared.enter({one: 1}) == {one: 1})


def test_another_process_counts_on(shared: Windows, instance: Settings):
    one = window(2)
    shared.enter({one: 1})
    assert Windows(instance.broker()).enter({one: 2}) == {one: 1}


def test_redis_that_is_away_keeps_nobody_waiting(alone: Windows):
    began = time.monotonic()
    for _ in range(50):
        alone.enter({window(1): 1})
    assert time.monotonic() - began < 1


def test_names_are_not_told_to_redis():
    keys = Window(("org", "email", "carla@customer.test"), 1, 60).keys
    assert not any("carla" in key for key in keys)
