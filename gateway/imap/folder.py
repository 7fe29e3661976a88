"""One folder on one connection: what is new in it is taken, and now and then all of it is compared with the ledger."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import ParamSpec, TypeVar

import structlog

from gateway.imap import leases
from gateway.imap.after import deal, left_over
from gateway.imap.means import Means, Memory
from gateway.imap.session import Session
from gateway.imap.taking import Taking
from gateway.imap.uids import uids
from gateway.imap.values import Cursor, Login, Waiting
from models.fetching import After
from models.mailbox_login import Place, Taken

log = structlog.get_logger()
WINDOW = 1000  # mails whose sizes are asked for at once

Args = ParamSpec("Args")
Answer = TypeVar("Answer")


class Folder:
    """A folder.

    Attributes:
        name: as the server calls it.
    """

    def __init__(self, name: str, means: Means, session: Session, login: Login, memory: Memory) -> None:
        self.name = name
        self._means, self._session, self._login, self._memory = means, session, login, memory
        self._lease = login.lease
        self._surveyed = False

    async def look(self) -> int:
        """Take what is new; how many mails that were."""
        place = await self._enter()
        cursor = await leases.cursor(self._lease, self.name)
        wanted = self._login.fetching.since
        if cursor.uidvalidity != place.uidvalidity or not cursor.complete_since or cursor.complete_since > wanted:
            return await self.survey()
        found = await self._run(self._session.after, cursor.highest)
        if not found:
            return 0
        aside = await self._take(place, found, cursor)
        await leases.advance(place, found[-1])
        if aside:
            await leases.surveyed(place, uids({*cursor.set_aside, *aside}), cursor.complete_since)
            self._memory.set_aside[self.name] = len(cursor.set_aside) + len(aside)
        return len(found)

    async def survey(self) -> int:
        """Compare all of the folder with the ledger and fill every gap; how many mails were taken or set aside.

        Where the server has numbered anew the ledger says nothing; what comes twice is known by its digest.
        """
        place = await self._enter()
        cursor = await leases.cursor(self._lease, self.name)
        if cursor.uidvalidity != place.uidvalidity:
            if cursor.uidvalidity is not None:
                log.warning("numbered anew", mailbox=str(self._lease.mailbox), uidvalidity=place.uidvalidity)
            cursor = Cursor(place.uidvalidity)
        top = await self._run(self._session.top)
        there = await self._run(self._session.since, self._login.fetching.since)
        missing = [uid for uid in there if uid not in cursor.ledger]
        aside = await self._take(place, missing, cursor, surveying=True)
        await leases.advance(place, max([top, *missing[-1:]]))
        await leases.surveyed(place, uids(aside), self._login.fetching.since)
        self._memory.set_aside[self.name] = len(aside)
        await self._make_up([uid for uid in there if uid in cursor.ledger])
        self._surveyed = True
        return len(missing)

    async def _run(self, work: Callable[Args, Answer], *args: Args.args, **words: Args.kwargs) -> Answer:
        return await self._means.crew.run(self._lease.org, work, *args, **words)

    async def _enter(self) -> Place:
        change = self._login.fetching.after != After.LEAVE
        if self._session.folder != self.name:
            self._uidvalidity = await self._run(self._session.select, self.name, change=change)
        return Place(self._lease.mailbox, self._lease.holder, self.name, self._uidvalidity)

    async def _take(self, place: Place, found: Sequence[int], cursor: Cursor, *, surveying: bool = False) -> set[int]:
        """Take mails window by window; the UIDs that could not be taken."""
        aside = set[int]()
        dealing = partial(deal, self._session, self._login.fetching)
        taking = Taking(self._means, self._session, self._login, place, self._memory, dealing)
        for start in range(0, len(found), WINDOW):
            window = found[start : start + WINDOW]
            waiting = await self._run(self._session.sizes, window)
            unknown = sorted(set(window) - {mail.uid for mail in waiting})
            aside |= set(await self._run(self._session.still, unknown))  # the others were expunged meanwhile
            if surveying:
                waiting = tuple(mail for mail in waiting if self._is_ours(mail, cursor))
                self._alarm(place, waiting, cursor)
            fitting = [mail for mail in waiting if self._fits(place, mail)]
            aside |= {mail.uid for mail in waiting} - {mail.uid for mail in fitting}
            self._memory.oldest = min((mail.dated for mail in fitting), default=None)
            aside |= await taking.all(fitting)
        self._memory.oldest = None
        return aside

    def _is_ours(self, mail: Waiting, cursor: Cursor) -> bool:
        """Old mail that was there before is left alone; what appears later is not, whatever date it bears."""
        is_new = bool(cursor.complete_since) and mail.uid > cursor.highest
        return is_new or mail.dated >= self._login.fetching.since

    def _fits(self, place: Place, mail: Waiting) -> bool:
        most = self._means.settings.max_message_bytes
        return mail.size <= most and not self._memory.gave_up(Taken(place, mail.uid))

    def _alarm(self, place: Place, waiting: Sequence[Waiting], cursor: Cursor) -> None:
        """Count what had been passed over without anybody knowing."""
        since = cursor.complete_since
        gaps = [
            mail.uid
            for mail in waiting
            if since and mail.uid <= cursor.highest and mail.dated >= since and mail.uid not in cursor.set_aside
            if Taken(place, mail.uid) not in self._memory.owed
        ]
        if gaps:
            self._memory.gaps += len(gaps)
            log.error("mails were missing", mailbox=str(self._lease.mailbox), count=len(gaps))

    async def _make_up(self, taken: Sequence[int]) -> None:
        wishes = self._login.fetching
        some = await self._run(left_over, self._session, wishes, taken, first=not self._surveyed)
        if some:
            await self._run(deal, self._session, wishes, some)
