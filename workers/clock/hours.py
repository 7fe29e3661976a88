"""Which hours count as business: pure arithmetic on moments, through nights, weekends, holidays and changed clocks.

A span of hours is what the wall clock shows: on the night in which clocks go back, 01:00 to 03:00 lasts three hours,
and an hour that is skipped in spring lasts none.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FARTHEST = 36_600  # days; by then a delay is no delay
MIDNIGHT = timedelta(days=1)
_NIL = timedelta(0)

Span = tuple[timedelta, timedelta]


@dataclass(frozen=True, slots=True)
class Hours:
    """A week of an organization.

    Attributes:
        zone: whose wall clock it is.
        week: for each day from Monday its spans, as time since midnight, in order and apart.
        holidays: days that are off.
    """

    zone: ZoneInfo
    week: tuple[tuple[Span, ...], ...]
    holidays: frozenset[date] = frozenset()

    def spans(self, since: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Its working spans in UTC, in order, from those that end after a moment."""
        day = since.astimezone(self.zone).date() - timedelta(days=1)
        for _ in range(FARTHEST):
            for opens, closes in () if day in self.holidays else self.week[day.weekday()]:
                begin, end = self._moment(day, opens), self._moment(day, closes)
                if begin < end and end > since:
                    yield begin, end
            day += timedelta(days=1)

    def _moment(self, day: date, since_midnight: timedelta) -> datetime:
        """When the wall clock of that day shows it, for the first time if twice; if never, when it passes over it."""
        wall = datetime.combine(day, time()) + since_midnight
        first, second = (wall.replace(tzinfo=self.zone, fold=fold).astimezone(UTC) for fold in (0, 1))
        return first if first <= second else _changed(second, first, self.zone)


def _changed(early: datetime, late: datetime, zone: ZoneInfo) -> datetime:
    """The second at which the clocks of a zone were changed, between two moments on either side of it."""
    before = early.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = (early + (late - early) / 2).replace(microsecond=0)
        early, late = (middle, late) if middle.astimezone(zone).utcoffset() == before else (early, middle)
    return late


def after(hours: Hours | None, since: datetime, much: timedelta) -> datetime:
    """When so much business time has passed.

    Args:
        hours: that count; None for all.
        since: from when.
        much: how much; none is the moment itself, whatever the hour.

    Raises:
        ValueError: it does not pass within years, since no hour counts, or hardly any.
    """
    if hours is None or much <= _NIL:
        return since + max(much, _NIL)
    left = much
    for begin, end in hours.spans(since):
        begin = max(begin, since)  # noqa: PLW2901  what lies before does not count
        if end - begin >= left:
            return begin + left
        left -= end - begin
    raise ValueError("so much time never passes in that calendar")


def between(hours: Hours | None, since: datetime, until: datetime) -> timedelta:
    """How much business time lies between two moments, none if they are the wrong way round."""
    if hours is None or until <= since:
        return max(until - since, _NIL)
    total = _NIL
    for begin, end in hours.spans(since):
        if begin >= until:
            break
        total += min(end, until) - max(begin, since)
    return total


def read(week: Mapping[str, Any], holidays: Sequence[Mapping[str, Any]], zone: str) -> Hours:
    """The hours of a calendar as its row has them (`models.sla`).

    Raises:
        ValueError: it is not written as a calendar is, or no hour of it counts.
    """
    try:
        days = tuple(_day(week.get(name, [])) for name in DAYS)
        hours = Hours(ZoneInfo(zone), days, frozenset(date.fromisoformat(one["date"]) for one in holidays))
    except (TypeError, KeyError, AttributeError, ValueError, ZoneInfoNotFoundError) as error:
        raise ValueError(f"the calendar is not written as one is: {error}") from error
    if not any(days):
        raise ValueError("no hour of that calendar counts")
    return hours


def _day(spans: Sequence[Sequence[str]]) -> tuple[Span, ...]:
    found = sorted((_time(opens), _time(closes)) for opens, closes in spans)
    joined: list[Span] = []
    for opens, closes in found:
        if joined and opens <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], closes))
        elif opens < closes:
            joined.append((opens, closes))
    return tuple(joined)


def _time(said: str) -> timedelta:
    if said == "24:00":
        return MIDNIGHT
    clock = time.fromisoformat(said)
    return timedelta(hours=clock.hour, minutes=clock.minute, seconds=clock.second)
