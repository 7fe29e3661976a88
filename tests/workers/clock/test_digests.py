"""At which moment agents are to be told: the hour in their zone, on days of business, over changed clocks."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from models.digest import USUAL, hour
from workers.clock.digests import latest
from workers.clock.hours import Hours

ZURICH = ZoneInfo("Europe/Zurich")
SPAN = ((timedelta(hours=9), timedelta(hours=17)),)
WEEK = Hours(ZURICH, (*(SPAN,) * 5, (), ()), frozenset({date(2026, 12, 25)}))


def at(day: int, clock: str, month: int = 11) -> datetime:
    return datetime.combine(date(2026, month, day), time.fromisoformat(clock), ZURICH)


@pytest.mark.parametrize(
    ("now", "week", "found"),
    [
        (at(30, "08:00"), WEEK, at(30, "08:00")),
        (at(30, "07:59"), WEEK, at(27, "08:00")),  # over a weekend
        (at(30, "07:59"), None, at(29, "08:00")),
        (at(28, "12:00"), WEEK, at(27, "08:00")),
        (at(25, "12:00", 12), WEEK, at(24, "08:00", 12)),
        (at(25, "08:00", 10), None, at(25, "08:00", 10)),  # the day on which clocks go back
        (at(30, "08:00"), Hours(ZURICH, ((),) * 7), None),
    ],
)
def test_the_latest_moment(now: datetime, week: Hours | None, found: datetime | None):
    assert latest(now.astimezone(UTC), time(8), ZURICH, week) == found


@pytest.mark.parametrize(
    ("said", "found"),
    [(None, USUAL), ("07:30", time(7, 30)), ("off", None), ("soon", USUAL), (7, USUAL), ("07:30+01:00", USUAL)],
)
def test_the_hour_is_read_leniently(said: object, found: time | None):
    assert hour(said) == found
