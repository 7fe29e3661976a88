"""When somebody wants letters about notices: read from their preferences, which they write as they like. Pure.

`preferences -> 'letters'` is `{"when": "at_once" | "daily" | "none", "quiet": ["22:00", "07:00"]}`, in their own zone.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

FOLDED = timedelta(minutes=1)  # what happens within it is told in one letter
MORNING = time(8)  # when a day's notices are sent


class When(StrEnum):
    """How soon somebody wants a letter: `at_once`, all of a day in one at `daily`, or `none` at all."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants; `quiet` is when no letter is written, maybe over midnight."""

    when: When
    quiet: tuple[time, time] | None = None


def read(preferences: object, *, staff: bool) -> Wish:
    """What somebody's preferences ask for; what makes no sense there is as if it were not.

    Args:
        preferences: of the profile.
        staff: who says nothing gets letters at once; a customer hears only what is asked for.
    """
    said = preferences.get("letters") if isinstance(preferences, dict) else None
    said = said if isinstance(said, dict) else {}
    usual = When.AT_ONCE if staff else When.NONE
    when = said.get("when")
    return Wish(When(when) if when in list(When) else usual, _quiet(said.get("quiet")))


def is_due(wish: Wish, oldest: datetime, now: datetime, zone: ZoneInfo) -> bool:
    """Whether a letter is to be written now.

    Args:
        wish: whose notices wait.
        oldest: of the notices that wait.
        now: the moment.
        zone: of the person.
    """
    local = now.astimezone(zone)
    if now - oldest < FOLDED or wish.when is When.NONE or _is_quiet(wish, local.time()):
        return False
    if wish.when is When.AT_ONCE:
        return True
    morning = datetime.combine(local.date(), MORNING, zone)
    return oldest < morning <= local


def _is_quiet(wish: Wish, at: time) -> bool:
    if wish.quiet is None:
        return False
    begin, end = wish.quiet
    return begin <= at < end if begin <= end else at >= begin or at < end


def _quiet(said: Any) -> tuple[time, time] | None:  # noqa: ANN401  whatever somebody wrote
    try:
        begin, end = (time.fromisoformat(one) for one in said)
    except (TypeError, ValueError):
        return None
    return (begin, end) if begin.tzinfo is end.tzinfo is None else None
