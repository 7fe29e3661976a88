"""Group commit: a mail is stored before it is answered 250, and mails that arrive together share one commit.

The batch is whatever came in while the previous commit ran.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

import psycopg
import structlog

from gateway import ledgers
from gateway.failures import DiskFull, Unavailable, new_reference, told
from gateway.flood import Floods
from gateway.grouping import Bounds, Group
from gateway.metrics import Metrics
from gateway.nudge import FLOOD, RECEIVE
from models.database import SLOWEST, Line, door_statements, door_transaction
from models.failpoint import reach
from models.mailbox_login import Mark
from models.raw_mail import Arrival
from models.settings import Login

log = structlog.get_logger()
MOST_PARCELS = 500  # requests; each a mail that was handed in, or up to a hundred that were fetched
MOST_BYTES = 16_777_216  # of content in one commit, so that small mails do not wait behind many large ones
MAIL_OVERHEAD = 1024  # bytes that a mail costs us beside its content

INSERT = """
    INSERT INTO raw_mail (id, org_id, mailbox_id, digest, content, size, mail_from, recipients, peer, helo, protocol)
    SELECT id, org_id, mailbox_id, digest, content, length(content), mail_from, string_to_array(recipients, ' '),
           peer::inet, helo, protocol
    FROM unnest(%b::uuid[], %b::uuid[], %b::uuid[], %b::bytea[], %b::bytea[], %b::text[], %b::text[], %b::text[],
                %b::text[], %b::text[])
         AS a (id, org_id, mailbox_id, digest, content, mail_from, recipients, peer, helo, protocol)
    ON CONFLICT DO NOTHING
"""
REPEATS = "SELECT note_repeats(%b::uuid[], %b::uuid[], %b::bytea[])"

Ring = Callable[[str, list[str]], None]


@dataclass(frozen=True, slots=True)
class Mail:
    """What is stored together or not at all.

    Attributes:
        arrivals: its rows.
        taken: where it was fetched from, None if it was handed in; the ledger there is written in the same commit.
    """

    arrivals: Sequence[Arrival]
    taken: Mark | None = None


class Acceptor:
    """Stores mail for one process.

    Attributes:
        floods: who sends too much at once.
        queued_bytes: content waiting for its commit.
    """

    def __init__(self, metrics: Metrics, ring: Ring, *, max_queued_bytes: int, login: Login = "gateway") -> None:
        self._metrics = metrics
        self._ring = ring
        self._login: Login = login
        self.floods = Floods()
        bounds = Bounds(MOST_PARCELS, MOST_BYTES, max_queued_bytes, SLOWEST)
        self._group: Group[Sequence[Mail], Sequence[Exception | None]] = Group("accept", self._trip, bounds)

    @property
    def queued_bytes(self) -> int:
        """Bytes waiting for their commit."""
        return self._group.weight

    async def accept(self, arrivals: Sequence[Arrival]) -> None:
        """Store one mail for all its mailboxes; returns after the commit that holds every row.

        Args:
            arrivals: the rows of this mail.

        Raises:
            Unavailable: the database did not commit it in time (it may yet; a repeat is recognised by its digest).
            DiskFull: there is no space.
        """
        (failure,) = await self.accept_all([Mail(arrivals)])
        if failure:
            raise failure

    async def accept_all(self, mails: Sequence[Mail]) -> Sequence[Exception | None]:
        """Store many mails with one request; what `accept` would have raised for each, None where it is committed.

        Args:
            mails: of which one that cannot be stored harms no other.
        """
        weight = sum(len(row.content) + MAIL_OVERHEAD for mail in mails for row in mail.arrivals)
        try:
            return await self._group.ask(mails, weight)
        except Unavailable as error:
            return [error] * len(mails)

    async def _trip(self, line: str, parcels: Sequence[Sequence[Mail]]) -> Sequence[Sequence[Exception | None]]:
        answers = iter(await self._store_all(line, [mail for parcel in parcels for mail in parcel]))
        return [[*islice(answers, len(parcel))] for parcel in parcels]

    async def _store_all(self, line: str, mails: Sequence[Mail]) -> Sequence[Exception | None]:
        """Commit a batch; on an error of the data by halves, so that one bad mail harms only itself."""
        try:
            try:
                await self._commit(line, mails)
            except psycopg.OperationalError as error:
                if isinstance(error, psycopg.errors.DiskFull):
                    raise
                await self._commit(line, mails)  # the kept connection had died; repeats are recognised by their id
        except (psycopg.errors.DiskFull, psycopg.OperationalError, TimeoutError) as error:
            return [_answer(error)] * len(mails)
        except Exception as error:  # noqa: BLE001  an error of one row must not be an error of its neighbours
            if len(mails) == 1:
                return [_answer(error)]
            half = len(mails) // 2
            return [*await self._store_all(line, mails[:half]), *await self._store_all(line, mails[half:])]
        return [None] * len(mails)

    async def _commit(self, line: str, mails: Sequence[Mail]) -> None:
        rows = sorted((row for mail in mails for row in mail.arrivals), key=_digest)  # so that two doors never deadlock
        taken = [mail.taken for mail in mails if mail.taken]
        opened = door_transaction if taken else door_statements
        size = sum(len(row.content) for row in rows)
        reach("accept.commit")
        async with opened(line, self._login, size) as connection:
            stored = await self._store(connection, rows)
            if taken:
                await ledgers.note(connection, taken)
        reach("accept.committed")
        self._metrics.batches += 1
        self._metrics.stored += stored
        self._metrics.repeats += len(rows) - stored
        for hint, waiting in self._hints(rows).items():
            self._ring(hint, waiting)

    def _hints(self, rows: Sequence[Arrival]) -> dict[str, list[str]]:
        hints: dict[str, list[str]] = {}
        for row in rows:
            hint = FLOOD if self.floods.adds_to_one(row.mail_from) else RECEIVE
            hints.setdefault(hint, []).append(str(row.id))
        return hints

    async def _store(self, connection: Line, rows: Sequence[Arrival]) -> int:
        """Where nothing else is done, this one statement is the commit."""
        stored = (await connection.execute(INSERT, _columns(rows))).rowcount
        if stored < len(rows):  # nobody is told 250 before this is done too; trying again counts nothing twice
            ids, boxes = [row.id for row in rows], [row.mailbox_id for row in rows]
            await connection.execute(REPEATS, (ids, boxes, [row.digest for row in rows]))
        return stored


def _digest(arrival: Arrival) -> bytes:
    return arrival.digest


def _columns(rows: Sequence[Arrival]) -> tuple[list[object], ...]:
    return (
        [row.id for row in rows],
        [row.org_id for row in rows],
        [row.mailbox_id for row in rows],
        [row.digest for row in rows],
        [row.content for row in rows],
        [row.mail_from for row in rows],
        [" ".join(row.recipients) for row in rows],  # the grammar of addresses admits no space
        [row.peer for row in rows],
        [row.helo for row in rows],
        [row.protocol for row in rows],
    )


def _answer(error: Exception) -> Exception:
    if isinstance(error, psycopg.errors.DiskFull):
        log.error("no space for mail")
        return DiskFull()
    reference = new_reference()
    log.error("mail not stored", reference=reference, **told(error))
    return Unavailable(reference)
