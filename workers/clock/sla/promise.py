"""One promise about one ticket, judged: how much of its time is spent, and what is to be done now. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from models.workflow import Status
from workers.clock import hours
from workers.clock.hours import Hours

WARNED_AT = 0.75  # of the time that was promised
RUNNING = frozenset((Status.OPEN, Status.IN_PROGRESS))  # waiting for the customer, or solved, it spends no time
_NIL = timedelta(0)


class Event(StrEnum):
    """What happens to a promise: nothing, or most of its time is spent (once), or all of it (once, and it ends)."""

    NONE = ""
    WARNING = "sla_warning"
    BREACH = "sla_breach"


@dataclass(frozen=True, slots=True)
class Promise:
    """What was promised and what has happened.

    Attributes:
        target: business time.
        week: hours that count; None for all.
        past: when the ticket came into which status, in order.
        kept_at: when it was done, if it was: the first answer. A solution is a status, and may be undone.
        warned: somebody was warned already.
    """

    target: timedelta
    week: Hours | None
    past: tuple[tuple[datetime, Status], ...]
    kept_at: datetime | None = None
    warned: bool = False

    def spent(self, until: datetime) -> timedelta:
        """How much of its time is spent by then."""
        return sum((hours.between(self.week, since, end) for since, end in self._spells(until)), _NIL)

    def _spells(self, until: datetime) -> Iterator[tuple[datetime, datetime]]:
        ends = [since for since, _ in self.past[1:]] + [until]
        for (since, status), end in zip(self.past, ends, strict=True):
            if status in RUNNING:
                yield since, min(end, until)

    @property
    def is_running(self) -> bool:
        """Whether its time is being spent."""
        return bool(self.past) and self.past[-1][1] in RUNNING


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do about a promise now.

    Attributes:
        event: what people are to hear.
        again: when to look at it next; None while its time stands still, and for ever once it is over.
        over: it is kept or broken, and will not be looked at again.
        due: when all of its time will be spent, if nothing happens.
    """

    event: Event = Event.NONE
    again: datetime | None = None
    over: bool = False
    due: datetime | None = None


def judge(promise: Promise, now: datetime) -> Verdict:
    """Judge a promise.

    Args:
        promise: the promise.
        now: the moment.

    Raises:
        ValueError: its calendar has no hours.
    """
    spent = promise.spent(min(promise.kept_at, now) if promise.kept_at else now)
    if spent >= promise.target:
        return Verdict(Event.BREACH, over=True)
    if promise.kept_at:
        return Verdict(over=True)
    if not promise.is_running:
        return Verdict()
    due = hours.after(promise.week, now, promise.target - spent)
    early = promise.target * WARNED_AT
    if promise.warned or spent >= early:
        return Verdict(Event.NONE if promise.warned else Event.WARNING, again=due, due=due)
    return Verdict(again=hours.after(promise.week, now, early - spent), due=due)
