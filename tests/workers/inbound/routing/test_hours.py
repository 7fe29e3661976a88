"""Times of the week as people write them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.inbound.routing.hours import DAYS, read

MONDAY = datetime(2026, 11, 30, tzinfo=UTC)


def at(day: str, clock: str) -> datetime:
    hour, minute = map(int, clock.split(":"))
    return MONDAY + timedelta(days=DAYS.index(day), hours=hour, minutes=minute)


@pytest.mark.parametrize(
    ("written", "day", "clock", "holds"),
    [
        ("mon-fri 08:00-17:30", "mon", "08:00", True),
        ("mon-fri 08:00-17:30", "fri", "17:29", True),
        ("mon-fri 08:00-17:30", "fri", "17:30", False),
        ("mon-fri 08:00-17:30", "sat", "09:00", False),
        ("Sat", "sat", "23:59", True),
        ("fri-mon", "sun", "12:00", True),
        ("fri-mon", "tue", "12:00", False),
        ("22:00-06:00", "wed", "05:59", True),
        ("22:00-06:00", "wed", "06:00", False),
        ("sun 22:00-06:00", "mon", "03:00", True),
        ("sun 22:00-06:00", "sun", "03:00", False),
        ("00:00-24:00", "thu", "23:59", True),
    ],
)
def test_when_it_holds(written: str, day: str, clock: str, holds: bool):
    assert read(written).holds(at(day, clock)) == holds


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("", "no time of the week"),
        ("weekdays", "no time of the week"),
        ("mo-fri", "no time of the week"),
        ("abc", "is no day"),
        ("mon 25:00-26:00", "no time of the day"),
        ("mon 08:60-09:00", "no time of the day"),
        ("08:00-08:00", "begins when it ends"),
    ],
)
def test_what_is_none(written: str, why: str):
    with pytest.raises(ValueError, match=why):
        read(written)


@given(st.integers(0, 1439), st.integers(0, 1439), st.integers(0, 10_079))
def test_a_span_and_its_rest_are_the_day(begin: int, end: int, minute: int):
    """Every moment lies in a span or in the one from its end to its beginning, and never in both."""
    if begin == end:
        return
    first, second = f"{begin // 60}:{begin % 60:02}", f"{end // 60}:{end % 60:02}"
    moment = MONDAY + timedelta(minutes=minute)
    assert read(f"{first}-{second}").holds(moment) != read(f"{second}-{first}").holds(moment)
