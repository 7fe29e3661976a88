"""The outbound shell, task `outbound.send`: claims letters, takes them out, writes down what became of each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby
from time import monotonic
from uuid import UUID

import structlog

from models.database import transaction
from models.failpoint import reach
from models.outgoing import State
from models.settings import settings
from workers.app import app, ring
from workers.outbound import claims
from workers.outbound.deliver import Patience
from workers.outbound.letter import Draft, Outcome
from workers.outbound.load import Claimed, load, with_files
from workers.outbound.lost import tell
from workers.outbound.pace import pace, wants_less, way
from workers.outbound.post import post, way_out
from workers.outbound.record import Result, record, result
from workers.outbound.relay import Relay

TASK = "outbound.send"
TAKE_SECONDS = 20.0
"""After this long no further letter is begun; the rest is given back and rung for again."""
LEASE = timedelta(seconds=80)
"""Longer than `TAKE_SECONDS` and one light letter; heavier ones are held for as long as they may take."""
LIGHT = 262_144
"""Bytes up to which a letter needs no lease of its own."""
TIME_LIMIT = 330
"""Seconds; longer than `TAKE_SECONDS` and the heaviest letter. A second delivery of the task claims nothing."""
RECORD_LETTERS, RECORD_SECONDS = 10, 1.0
MOST_INTERRUPTIONS = 3

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Work:
    """A claimed letter and whose it is."""

    org: UUID
    claimed: Claimed


@dataclass(slots=True)
class _Tour:
    """What one run of the task keeps in mind: when to stop, which relays are away, what was not begun."""

    until: float
    away: dict[Relay | None, str] = field(default_factory=dict)
    left: list[Work] = field(default_factory=list)


@app.task(name=TASK, time_limit=TIME_LIMIT)  # type: ignore[untyped-decorator]  # celery ships no types
def send(ids: list[str]) -> None:
    """Send what is due among these letters.

    Args:
        ids: of outbox rows, of any organizations; a hint, the rows say what is due.
    """
    tour = _Tour(monotonic() + TAKE_SECONDS)
    with transaction() as connection:
        claimed = claims.claim(connection, [UUID(one) for one in ids], LEASE)
    reach("outbound.claimed")
    now, later = plan([work for org, letters in claimed.items() for work in _load(org, letters)])
    pace().look(way(one.claimed.draft.recipient.address, one.claimed.relay) for one in now)
    for one in _give_back(later):
        ring(TASK, [one])
    for org, works in groupby(now, key=lambda work: work.org):
        _send(org, list(works), tour)
    if left := _give_back(tour.left):
        ring(TASK, left)


def plan(works: Sequence[Work]) -> tuple[list[Work], list[Work]]:
    """What to send now and what to give back (pure): a letter that interrupted a worker before is tried alone.

    So a letter that kills its worker takes no other with it more than once.

    Args:
        works: what was claimed, grouped by organization.
    """
    fresh = [work for work in works if not work.claimed.interrupted]
    again = [work for work in works if work.claimed.interrupted]
    return (fresh, again) if fresh else (again[:1], again[1:])


def _load(org: UUID, letters: Sequence[UUID]) -> list[Work]:
    with transaction(org) as connection:
        return [Work(org, one) for one in load(connection, org, letters)]


def _send(org: UUID, works: Sequence[Work], tour: _Tour) -> None:
    results: list[Result] = []
    recorded = monotonic()
    for one in _light_first(works, tour):
        results.append(result(one, _try(org, one, tour)))
        if len(results) >= RECORD_LETTERS or monotonic() - recorded > RECORD_SECONDS:
            _record(org, results)
            recorded = monotonic()
    _record(org, results)


def _light_first(works: Sequence[Work], tour: _Tour) -> Iterator[Claimed]:
    for work in sorted(works, key=lambda work: _weight(work.claimed) > LIGHT):
        if monotonic() < tour.until:
            yield work.claimed
        else:
            tour.left.append(work)


def _try(org: UUID, claimed: Claimed, tour: _Tour) -> Outcome:
    letter = claimed.draft.id
    if claimed.interrupted >= MOST_INTERRUPTIONS:
        return Outcome(
            letter, State.UNKNOWN, f"the worker was interrupted {claimed.interrupted} times while it sent this"
        )
    there = way(claimed.draft.recipient.address, claimed.relay)
    if waits := claimed.stuck or tour.away.get(claimed.relay) or pace().waits(there):
        return Outcome(letter, State.DEFERRED, waits)
    draft = _complete(org, claimed)
    if draft is None:
        return Outcome(letter, State.DEFERRED, "the lease ran out before it was begun")
    outcome = post(draft, way_out(settings(), claimed.relay))
    reach("outbound.answered")
    if not outcome.reached:
        tour.away[claimed.relay] = outcome.answer
    elif outcome.state is State.DEFERRED and wants_less(outcome.answer):
        pace().slow_down(there, outcome.answer)
    log.info(
        "letter.tried", org=str(org), id=str(letter), letter=draft.kind, attempt=claimed.attempt, state=outcome.state
    )
    return outcome


def _complete(org: UUID, claimed: Claimed) -> Draft | None:
    weight = _weight(claimed)
    if not claimed.stored and weight <= LIGHT:
        return claimed.draft
    lease = LEASE + timedelta(seconds=Patience().in_all(weight))
    with transaction(org) as connection:
        if not claims.hold(connection, org, claimed.draft.id, claimed.attempt, lease):
            return None
        return with_files(connection, org, claimed)


def _weight(claimed: Claimed) -> int:
    words = len(claimed.draft.text) + len(claimed.draft.html or "")
    return claimed.file_bytes * 3 // 2 + 4 * words


def _record(org: UUID, results: list[Result]) -> None:
    if results:
        with transaction(org) as connection:
            record(connection, org, results)
            failed = [one for one in results if one.state is State.FAILED]
            told = tell(connection, org, [one.id for one in failed], gone=[one.id for one in failed if one.gone])
        reach("outbound.recorded")
        ring(TASK, told)
        results.clear()


def _give_back(works: Sequence[Work]) -> list[UUID]:
    given: list[UUID] = []
    for org, ours in groupby(works, key=lambda work: work.org):
        with transaction(org) as connection:
            given += claims.give_back(connection, org, {one.claimed.draft.id: one.claimed.attempt for one in ours})
    return given
