"""Hours of business: what is added can be measured again, whatever the zone does with its clocks."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from workers.clock.hours import DAYS, Hours, after, between, read

ZONES = ["UTC", "Europe/Zurich", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Sao_Paulo"]
MINUTE, QUARTER, HOUR = timedelta(minutes=1), timedelta(minutes=15), timedelta(hours=1)
# Where they change at two, by half an hour, at midnight, and the days on which some do in 2026.
CHANGING = ["Europe/Zurich", "America/New_York", "Australia/Lord_Howe", "Asia/Beirut", "America/Havana"]
CHANGES = [date(2026, month, day) for month, day in ((3, 8), (3, 29), (4, 5), (10, 4), (10, 25), (11, 1))]


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


SPANS = st.lists(st.tuples(st.integers(0, 1440), st.integers(0, 1440)), max_size=3).map(
    lambda found: [[clock(min(one)), clock(max(one))] for one in found if one[0] != one[1]]
)


def is_worked(week: dict[str, list[list[str]]]) -> bool:
    """An hour at least; with a minute a week, the longest of `LENGTHS` would take a century."""
    return any(int(closes[:2]) - int(opens[:2]) >= 2 for spans in week.values() for opens, closes in spans)


WEEKS = st.builds(
    read,
    st.dictionaries(st.sampled_from(DAYS), SPANS, min_size=3).filter(is_worked),
    st.lists(st.dates(date(2026, 1, 1), date(2027, 1, 1)).map(lambda day: {"date": str(day)}),
             max_size=5),
    st.sampled_from(ZONES),
)  # fmt: skip
MOMENTS = st.integers(0, 364 * 86_400).map(
    lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
LENGTHS = st.integers(1, 60 * 60 * 24 * 14).map(lambda seconds: timedelta(seconds=seconds))


def office(zone: str = "Europe/Zurich", **days: Any) -> Hours:
    return read({day: [["09:00", "17:00"]] for day in DAYS[:5]} | days, [{"date": "2026-12-25"}], zone)


@given(WEEKS, MOMENTS, LENGTHS)
def test_what_is_added_is_measured(week: Hours, since: datetime, much: timedelta):
    until = after(week, since, much)
    assert between(week, since, until) == much
    assert between(week, since, until - timedelta(seconds=1)) < much, "it is the first such moment"


@given(WEEKS, MOMENTS, LENGTHS, LENGTHS)
def test_it_may_be_added_in_parts(week: Hours, since: datetime, one: timedelta, two: timedelta):
    assert after(week, after(week, since, one), two) == after(week, since, one + two)


@given(WEEKS, MOMENTS, MOMENTS, MOMENTS)
def test_it_is_measured_in_parts_and_never_more_than_passes(week: Hours, one: datetime, two: datetime, three: datetime):
    first, middle, last = sorted((one, two, three))
    assert between(week, first, middle) + between(week, middle, last) == between(week, first, last)
    assert timedelta(0) <= between(week, first, last) <= last - first


@given(WEEKS, MOMENTS)
def test_spans_are_in_order_and_apart(week: Hours, since: datetime):
    found = [span for span, _ in zip(week.spans(since), range(20), strict=False)]
    assert found[0][1] > since
    assert all(begin < end for begin, end in found)
    assert all(one[1] <= two[0] for one, two in pairwise(found))


@given(st.sampled_from(ZONES), MOMENTS)
def test_it_is_what_the_wall_clock_shows(zone: str, since: datetime):
    """Counted minute by minute over two days, where no clock is changed within the hours."""
    week = office(zone)
    since = since.replace(second=0)
    minutes = [since + n * MINUTE for n in range(2880)]
    local = [at.astimezone(week.zone) for at in minutes]
    assume(len({at.utcoffset() for at in local}) == 1)
    open_ = [at for at in local if at.weekday() < 5 and 9 <= at.hour < 17 and at.date() not in week.holidays]
    assert between(week, since, minutes[-1] + MINUTE) == len(open_) * MINUTE


AT_NIGHT = st.integers(0, 16)  # quarters
QUARTERS = st.tuples(AT_NIGHT, AT_NIGHT | st.integers(1, 96)).filter(lambda found: found[0] < found[1])


@given(st.sampled_from(CHANGING), st.sampled_from(CHANGES), QUARTERS, st.integers(0, 96), st.integers(1, 288))
def test_when_clocks_change_hours_are_as_long_as_the_wall_clock_shows(
    name: str, change: date, span: tuple[int, int], since: int, quarters: int
):
    """Counted by quarters, with which hours begin everywhere; but for spans whose end comes twice that night."""
    zone, days = ZoneInfo(name), [change + timedelta(days=n) for n in range(-1, 5)]
    assume(not any(comes_twice(datetime.combine(day, time()) + end * QUARTER, zone) for day in days for end in span))
    week = read({key: [[clock(15 * end) for end in span]] for key in DAYS}, [{"date": str(days[2])}], name)
    first = datetime.combine(days[0], time(), UTC) + since * QUARTER
    local = [(first + n * QUARTER).astimezone(zone) for n in range(quarters)]
    works = [one.date() != days[2] and span[0] <= 4 * one.hour + one.minute // 15 < span[1] for one in local]
    assert between(week, first, first + quarters * QUARTER) == sum(works) * QUARTER


def comes_twice(wall: datetime, zone: ZoneInfo) -> bool:
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return first < second


@pytest.mark.parametrize(
    ("span", "day", "lasts"),
    [
        (("01:00", "05:00"), (2026, 3, 29), 3 * HOUR),  # in spring 02:00 is followed by 03:00
        (("02:00", "03:00"), (2026, 3, 29), 0 * HOUR),
        (("02:30", "05:00"), (2026, 3, 29), 2 * HOUR),
        (("01:00", "02:30"), (2026, 3, 29), HOUR),
        (("01:00", "05:00"), (2026, 10, 25), 5 * HOUR),  # in autumn 02:00 to 03:00 comes twice
        (("00:00", "24:00"), (2026, 10, 25), 25 * HOUR),
        (("00:00", "24:00"), (2026, 3, 29), 23 * HOUR),
        (("09:00", "17:00"), (2026, 10, 25), 8 * HOUR),
    ],
)
def test_the_nights_in_which_clocks_change(span: tuple[str, str], day: tuple[int, int, int], lasts: timedelta):
    week = read({name: [list(span)] for name in DAYS}, [], "Europe/Zurich")
    midnight = datetime(*day, tzinfo=week.zone)
    assert between(week, midnight, (midnight + timedelta(days=1)).astimezone(UTC)) == lasts


def test_a_working_day_goes_on_after_the_weekend_and_christmas():
    thursday = datetime(2026, 12, 24, 15, 0, tzinfo=UTC)  # 16:00 in Zurich; Friday is Christmas
    assert after(office(), thursday, 2 * HOUR) == datetime(2026, 12, 28, 9, 0, tzinfo=UTC)
    assert after(None, thursday, 2 * HOUR) == thursday + 2 * HOUR
    assert after(office(), thursday, timedelta(0)) == thursday
    assert between(office(), thursday, thursday - HOUR) == between(None, thursday, thursday - HOUR) == timedelta(0)


@pytest.mark.parametrize(
    ("week", "holidays", "zone", "why"),
    [
        ({}, [], "UTC", "no hour"),
        ({"mon": [["09:00", "09:00"]]}, [], "UTC", "no hour"),
        ({"mon": [["nine", "17:00"]]}, [], "UTC", "not written"),
        ({"mon": [["09:00"]]}, [], "UTC", "not written"),
        ({"mon": 3}, [], "UTC", "not written"),
        ({"mon": [["09:00", "17:00"]]}, [{"day": "x"}], "UTC", "not written"),
        ({"mon": [["09:00", "17:00"]]}, [], "Mars/Base", "not written"),
    ],
)
def test_what_is_no_calendar_is_refused(week: dict[str, Any], holidays: list[dict[str, str]], zone: str, why: str):
    with pytest.raises(ValueError, match=why):
        read(week, holidays, zone)


def test_spans_that_overlap_count_once():
    week = read({"mon": [["09:00", "12:00"], ["11:00", "13:00"], ["13:00", "14:00"]]}, [], "UTC")
    monday = datetime(2026, 11, 30, tzinfo=UTC)
    assert between(week, monday, monday + timedelta(days=1)) == 5 * HOUR
