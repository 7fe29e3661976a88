"""Sliding windows over what happened lately: kept in Redis for the whole fleet, or here while Redis is away.

A limit is no reason to keep mail waiting, so whatever Redis does, an answer comes at once. What this process then
counts by itself bounds a flood all the same, once for each worker.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from time import monotonic

import structlog
from limits.storage import MemoryStorage, RedisStorage

from models.settings import settings

PATIENCE = 0.5  # seconds for a word with Redis
REST = 5.0  # seconds in which Redis is not asked again after it did not answer

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

    def enter(self, wanted: Mapping[Window, int]) -> dict[Window, int]:
        """Let in as many as there is room for.

        All windows are asked together; only those that cannot take all of theirs are asked once more, one by one.

        Args:
            wanted: how many want into each.

        Returns:
            How many are in.
        """
        if not wanted:
            return {}
        if monotonic() >= self._rests_until:
            try:
                return self._in_redis(wanted)
            except self._redis.base_exceptions as error:
                log.warning("limits are counted by each worker for itself", error=type(error).__name__)
                self._rests_until = monotonic() + REST
        return {window: self._enter_here(window, count) for window, count in wanted.items()}

    def _in_redis(self, wanted: Mapping[Window, int]) -> dict[Window, int]:
        whole = dict(zip(wanted, self._ask([*wanted.items()]), strict=True))
        rest = [(window, 1) for window, count in wanted.items() if not whole[window] for _ in range(count)]
        found = {window: count if whole[window] else 0 for window, count in wanted.items()}
        for (window, _), entered in zip(rest, self._ask(rest), strict=True):
            found[window] += entered
        return found

    def _ask(self, asked: list[tuple[Window, int]]) -> list[bool]:
        if not asked:
            return []
        with self._redis.storage.pipeline(transaction=False) as together:
            for window, count in asked:
                arguments = [window.most, window.seconds, count]
                self._redis.lua_acquire_sliding_window(list(window.keys), arguments, client=together)
            return [bool(one) for one in together.execute()]

    def _enter_here(self, window: Window, count: int) -> int:
        key = window.keys[1]
        return sum(self._here.acquire_sliding_window_entry(key, window.most, window.seconds) for _ in range(count))


@cache
def windows() -> Windows:
    """Those of this installation's Redis; one connection for each process."""
    return Windows(settings().broker())
