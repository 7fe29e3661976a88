"""The shell of the inbound leg: takes leases, has mails read, files them, and isolates the one that fails."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import cache
from itertools import islice
from time import monotonic
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.exc import OperationalError

from models.database import blameless, transaction
from models.failpoint import reach
from models.settings import settings
from workers.app import app, ring
from workers.errors import Temporary
from workers.inbound import claims, journey
from workers.inbound.claims import Claim
from workers.inbound.facts import Received
from workers.inbound.mail import Mail
from workers.inbound.reading import Sandbox
from workers.inbound.spam.asking import Scanners

TAKE_SECONDS = 3.0
"""After this long no further mail is begun in one task; the rest is given back and rung for again."""

WORTH_PARTING = 60
"""Mails: below, the statements that a second piece costs would take longer than what is won."""

log = structlog.get_logger()


@cache
def sandbox() -> Sandbox:
    """The child of this process that reads mails."""
    return Sandbox(signs=True)


@cache
def desk() -> Sandbox:
    """Another child, for stored mails that somebody decides on: the first one is busy while a batch is filed."""
    return Sandbox()


@cache
def scanners() -> Scanners:
    """What this process asks about spam."""
    return Scanners.of(settings())


@app.task(name="inbound.receive")  # type: ignore[untyped-decorator]  # celery ships no types
def receive(ids: list[str]) -> None:
    """File the mails of a hint that were never tried; ids that are done, leased or unknown are passed over.

    What is large, needs more than a moment to be read, or was tried before is left to `receive_slowly`.

    Args:
        ids: identifiers in `raw_mail`.
    """
    wanted = [UUID(one) for one in ids]
    fresh = _claim(wanted, fresh=True)
    until = monotonic() + TAKE_SECONDS
    letters: list[UUID] = []
    slow = [one for one in fresh if one.size > claims.LARGE_BYTES]
    unread: list[Claim] = []
    for portion in claims.portions([one for one in fresh if one.size <= claims.LARGE_BYTES]):
        rows = _rows(portion) if monotonic() < until else []
        seen: dict[UUID, Mail | None] = {}
        with closing(sandbox().glance([row.content for row in rows], until)) as mails:
            for some in _pieces(rows, mails):
                letters += _file_all(some)
                seen |= {row.id: mail for row, mail in some}
        slow += [one for one in portion if seen.get(one.id, one) is None]
        unread += [one for one in portion if one.id not in seen]
    ring("outbound.send", letters)
    _let_go(slow, unread)
    ring("inbound.receive", [one.id for one in unread])
    taken = {one.id for one in fresh} - {one.id for one in slow}
    ring("inbound.receive_slowly", [one for one in wanted if one not in taken])


@app.task(name="inbound.receive_slowly")  # type: ignore[untyped-decorator]  # celery ships no types
def receive_slowly(ids: list[str]) -> None:
    """File mails that were put aside or tried before, one after the other, each with all the time a mail may have.

    Args:
        ids: identifiers in `raw_mail`; those that are done, leased, unknown or never tried are passed over.
    """
    wanted = [UUID(one) for one in ids]
    until = monotonic() + TAKE_SECONDS
    while wanted and (tried := _claim(wanted, fresh=False)):
        rows = _rows(tried)
        ring("outbound.send", _file_all(_read(rows)))
        wanted.remove(tried[0].id)
        if monotonic() > until:  # the sweep has its turn first
            return ring("inbound.receive_slowly", wanted)
    return None


def _claim(ids: Sequence[UUID], *, fresh: bool) -> list[Claim]:
    with transaction() as connection:
        claimed = claims.claim(connection, ids, fresh=fresh)
    reach("inbound.claimed")
    return claimed


def _rows(portion: Sequence[Claim]) -> list[Any]:
    with transaction() as connection:
        return claims.read(connection, portion)


def _let_go(slow: Sequence[Claim], unread: Sequence[Claim]) -> None:
    if slow or unread:
        log.info("mails put aside", slow=len(slow), unread=len(unread))
        with transaction() as connection:
            claims.let_go(connection, slow, tried=True)
            claims.let_go(connection, unread, tried=False)


def _read(rows: Sequence[Any]) -> list[tuple[Any, Mail | None]]:
    return list(zip(rows, sandbox().parse([row.content for row in rows]), strict=True))


def _pieces(rows: Sequence[Any], mails: Iterator[Mail | None]) -> Iterator[list[tuple[Any, Mail | None]]]:
    """A batch in two pieces, unless it is small: while the first quarter is filed, the rest is read."""
    first = len(rows) if len(rows) < WORTH_PARTING else -(-len(rows) // 4)
    both = zip(rows, mails, strict=False)
    for most in (first, len(rows)):
        if piece := list(islice(both, most)):
            yield piece


def _file_all(mails: Sequence[tuple[Any, Mail | None]]) -> list[UUID]:
    """File what was read; the letters that follow from it."""
    reach("inbound.read")
    batches: dict[UUID, list[Received]] = {}
    for row, mail in mails:
        if mail:
            known = (row.id, row.mailbox_id, row.mail_from, tuple(row.recipients), row.received_at, row.attempts)
            said = (mail, row.content, row.protocol, row.peer or "", row.released or "")
            batches.setdefault(row.org_id, []).append(Received(*known, *said))
    return [letter for org, batch in batches.items() for letter in _file(org, scanners().asked(batch))]


def _file(org: UUID, batch: list[Received], *, again: bool = True) -> list[UUID]:
    try:
        with transaction(org) as connection:
            claims.wait_briefly(connection)
            letters = journey.file(connection, org, batch, desk().parse)
            reach("inbound.filing")
    except Exception as error:  # noqa: BLE001  whatever it is, it rolled back, and one bad mail must harm no other
        if again and isinstance(error, Temporary):
            return _file(org, batch, again=False)
        if blameless(error):
            return _put_back(org, batch, error)
        return _isolate(org, batch, error)
    reach("inbound.filed")
    return letters


def _put_back(org: UUID, batch: list[Received], error: Exception) -> list[UUID]:
    log.warning("mails put back", mails=len(batch), error=type(error.__cause__ or error).__name__)
    try:
        with transaction(org) as connection:
            claims.put_back(connection, org, {one.id: one.attempts for one in batch})
    except OperationalError:
        log.warning("mails not put back, their leases will end", mails=len(batch))
    return []


def _isolate(org: UUID, batch: list[Received], error: Exception) -> list[UUID]:
    if len(batch) > 1:
        middle = len(batch) // 2
        return _file(org, batch[:middle]) + _file(org, batch[middle:])
    log.warning("mail not filed", mail=str(batch[0].id), error=type(error).__name__, attempts=batch[0].attempts)
    reason = f"{type(error).__name__}: {str(error).partition(chr(10))[0][:500]}"
    try:
        with transaction(org) as connection:
            claims.fail(connection, org, batch[0].id, reason)
    except OperationalError:
        log.warning("failure not recorded, its lease will end", mail=str(batch[0].id))
    return []
