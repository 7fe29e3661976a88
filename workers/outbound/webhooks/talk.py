"""Values of a talk with one webhook: the calls that are due, what one try came to, what that means for its row."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from models.outgoing import State
from workers.outbound.backoff import GIVE_UP, next_try

GONE = 410  # RFC 9110 section 15.5.11: likely for ever; Standard Webhooks asks not to call again
WANTS_LESS = frozenset({429, 503})  # RFC 6585 section 4, RFC 9110 section 15.6.4


@dataclass(frozen=True, slots=True)
class Call:
    """A call that is ours to make.

    Attributes:
        attempt: number of this try, from 1; also the fence that tells our claim from a later one.
        age: since it was queued, by the database's clock.
        content: its body.
    """

    id: UUID
    attempt: int
    age: timedelta
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Talk:
    """Calls of one webhook, the oldest first.

    Attributes:
        stuck: why nothing can be said to it, '' if it can.
    """

    org: UUID
    webhook: UUID
    url: str = field(repr=False)
    secret: str = field(repr=False)
    is_active: bool
    stuck: str
    calls: tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """What one try came to.

    Attributes:
        outcome: `sent`, `deferred`, `failed`, or `unknown` where it was said and no answer came; `withheld` is no try.
        answer: what the server said, or why it said nothing.
        is_away: its other calls need not be tried now.
    """

    outcome: State
    answer: str
    is_away: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """What a try means for its row: the new state, the words to show, seconds until it may be tried again."""

    id: UUID
    attempt: int
    state: State
    outcome: State
    answer: str
    pause: float = 0.0


def verdict(status: int, reason: str, said: str) -> Tried:
    """What an answer means (pure).

    Args:
        status: of HTTP.
        reason: the words beside it.
        said: the beginning of its content, in one line.
    """
    answer = f"{status} {reason}".strip()
    if status // 100 == 3:  # noqa: PLR2004  RFC 9110 section 15.4
        return Tried(State.DEFERRED, f"{answer}: it leads elsewhere, and no redirect is followed")
    answer = f"{answer}: {said}" if said else answer
    if status // 100 == 2:  # noqa: PLR2004  RFC 9110 section 15.3
        return Tried(State.SENT, answer)
    if status == GONE:
        return Tried(State.FAILED, answer)
    return Tried(State.DEFERRED, answer, is_away=status in WANTS_LESS)


def result(call: Call, tried: Tried) -> Result:
    """What a try means for its row (pure): what has not worked is due again after a pause, for as long as a letter."""
    if tried.outcome not in (State.DEFERRED, State.UNKNOWN):
        return Result(call.id, call.attempt, tried.outcome, tried.outcome, tried.answer)
    pause = next_try(call.attempt, call.age, call.id)
    if pause is None:
        answer = f"given up after {GIVE_UP.days} days: {tried.answer}"
        return Result(call.id, call.attempt, State.FAILED, tried.outcome, answer)
    return Result(call.id, call.attempt, State.DEFERRED, tried.outcome, tried.answer, pause.total_seconds())
