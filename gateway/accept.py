"""Group commit: a mail is stored before it is answered 250, and mails that arrive together share one commit.

The batch is whatever came in while the previous commit ran.
"""

from collections.abc import Callable, Sequence

import psycopg
import structlog

from gateway.failures import DiskFull, Unavailable, new_reference, told
from gateway.grouping import Bounds, Group
from gateway.metrics import Metrics
from models.database import door_statements
from models.raw_mail import Arrival

log = structlog.get_logger()
MOST_ROWS = 500
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

Mail = Sequence[Arrival]  # what one call to `accept` brings; stored together or not at all
Ring = Callable[[str, list[str]], None]


class Acceptor:
    """Stores mail for one process.

    Attributes:
        queued_bytes: content waiting for its commit.
    """

    def __init__(self, metrics: Metrics, ring: Ring, *, max_queued_bytes: int) -> None:
        self._metrics = metrics
        self._ring = ring
        self._group: Group[Mail, None] = Group("accept", self._trip, Bounds(MOST_ROWS, MOST_BYTES, max_queued_bytes))

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
        weight = sum(len(arrival.content) + MAIL_OVERHEAD for arrival in arrivals)
        await self._group.ask(arrivals, weight)

    async def _trip(self, line: str, mails: Sequence[Mail]) -> Sequence[Exception | None]:
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
            return [*await self._trip(line, mails[:half]), *await self._trip(line, mails[half:])]
        return [None] * len(mails)

    async def _commit(self, line: str, mails: Sequence[Mail]) -> None:
        rows = sorted((arrival for mail in mails for arrival in mail), key=_digest)  # so that two doors never deadlock
        async with door_statements(line) as connection:  # this one statement is the commit
            stored = (await connection.execute(INSERT, _columns(rows))).rowcount
            if stored < len(rows):  # nobody is told 250 before this is done too; trying again counts nothing twice
                ids, boxes = [row.id for row in rows], [row.mailbox_id for row in rows]
                await connection.execute(REPEATS, (ids, boxes, [row.digest for row in rows]))
        self._metrics.batches += 1
        self._metrics.stored += stored
        self._metrics.repeats += len(rows) - stored
        self._ring("inbound.receive", [str(row.id) for row in rows])


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
