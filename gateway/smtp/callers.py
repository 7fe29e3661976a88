"""Who connects too often, or hands in too much, is turned away with 421 for a while, by all doors.

So a flood under ever other names is bounded, too, by where it comes from. What one door decides is told to the others.
No mail is lost by it, since a server that hears 421 comes again. The database, by which the doors hear of each other,
is written and read beside the connections, never because of one; while it is away each door goes by what it knows.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

import psycopg
import structlog

from gateway.flood import Floods
from models.database import door_statements
from models.networks import network_of, speaks_for_many
from models.rate_limit import Counted
from models.standing import Unsafe

EVERY = 2.0  # seconds between two looks into the database
STOPPED = 600.0  # seconds for which somebody is turned away
NETWORK = 4  # so many times as much as one address may a network connect and hand in
MAILS = 4  # so many times as many mails as connections may somebody hand in
READ = (
    "SELECT identifier_type, identifier, extract(epoch FROM blocked_until - now())::float"
    " FROM door_blocks() WHERE action = 'connection'"
)
NOTE = "SELECT note_door_limit(%s, %s, 'connection', %s, 60, now() + make_interval(secs => %s), %s)"

log = structlog.get_logger()
Name = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Stopped:
    """Somebody who was stopped just now, to be told to the other doors: there were more than `most` of `what`."""

    name: Name
    most: int
    what: str


class Callers:
    """Counts connections and mails, and knows whom to turn away.

    Args:
        most: connections a minute from one address; 0 is no bound.
        now: seconds by any clock that never goes back.
    """

    def __init__(self, most: int, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._stopped: dict[Name, float] = {}
        self._untold: list[Stopped] = []
        self._most = {
            (what, who): times * part * most
            for what, times in (("connections", 1), ("mails", MAILS))
            for who, part in ((Counted.IP, 1), (Counted.NETWORK, NETWORK))
        }
        self._floods = {key: Floods(now, burst=most, rate=most / 60) for key, most in self._most.items()}

    def turns_away(self, address: str) -> bool:
        """Count a connection; whether it is refused. A relay of ours speaks for many and is never stopped.

        Args:
            address: of the client, as `plain_address` writes it.
        """
        return self._is_over("connections", address)

    def hands_in_too_much(self, address: str) -> bool:
        """Count a mail; whether its client is refused from now on. Arguments as `turns_away`."""
        return self._is_over("mails", address)

    def _is_over(self, what: str, address: str) -> bool:
        if speaks_for_many(address):
            return False
        names = ((Counted.IP, address), (Counted.NETWORK, network_of(address)))
        if any(self._is_stopped(name) for name in names):
            return True
        counted = [self._is_one_too_many(what, *name) for name in names]  # by both, whatever the first one says
        return any(counted)

    def _is_stopped(self, name: Name) -> bool:
        return self._stopped.get(name, 0.0) > self._now()

    def _is_one_too_many(self, what: str, who: Counted, name: str) -> bool:
        most, floods = self._most[what, who], self._floods[what, who]
        if not most or not floods.adds_to_one(name):
            return False
        floods.forget(name)  # who is let in again is counted anew
        self._stopped[who, name] = self._now() + STOPPED
        self._untold.append(Stopped((who, name), most, what))
        return True

    async def keep(self) -> None:
        """Go on telling the database, and hearing from it, until cancelled."""
        while True:
            await self.share()
            await asyncio.sleep(EVERY)

    async def share(self) -> None:
        """Tell whom this door stopped, and learn whom all doors stop, and whom somebody has let in again."""
        untold, self._untold = self._untold, []
        try:
            async with door_statements("callers") as connection:
                while untold:
                    one = untold[-1]
                    why = f"more than {one.most} {one.what} within a minute"
                    await connection.execute(NOTE, (*one.name, one.most + 1, STOPPED, why))
                    untold.pop()
                rows = await (await connection.execute(READ)).fetchall()
        except (psycopg.Error, OSError, TimeoutError, LookupError, Unsafe) as error:
            log.debug("the doors do not hear of each other", error=type(error).__name__)
            self._untold += untold
            return
        now = self._now()
        told = {(who, name): now + (STOPPED if left is None else left) for who, name, left in rows}
        self._stopped = told | {one.name: self._stopped[one.name] for one in self._untold}
