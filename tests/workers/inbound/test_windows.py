"""Sliding windows: never more than the bound within any period, and room again after it."""

import socket
import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.base import uuid7
from models.settings import Settings
from tests.waiting import until
from workers.inbound.windows import PART, PATIENCE, Window, Windows


def window(most: int, seconds: int = 3600) -> Window:
    return Window((uuid7().hex,), most, seconds)


@pytest.fixture(scope="module")
def shared(instance: Settings) -> Windows:
    return Windows(instance.broker())


@pytest.fixture(scope="module")
def alone(instance: Settings) -> Windows:
    """Of a Redis that is away."""
    return Windows(f"redis+socket://{instance.home}/nobody.sock")


@pytest.fixture(scope="module")
def workers(instance: Settings) -> list[Windows]:
    return [Windows(instance.broker()) for _ in range(3)]


@given(most=st.integers(1, 60), asked=st.lists(st.integers(1, 20), max_size=8))
@pytest.mark.parametrize("kind", ["shared", "alone"])
def test_never_fewer_than_the_bound_and_at_most_a_twentieth_more(
    request: pytest.FixtureRequest, kind: str, most: int, asked: list[int]
):
    windows: Windows = request.getfixturevalue(kind)
    one = window(most)
    entered = [windows.enter({one: count})[one] for count in asked]
    assert min(most, sum(asked)) <= sum(entered) <= min(most + most // PART, sum(asked))
    assert all(0 <= found <= count for found, count in zip(entered, asked, strict=True))


@given(most=st.integers(1, 200), asked=st.lists(st.tuples(st.integers(0, 2), st.integers(1, 60)), max_size=12))
def test_workers_together_let_in_a_twentieth_more_each_at_most(
    workers: list[Windows], most: int, asked: list[tuple[int, int]]
):
    """One after the other, in any order; the room that is there is used."""
    one = window(most)
    entered = sum(workers[who].enter({one: count})[one] for who, count in asked)
    wanted, more = sum(count for _, count in asked), len(workers) * (most // PART)
    assert min(most, wanted) <= entered <= min(most + more, wanted)


def test_who_writes_seldom_is_not_asked_about(instance: Settings, monkeypatch: pytest.MonkeyPatch):
    asked: list[int] = []
    windows, one = Windows(instance.broker()), window(100)
    ask = windows._ask_redis

    def counted(told: Sequence[tuple[Window, int]]) -> list[bool]:
        asked.extend(count for _, count in told)
        return ask(told)

    monkeypatch.setattr(windows, "_ask_redis", counted)
    for _ in range(12):
        assert windows.enter({one: 1}) == {one: 1}
    assert asked == [6, 6]
    assert Windows(instance.broker()).enter({one: 100}) == {one: 88}


def test_what_was_let_in_long_ago_is_told_to_nobody(shared: Windows):
    one = window(20, seconds=1)
    assert shared.enter({one: 1}) == {one: 1}
    began = time.monotonic()
    until(lambda: time.monotonic() - began > 1)
    assert shared.enter({one: 1}) == {one: 1}
    assert shared._kept[one].untold == 1


def test_what_is_full_stays_full(shared: Windows):
    one = window(20)
    shared.enter({one: 30})
    assert [shared.enter({one: 1})[one] for _ in range(9)] == [0] * 9


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


def test_redis_that_does_not_answer_keeps_nobody_waiting():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        windows = Windows(f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
        began = time.monotonic()
        for _ in range(20):
            assert list(windows.enter({window(1): 2}).values()) == [1]
        assert time.monotonic() - began < 6 * PATIENCE, "it is asked once, and then left alone for a while"


def test_names_are_not_told_to_redis():
    keys = Window(("org", "email", "carla@customer.test"), 1, 60).keys
    assert not any("carla" in key for key in keys)
