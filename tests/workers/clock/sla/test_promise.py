"""A promise is judged by the time that was spent while it was ours to act."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.workflow import Status
from workers.clock.sla.promise import RUNNING, Event, Promise, Verdict, judge

START = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
OPEN, WAITS, SOLVED = Status.OPEN, Status.WAITING, Status.RESOLVED


def at(hours: float) -> datetime:
    return START + hours * HOUR


def promise(*past: tuple[float, Status], kept: float | None = None, warned: bool = False) -> Promise:
    """Of four hours."""
    spells = tuple((at(since), status) for since, status in past or ((0, OPEN),))
    return Promise(4 * HOUR, None, spells, None if kept is None else at(kept), warned)


@pytest.mark.parametrize(
    ("made", "now", "verdict"),
    [
        (promise(), 0, Verdict(again=at(3), due=at(4))),
        (promise(), 2.9, Verdict(again=at(3), due=at(4))),
        (promise(), 3, Verdict(Event.WARNING, again=at(4), due=at(4))),
        (promise(warned=True), 3.5, Verdict(again=at(4), due=at(4))),
        (promise(), 4, Verdict(Event.BREACH, over=True)),
        (promise(warned=True), 9, Verdict(Event.BREACH, over=True)),
        (promise(kept=1), 3, Verdict(over=True)),
        (promise(kept=3.9), 9, Verdict(over=True)),
        (promise(kept=4), 9, Verdict(Event.BREACH, over=True)),
        (promise((0, OPEN), (2, WAITS)), 9, Verdict()),
        (promise((0, OPEN), (2, SOLVED)), 9, Verdict()),
        (promise((0, OPEN), (2, WAITS), (8, OPEN)), 8, Verdict(again=at(9), due=at(10))),
        (promise((0, OPEN), (2, WAITS), (8, OPEN)), 9, Verdict(Event.WARNING, again=at(10), due=at(10))),
        (promise((0, OPEN), (5, SOLVED)), 9, Verdict(Event.BREACH, over=True)),
        (promise((0, WAITS)), 9, Verdict()),
    ],
)
def test_verdicts(made: Promise, now: float, verdict: Verdict):
    assert judge(made, at(now)) == verdict


@given(st.lists(st.tuples(st.floats(0.1, 5), st.sampled_from(list(Status))), max_size=8), st.floats(0, 40))
def test_time_is_spent_only_while_it_runs(spells: list[tuple[float, Status]], now: float):
    past, hours = [(START, OPEN)], 0.0
    for more, status in spells:
        hours += more
        past.append((at(hours), status))
    made = Promise(4 * HOUR, None, tuple(past))
    moment = at(hours + now)
    spent, verdict = made.spent(moment), judge(made, moment)
    assert timedelta(0) <= spent <= moment - START
    assert (verdict.event is Event.BREACH) == (spent >= 4 * HOUR)
    if verdict.again:
        assert past[-1][1] in RUNNING
        assert judge(made, verdict.again).event is not Event.NONE, "something is to be said then, and not earlier"
