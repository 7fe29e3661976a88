"""A destination that gets too much says so; then its further letters wait, and those to others go on.

It rests for a minute, and twice as long each time that it says so again within an hour after. The whole fleet leaves it
alone: who was told writes it into Redis. While Redis is away, each process knows what itself was told.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from time import monotonic

import structlog
from redis import Redis, RedisError

from models.settings import settings
from workers.outbound.relay import Relay

_TOO_MUCH = re.compile(
    r"4\.7\.28|4\.4\.5|too (?:many|much|fast)|rate.?limit|throttl|exceed|quota of (?:mails|messages)|slow down",
    re.IGNORECASE,
)
FIRST, LONGEST = 60, 3_600  # seconds of a rest
REMEMBERED = 3_600  # seconds after a rest, in which it is not forgotten that there was one
FRESH = 1.0  # seconds for which an answer of Redis is believed
PATIENCE = 0.5  # seconds for a word with Redis
AWAY = 5.0  # seconds in which Redis is not asked again after it did not answer
MOST = 10_000  # destinations that a process keeps in mind
KEY = "postern:rest:"

log = structlog.get_logger()


def destination(address: str) -> str:
    """Whose server takes mail for an address in the end."""
    return address.rpartition("@")[2].lower()


def wants_less(answer: str) -> bool:
    """Whether a temporary refusal (4xx) means that mail comes too fast.

    That is not greylisting, which wants to hear of each letter once, nor a full mailbox, which is one person's.
    """
    return answer.startswith("4") and _TOO_MUCH.search(answer) is not None and " 4.2.2 " not in answer


@dataclass(frozen=True, slots=True)
class Way:
    """A destination as a relay reaches it: what one of them sends too much, another one does not.

    Who names a relay may make it say what they like, and holds up nobody who sends by another.
    """

    domain: str
    relay: Relay | None

    @property
    def key(self) -> str:
        """In Redis; hashed, since it is no affair of who reads there."""
        by = self.relay and f"{self.relay.host}:{self.relay.port}/{self.relay.user}"
        return KEY + blake2b(f"{by or ''}\0{self.domain}".encode(), digest_size=16).hexdigest()


def way(address: str, relay: Relay | None) -> Way:
    """The way to an address.

    Args:
        address: of a recipient.
        relay: an organization's own, None for the installation's.
    """
    return Way(destination(address), relay)


@dataclass(frozen=True, slots=True)
class _Rest:
    """Of one way: until when by our clock, how many there were in a row, what was said; '' if there is none."""

    until: float
    times: int
    answer: str


class Pace:
    """What is to be left alone.

    Args:
        url: of Redis, as `Settings.broker` says it.
    """

    def __init__(self, url: str) -> None:
        place = url.replace("redis+socket://", "unix://")
        patience = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE}
        self._redis = Redis.from_url(place, decode_responses=True, **patience)
        self._asks_again = 0.0
        self._told: dict[Way, _Rest] = {}
        self._heard: dict[Way, _Rest] = {}

    def look(self, ways: Iterable[Way]) -> None:
        """Ask about some at once."""
        asked = list(dict.fromkeys(ways))
        if not asked or monotonic() < self._asks_again:
            return
        if len(self._heard) > MOST:
            self._heard.clear()
        try:
            found = self._redis.mget([one.key for one in asked])
        except RedisError as error:
            self._miss(error)
            return
        until = monotonic() + FRESH
        self._heard.update((one, _Rest(until, 0, str(said or ""))) for one, said in zip(asked, found, strict=True))

    def waits(self, one: Way) -> str:
        """Why letters on this way wait, '' if they need not."""
        told = self._told.get(one)
        if told and monotonic() < told.until:
            return told.answer
        if one not in self._heard or monotonic() > self._heard[one].until:
            self._heard.pop(one, None)
            self.look([one])
        return self._heard[one].answer if one in self._heard else ""

    def slow_down(self, one: Way, answer: str) -> None:
        """A destination gets too much: nobody writes to it for a while.

        Args:
            one: the way to it.
            answer: what it said.
        """
        said = f"{one.domain} gets too much: {answer}"
        last = self._told.get(one)
        times = last.times + 1 if last and monotonic() < last.until + REMEMBERED else 1
        if monotonic() >= self._asks_again:
            try:
                times = self._write(one.key, said) or times
            except RedisError as error:
                self._miss(error)
        if len(self._told) > MOST:
            self._told.clear()
        self._told[one] = _Rest(monotonic() + _seconds(times), times, said)
        log.warning("destination.rests", domain=one.domain, seconds=_seconds(times), times=times)

    def _write(self, key: str, said: str) -> int:
        """How many rests in a row that makes, 0 if somebody else was told at the same time."""
        if not self._redis.set(key, said, ex=FIRST, nx=True):
            return 0
        times = int(self._redis.incr(f"{key}:times"))
        with self._redis.pipeline() as both:
            both.expire(key, _seconds(times))
            both.expire(f"{key}:times", _seconds(times) + REMEMBERED)
            both.execute()
        return times

    def _miss(self, error: RedisError) -> None:
        log.warning("each process keeps its own pace", error=type(error).__name__)
        self._asks_again = monotonic() + AWAY


def _seconds(times: int) -> int:
    return min(FIRST << min(times - 1, 10), LONGEST)


@cache
def pace() -> Pace:
    """That of this installation's Redis; one connection for each process."""
    return Pace(settings().broker())
