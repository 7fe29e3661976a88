"""Fetch, commit, and only then touch: while one batch is being committed the next one is fetched."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from gateway.accept import Mail
from gateway.addresses import Target
from gateway.arrivals import Origin, arrivals
from gateway.imap import headers
from gateway.imap.means import Means, Memory
from gateway.imap.session import Withheld
from gateway.imap.values import Login, Waiting
from models.failpoint import reach
from models.mailbox_login import Place
from models.raw_mail import Arrival

MOST_MAILS = 100
MOST_BYTES = 4_194_304  # of a batch, unless one mail alone is larger
SLACK = 1_048_576  # bytes; a server's sizes are not always exact


Fetched = tuple[Waiting, Sequence[Arrival]]  # a mail and the rows it becomes


@dataclass(frozen=True, slots=True)
class Parcel:
    """Fetched mails on their way to the commit.

    Attributes:
        mails: in the order of their UIDs.
        withheld: those that the server did not give out.
        room: bytes of memory that it was granted.
    """

    mails: tuple[Fetched, ...]
    withheld: frozenset[int]
    room: int


def batches(waiting: Sequence[Waiting], *, alone: bool) -> Iterator[tuple[Waiting, ...]]:
    """What is fetched with one command, in order.

    Args:
        waiting: all that is wanted.
        alone: one mail each.
    """
    batch: list[Waiting] = []
    size = 0
    for mail in waiting:
        if batch and (alone or len(batch) == MOST_MAILS or size + mail.size > MOST_BYTES):
            yield tuple(batch)
            batch, size = [], 0
        batch.append(mail)
        size += mail.size
    if batch:
        yield tuple(batch)


def rows(login: Login, content: bytes) -> list[Arrival]:
    """What a fetched mail becomes.

    Args:
        login: where it lay.
        content: its bytes.
    """
    found = headers.fields(content)
    target = Target(login.lease.org, login.lease.mailbox, login.address.lower())
    origin = Origin(headers.return_path(found), None, login.host, f"{login.protocol}s")
    return arrivals([(one, target) for one in headers.recipients(found, login.address)], content, origin)


class Source(Protocol):
    """A connection that shows mails, by either protocol."""

    def bodies(self, wanted: Sequence[int], size: int) -> dict[int, bytes]:
        """As `gateway.imap.session.Session.bodies`."""
        ...

    def still(self, some: Sequence[int]) -> tuple[int, ...]:
        """As `gateway.imap.session.Session.still`."""
        ...


Deal = Callable[[Sequence[int]], None]


class Taking:
    """One folder's mails, on one connection."""

    def __init__(self, means: Means, session: Source, login: Login, place: Place, memory: Memory, deal: Deal) -> None:
        """Nothing is taken yet.

        Args:
            means: of the process.
            session: in the folder.
            login: of the mailbox.
            place: the folder.
            memory: of the mailbox.
            deal: does on the server what is to be done with mails that are committed here; in a thread.
        """
        self._means, self._session, self._login, self._place, self._memory = means, session, login, place, memory
        self._deal_with = deal
        self._held = 0

    async def all(self, waiting: Sequence[Waiting]) -> frozenset[int]:
        """Take mails; the UIDs that the server did not give out.

        Args:
            waiting: in the order of their UIDs.

        Raises:
            Exception: whatever ends the connection, or an error of the commit; what was committed is in the ledger.
        """
        withheld = frozenset[int]()
        storing: asyncio.Task[list[int]] | None = None
        try:
            for batch in batches(waiting, alone=self._memory.careful):
                parcel = await self._fetch(batch)
                withheld |= parcel.withheld
                if storing:
                    await self._deal(await storing)
                storing = asyncio.create_task(self._store(parcel))
            if storing:
                await self._deal(await storing)
        finally:
            if storing:
                await asyncio.wait({storing})  # what was fetched is committed, even if the connection died
            self._leave(self._held)
        self._memory.careful = False
        return withheld

    async def _fetch(self, batch: tuple[Waiting, ...]) -> Parcel:
        most = self._means.settings.max_message_bytes + SLACK
        size = most if self._memory.careful else 2 * sum(mail.size for mail in batch) + SLACK
        room = await self._means.room.enter(size)
        self._held += room
        try:
            found, hidden = await self._means.crew.run(self._login.lease.org, self._ask, batch, size)
        except Withheld:  # the server refuses a whole batch when it cannot give out one of it
            self._leave(room)
            return await self._one_by_one(batch)
        except Exception:
            self._memory.broke(self._place, batch)
            raise
        return Parcel(found, hidden, room)

    async def _one_by_one(self, batch: tuple[Waiting, ...]) -> Parcel:
        if len(batch) == 1:
            return Parcel((), frozenset({batch[0].uid}), 0)
        parcels = [await self._fetch((mail,)) for mail in batch]
        return Parcel(
            tuple(mail for parcel in parcels for mail in parcel.mails),
            frozenset[int]().union(*(parcel.withheld for parcel in parcels)),
            sum(parcel.room for parcel in parcels),
        )

    def _ask(self, batch: tuple[Waiting, ...], size: int) -> tuple[tuple[Fetched, ...], frozenset[int]]:
        """What the server shows, and the UIDs of what it does not; in a thread, as are the digests."""
        bodies = self._session.bodies([mail.uid for mail in batch], size)
        reach("imap.fetched")
        shown = ((mail, body) for mail in batch if (body := bodies.get(mail.uid)) is not None)
        fetched = tuple((mail, rows(self._login, body)) for mail, body in shown)
        hidden = [mail.uid for mail in batch if mail.uid not in bodies]
        return fetched, frozenset(self._session.still(hidden))  # others were expunged meanwhile

    async def _store(self, parcel: Parcel) -> list[int]:
        """Have a parcel committed, each mail with its UID; the UIDs."""
        marks = [mail.mark(self._place) for mail, _ in parcel.mails]
        mails = [Mail(found, mark) for (_, found), mark in zip(parcel.mails, marks, strict=True)]
        answers = await self._means.acceptor.accept_all(mails)
        reach("imap.committed")
        self._leave(parcel.room)
        failed = [(mark, error) for mark, error in zip(marks, answers, strict=True) if error]
        self._memory.owed |= {mark for mark, _ in failed}
        self._memory.owed -= set(marks) - {mark for mark, _ in failed}
        if failed:
            raise failed[0][1]
        if parcel.mails:
            self._memory.lag = max(0.0, (datetime.now(UTC) - parcel.mails[-1][0].dated).total_seconds())
        return [mail.uid for mail, _ in parcel.mails]

    async def _deal(self, taken: Sequence[int]) -> None:
        await self._means.crew.run(self._login.lease.org, self._deal_with, taken)
        reach("imap.flagged")

    def _leave(self, room: int) -> None:
        self._held -= room
        self._means.room.leave(room)
