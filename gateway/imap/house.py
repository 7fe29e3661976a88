"""All mailboxes of this process: leased, kept, given back. With none of them nothing is loaded and nothing is held."""

import asyncio
import importlib
import socket
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import psycopg
import structlog

from gateway.failures import told
from gateway.imap import leases
from gateway.imap.means import Means
from gateway.imap.values import Lease
from models import pulse

log = structlog.get_logger()
LOOK_EVERY = 3.0  # seconds after which a new mailbox is seen
RENEW_EVERY = 20.0
FETCHER = "gateway.imap.fetcher"


@dataclass(frozen=True, slots=True)
class _Guest:
    lease: Lease
    task: "asyncio.Task[None]"


class House:
    """The mailboxes that this process has."""

    def __init__(self, most: int, make_means: Callable[[], Means]) -> None:
        """None yet.

        Args:
            most: how many.
            make_means: what they work with; called when there is a first one.
        """
        self._most = most
        self._make_means = make_means
        self._means: Means | None = None
        self._guests: dict[UUID, _Guest] = {}
        self._marks: dict[UUID, str] = {}

    async def keep(self) -> None:
        """Lease what is free and renew what is held, until cancelled; then give all of it back."""
        renewed_at = asyncio.get_running_loop().time()
        try:
            while True:
                try:
                    if (now := asyncio.get_running_loop().time()) >= renewed_at + RENEW_EVERY:
                        await self._renew()
                        renewed_at = now
                    await self._lease()
                    pulse.beat(f"fetcher@{socket.gethostname()}")
                except (psycopg.Error, TimeoutError, LookupError) as error:
                    log.warning("no mailbox can be leased now", **told(error))
                await asyncio.sleep(LOOK_EVERY)
        finally:
            await self._leave(list(self._guests))

    async def _lease(self) -> None:
        while len(self._guests) < self._most and (found := await leases.lease()):
            module = await asyncio.to_thread(importlib.import_module, FETCHER)  # imapclient with it
            self._means = self._means or self._make_means()
            task = asyncio.create_task(module.Fetcher(found, self._means).run())
            self._guests[found.mailbox] = _Guest(found, task)
            log.info("mailbox is fetched from", mailbox=str(found.mailbox))

    async def _renew(self) -> None:
        """Go on with those that are still ours; who was paused, changed or taken away is let go."""
        if not self._guests:
            return
        marks = await leases.renew([guest.lease for guest in self._guests.values()])
        before, self._marks = self._marks, marks
        over = [box for box, guest in self._guests.items() if guest.task.done() or box not in marks]
        changed = [box for box in marks if before.get(box, marks[box]) != marks[box]]
        await self._leave([*over, *(box for box in changed if box not in over)])

    async def _leave(self, boxes: list[UUID]) -> None:
        guests = [self._guests.pop(box) for box in boxes]
        for guest in guests:
            guest.task.cancel()
        if guests:
            await asyncio.wait({guest.task for guest in guests})
        for guest in guests:
            self._marks.pop(guest.lease.mailbox, None)
            try:
                await leases.release(guest.lease)
            except (psycopg.Error, TimeoutError, LookupError) as error:
                log.info("the lease runs out by itself", mailbox=str(guest.lease.mailbox), **told(error))
