"""One look into a maildrop: what is not in the ledger is taken, and deleted if the mailbox says so."""

from collections.abc import Callable, Iterable, Sequence
from typing import ParamSpec, TypeVar

import structlog

from gateway.imap import leases
from gateway.imap.means import Means, Memory
from gateway.imap.session import Odd
from gateway.imap.taking import Taking
from gateway.imap.values import Login
from gateway.pop.plan import plan
from gateway.pop.session import Session
from gateway.pop.values import Drop
from models.failpoint import reach
from models.fetching import After
from models.mailbox_login import Mark, Place

log = structlog.get_logger()
AT_ONCE = 1000  # mails of one connection: what is deleted is so only at its end, and until then nobody else gets in

Args = ParamSpec("Args")
Answer = TypeVar("Answer")


class Maildrop:
    """A maildrop on one connection."""

    def __init__(self, means: Means, session: Session, login: Login, memory: Memory) -> None:
        self._means, self._session, self._login, self._memory = means, session, login, memory
        self._lease = login.lease
        self._place = Place(self._lease.mailbox, self._lease.holder, login.folders[0], 0)
        self._deleting = login.fetching.after == After.DELETE

    async def look(self) -> bool:
        """Take what is new and end the connection; whether more of it waits.

        Raises:
            Odd: the server tells mails not apart that are to be left there, or keeps what it was told to delete.
        """
        there = await self._run(self._session.listing)
        if not self._session.tells_apart and not self._deleting:
            raise Odd(
                f"{self._login.host} gives mails no ids (UIDL): they can be fetched only if they are deleted there"
            )
        wanted = plan(there, await leases.uidls(self._lease, _ids(there)), deleting=self._deleting)
        fitting = [drop for drop in wanted.take if self._fits(drop)]
        now, more = self._next(fitting)
        taken = await self._take(now)
        self._memory.withheld = (self._memory.withheld & self._marks(fitting) | self._marks(now)) - self._marks(taken)
        self._memory.set_aside[self._place.folder] = len(wanted.take) - len(fitting) + len(self._memory.withheld)
        if wanted.delete:
            log.warning("mails were still there", mailbox=str(self._lease.mailbox), count=len(wanted.delete))
            await self._run(self._session.delete, [drop.uid for drop in wanted.delete])
        await self._run(self._session.quit)
        reach("pop.quit")
        if self._deleting:
            await self._forget(there, {*taken, *wanted.delete})
        return more

    def _fits(self, drop: Drop) -> bool:
        small = drop.size <= self._means.settings.max_message_bytes
        known = self._deleting or bool(drop.uidl)
        return small and known and not self._memory.gave_up(drop.mark(self._place))

    def _next(self, fitting: Sequence[Drop]) -> tuple[list[Drop], bool]:
        """What is taken on this connection, and whether another one is wanted.

        What the server did not give out before comes last.
        """
        again = [drop for drop in fitting if drop.mark(self._place) in self._memory.withheld]
        fresh = [drop for drop in fitting if drop.mark(self._place) not in self._memory.withheld]
        return [*fresh, *again][:AT_ONCE], len(fresh) > AT_ONCE

    async def _take(self, now: Sequence[Drop]) -> list[Drop]:
        """Take mails; those that the server gave out."""
        self._memory.oldest = min((drop.dated for drop in now), default=None)
        deal = self._session.delete if self._deleting else _leave
        taking = Taking(self._means, self._session, self._login, self._place, self._memory, deal)
        withheld = await taking.all(now)
        self._memory.oldest = None
        return [drop for drop in now if drop.uid not in withheld]

    async def _forget(self, there: Sequence[Drop], gone: set[Drop]) -> None:
        """What the server has deleted leaves the ledger, since its id may mean another mail soon."""
        kept = self._memory.deleted & self._marks(there)
        self._memory.deleted = self._marks(gone)
        if gone:
            await leases.uidls(self._lease, _ids(drop for drop in there if drop not in gone))
        if kept:
            raise Odd(f"{self._login.host} still has {len(kept)} mails that it said it had deleted")

    def _marks(self, drops: Iterable[Drop]) -> frozenset[Mark]:
        return frozenset(drop.mark(self._place) for drop in drops)

    async def _run(self, work: Callable[Args, Answer], *args: Args.args, **words: Args.kwargs) -> Answer:
        return await self._means.crew.run(self._lease.org, work, *args, **words)


def _ids(drops: Iterable[Drop]) -> list[str]:
    return [drop.uidl for drop in drops if drop.uidl]


def _leave(taken: Sequence[int]) -> None:
    """Mails stay as they are: nothing by POP3 marks them."""
