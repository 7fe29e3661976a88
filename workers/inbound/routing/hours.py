"""Spans of the week, such as `mon-fri 08:00-17:30`: when a mail came, by the clock of the organization."""

import re
from dataclasses import dataclass
from datetime import datetime

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES = 1440  # of a day
_SPAN = re.compile(
    r"(?:(?P<first>[a-z]{3})(?:-(?P<last>[a-z]{3}))?)?(?: ?(?P<from>\d{1,2}:\d\d)-(?P<to>\d{1,2}:\d\d))?"
)


@dataclass(frozen=True, slots=True)
class Span:
    """Days of the week (0 is Monday) and minutes of the day; one that ends before it begins ends on the next day."""

    days: frozenset[int]
    begin: int
    end: int

    def holds(self, moment: datetime) -> bool:
        """Whether a moment, in the zone it is to be read in, lies in it."""
        minute, day = moment.hour * 60 + moment.minute, moment.weekday()
        if self.begin < self.end:
            return day in self.days and self.begin <= minute < self.end
        yesterday = (day - 1) % len(DAYS)
        return (day in self.days and minute >= self.begin) or (yesterday in self.days and minute < self.end)


def read(written: str) -> Span:
    """A span as it is written: days, hours, or both.

    Args:
        written: `mon`, `mon-fri`, `08:00-17:30` or `sat-sun 22:00-06:00`; the last goes on into the next morning.

    Raises:
        ValueError: it is none; the sentence says what is wrong.
    """
    found = _SPAN.fullmatch(" ".join(written.lower().split()))
    if not found or not found[0]:
        raise ValueError(f"{written!r} is no time of the week; write it as mon-fri 08:00-17:30")
    begin, end = (_minute(found[name]) if found[name] else None for name in ("from", "to"))
    if begin is None or end is None:
        return Span(_days(found["first"], found["last"]), 0, MINUTES)
    if begin == end:
        raise ValueError(f"{written!r} begins when it ends")
    return Span(_days(found["first"], found["last"]), begin, end)


def _days(first: str | None, last: str | None) -> frozenset[int]:
    if first is None:
        return frozenset(range(len(DAYS)))
    for name in filter(None, (first, last)):
        if name not in DAYS:
            raise ValueError(f"{name!r} is no day; there are {', '.join(DAYS)}")
    begin, end = DAYS.index(first), DAYS.index(last or first)
    return frozenset((begin + more) % len(DAYS) for more in range((end - begin) % len(DAYS) + 1))


def _minute(written: str) -> int:
    hour, minute = map(int, written.split(":"))
    if minute > 59 or hour * 60 + minute > MINUTES:  # noqa: PLR2004  as clocks have it
        raise ValueError(f"{written!r} is no time of the day")
    return hour * 60 + minute
