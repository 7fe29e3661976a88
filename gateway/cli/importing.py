"""The desk's import: portions of old mail are stored like any other and filed at once, by the desk itself.

So an import never stands before live mail in a queue of the workers, it needs none of them to run, and a thread is
filed in its order. Whatever dies, a mail is in the ledger of the import or in `raw_mail`, whose sweep finds what was
stored.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self
from uuid import UUID

from sqlalchemy import text

from gateway.accept import Acceptor, Mail
from gateway.addresses import Addresses, Target
from gateway.archive import reading
from gateway.archive.ledger import Fate, Ledger, Listed
from gateway.arrivals import Origin, arrivals
from gateway.cli.demo.waiting import until
from gateway.cli.problems import Problem
from gateway.failures import DiskFull, Unavailable
from gateway.metrics import Metrics
from models.base import uuid7
from models.database import hang_up, transaction
from models.raw_mail import Arrival
from models.settings import Settings

PORTION = 200  # mails filed together
PORTION_BYTES = 4_194_304  # unless a single mail is larger
TRIES = 3  # of a commit that the database did not do in time
LEASE_SECONDS = 120.0  # longer than whoever was interrupted may still hold a mail, and than its attempts last
_FATES = text(
    "SELECT id, stage, reason, ticket_id FROM raw_mail WHERE org_id = :org AND id = ANY (CAST(:ids AS uuid[]))"
)
_OUTCOMES = {"filed": "filed", "received": "waiting", "quarantined": "quarantined", "dropped": "quarantined"}


@dataclass(frozen=True, slots=True)
class Errand:
    """Where mails are imported to.

    Attributes:
        address: as the operator wrote it. target: where that leads.
        protocol: one of `models.raw_mail.IMPORTS`.
        most: bytes of the largest mail that is taken.
    """

    address: str
    target: Target
    protocol: str
    most: int


class Intake:
    """The storing side, with the door's own resolver and group commit; a context manager."""

    def __init__(self, chosen: Settings) -> None:
        self._most = chosen.max_queued_bytes
        self._runner = asyncio.Runner()

    def __enter__(self) -> Self:
        self._addresses, self._acceptor = self._runner.run(self._open())
        return self

    def __exit__(self, *_: object) -> None:
        self._runner.run(hang_up())
        self._runner.close()

    async def _open(self) -> tuple[Addresses, Acceptor]:
        return Addresses(), Acceptor(Metrics(), lambda _task, _ids: None, max_queued_bytes=self._most)

    def resolve(self, address: str) -> Target:
        """Where an address leads.

        Raises:
            Problem: it is not ours, or the database is away.
        """
        try:
            found = self._runner.run(self._addresses.resolve(address))
        except Unavailable:
            raise Problem("the database does not answer; is `postern up` running?") from None
        if found is None:
            raise Problem(f"{address} is no address of ours; see `postern mailbox list`")
        return found

    def store(self, rows: Sequence[Arrival]) -> list[bool]:
        """Commit mails, and say of each whether it is stored now or was before.

        Raises:
            Problem: none of them could be.
        """
        stored = [False] * len(rows)
        answers: Sequence[Exception | None] = ()
        for _ in range(TRIES):
            left = [place for place, done in enumerate(stored) if not done]
            answers = self._runner.run(self._acceptor.accept_all([Mail([rows[place]]) for place in left]))
            for place, answer in zip(left, answers, strict=True):
                stored[place] = answer is None
            if all(stored):
                return stored
        if any(stored):
            return stored
        full = any(isinstance(one, DiskFull) for one in answers)
        why = "the database has no space left" if full else "the database does not take mail"
        raise Problem(f"{why}; see `postern doctor`, then run the same command again: it goes on where it stopped")


def portion(ledger: Ledger, intake: Intake, errand: Errand) -> int:
    """Store and file the next mails.

    Args:
        ledger: of the import.
        intake: the storing side.
        errand: where they go.

    Returns:
        How many mails are done; 0 when there are no more.
    """
    following = _bounded(ledger.following(PORTION))
    read = [_read(one, errand) for one in following]
    ledger.note(one for one in read if isinstance(one, Fate))
    rows = {one.id: row for one, row in zip(following, read, strict=True) if isinstance(row, Arrival)}
    ledger.reserve((row.id, number) for number, row in rows.items())
    if rows:
        stored = dict(zip(rows, intake.store(list(rows.values())), strict=True))
        ledger.note(Fate(number, "refused", "the database refused it") for number, done in stored.items() if not done)
        kept = {number: rows[number].id for number, done in stored.items() if done}
        resumed = any(one.row for one in following)
        ledger.note(settle(errand.target.org_id, kept) if resumed else file(errand.target.org_id, kept))
    return len(following)


def _bounded(found: list[Listed]) -> list[Listed]:
    size = 0
    for number, one in enumerate(found):
        size += reading.size(one)
        if number and size > PORTION_BYTES:
            return found[:number]
    return found


def _read(listed: Listed, errand: Errand) -> Arrival | Fate:
    try:
        content, sender = reading.content(listed.path, listed.kind, listed.place)
    except OSError as error:
        return Fate(listed.id, "refused", error.strerror or type(error).__name__)
    if not content.strip():
        return Fate(listed.id, "refused", reading.EMPTY)
    if len(content) > errand.most:
        return Fate(listed.id, "refused", reading.TOO_BIG)
    (row,) = arrivals([(errand.address, errand.target)], content, Origin(sender, None, None, errand.protocol))
    return replace(row, id=listed.row or uuid7())


def file(org: UUID, rows: dict[int, UUID]) -> list[Fate]:
    """Have stored mails filed here and now, and say what became of them.

    Args:
        org: whose they are.
        rows: identifiers by their number in the ledger; one that is not in `raw_mail` was there already.
    """
    from workers.inbound.task import receive, receive_slowly  # noqa: PLC0415  with Celery it takes longer than most commands

    ids = [str(row) for row in rows.values()]
    receive(ids)
    receive_slowly(ids)  # what was put aside
    return fates(org, rows)


def fates(org: UUID, rows: dict[int, UUID]) -> list[Fate]:
    """What became of mails so far; arguments as `file`."""
    with transaction(org) as connection:
        said = {"org": org, "ids": list(rows.values())}
        found = {row.id: row for row in connection.execute(_FATES, said)}
    return [_fate(number, found.get(row)) for number, row in rows.items()]


def _fate(number: int, row: object) -> Fate:
    if row is None:
        return Fate(number, "repeat")
    stage, reason, ticket = (getattr(row, name) for name in ("stage", "reason", "ticket_id"))
    return Fate(number, _OUTCOMES[stage], reason or "", ticket)


def settle(org: UUID, rows: dict[int, UUID]) -> list[Fate]:
    """`file` for mails that an interrupted import may still hold a lease on; what follows in their threads waits.

    Raises:
        Problem: they are not filed after two minutes.
    """

    def ask() -> list[Fate] | None:
        found = file(org, rows)
        return None if any(one.outcome == "waiting" for one in found) else found

    return until(ask, "the filing of what was interrupted", LEASE_SECONDS)
