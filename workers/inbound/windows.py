"""Sliding windows over what happened lately: kept in Redis for the whole fleet, or here while Redis is away.

Nearly everybody writes once and is never near a bound. So a worker keeps what it has let in to itself until that is a
twentieth of the bound, and only then asks for all of it; of a small bound everything is asked. So each worker may let
in a twentieth more than there is room for, until it hears that there is none.

A limit is no reason to keep mail waiting, so whatever Redis does, an answer comes at once. What this process then
counts by itself bounds a flood all the same, once for each worker.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from threading import Lock
from time import monotonic

import structlog
from limits.storage import MemoryStorage, RedisStorage

from models.settings import settings

PART = 20  # of a bound may be let in without a word to the others
REMEMBERED = 20_000  # windows; what is untold of those that are forgotten first is little
PATIENCE = 0.5  # seconds for a word with Redis
REST = 5.0  # seconds in which Redis is not asked again after it did not answer

_making = Lock()
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Window:
    """What is counted, under a name of its own; so many times within so many seconds."""

    name: tuple[str, ...]
    most: int
    seconds: int

    @property
    def keys(self) -> tuple[str, str]:
        """Of the period before this one, and of this one; hashed, since names are addresses of people."""
        name = blake2b("\0".join((*self.name, str(self.seconds))).encode(), digest_size=16).hexdigest()
        return f"postern:window:{{{name}}}/-1", f"postern:window:{{{name}}}"


@dataclass(frozen=True, slots=True)
class _Kept:
    """What a worker keeps of a window, since when: how many it let in and told nobody of, and whether it was full."""

    untold: int
    since: float
    full: bool = False


class Windows:
    """The windows of one Redis.

    Args:
        url: as `Settings.broker` says it.
    """

    def __init__(self, url: str) -> None:
        place = url.replace("redis+socket://", "redis+unix://")
        self._redis = RedisStorage(place, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
        self._here = MemoryStorage()
        self._rests_until = 0.0
        self._kept: OrderedDict[Window, _Kept] = OrderedDict()

    def enter(self, wanted: Mapping[Window, int]) -> dict[Window, int]:
        """Let in as many as there is room for.

        Args:
            wanted: how many want into each.

        Returns:
            How many are in.
        """
        found: dict[Window, int] = {}
        asked: dict[Window, tuple[int, int]] = {}  # how many with those that nobody was told of, and these
        now = monotonic()
        for window, count in wanted.items():
            kept = self._kept.get(window)
            if kept is None or now - kept.since > window.seconds:
                kept = _Kept(0, now)
            together = kept.untold + count
            if kept.full or together > window.most // PART:
                asked[window] = together, kept.untold
            else:
                self._kept[window], found[window] = _Kept(together, kept.since), count
        for window, entered in self._enter_all({window: together for window, (together, _) in asked.items()}).items():
            together, untold = asked[window]
            self._kept[window], found[window] = _Kept(0, now, full=entered < together), max(0, entered - untold)
        while len(self._kept) > REMEMBERED:
            self._kept.popitem(last=False)
        return found

    def _enter_all(self, asked: Mapping[Window, int]) -> dict[Window, int]:
        """All windows are asked together; only those that cannot take all of theirs are asked once more, one by one."""
        whole = dict(zip(asked, self._ask([*asked.items()]), strict=True))
        rest = [(window, 1) for window, count in asked.items() if not whole[window] for _ in range(count)]
        found = {window: count if whole[window] else 0 for window, count in asked.items()}
        for (window, _), entered in zip(rest, self._ask(rest), strict=True):
            found[window] += entered
        return found

    def _ask(self, asked: Sequence[tuple[Window, int]]) -> list[bool]:
        if asked and monotonic() >= self._rests_until:
            try:
                return self._ask_redis(asked)
            except self._redis.base_exceptions as error:
                log.warning("limits are counted by each worker for itself", error=type(error).__name__)
                self._rests_until = monotonic() + REST
        return [
            self._here.acquire_sliding_window_entry(window.keys[1], window.most, window.seconds, count)
            for window, count in asked
        ]

    def _ask_redis(self, asked: Sequence[tuple[Window, int]]) -> list[bool]:
        with self._redis.storage.pipeline(transaction=False) as together:
            for window, count in asked:
                arguments = [window.most, window.seconds, count]
                self._redis.lua_acquire_sliding_window(list(window.keys), arguments, client=together)
            return [bool(one) for one in together.execute()]


def windows() -> Windows:
    """Those of this installation's Redis; one connection for each process."""
    with _making:  # `limits` imports redis now, and two threads that do so at once may find half of it
        return _windows()


@cache
def _windows() -> Windows:
    return Windows(settings().broker())
