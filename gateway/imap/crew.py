"""Threads for the calls that wait for servers: bounded, and no organization may keep all of them busy.

A mailbox that only waits for mail needs none.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar
from uuid import UUID

MOST = 64  # threads
MOST_OF_ONE = 16  # of them may wait for servers that one organization named

Args = ParamSpec("Args")
Answer = TypeVar("Answer")


class Crew:
    """The threads of one process; who waits for one is served in the order of asking."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(MOST, thread_name_prefix="imap")
        self._shares: dict[UUID, asyncio.Semaphore] = {}

    async def open(self, org: UUID, work: Callable[[], Answer], discard: Callable[[Answer], None]) -> Answer:
        """As `run`, for what has to be closed if nobody waits for it any more.

        Args:
            org: on whose behalf.
            work: opens it.
            discard: closes it, in the thread.
        """
        doing = await self._begin(org, work)
        try:
            return await asyncio.wrap_future(doing)
        except asyncio.CancelledError:
            doing.add_done_callback(
                lambda done: None if done.cancelled() or done.exception() else discard(done.result())
            )
            raise

    async def run(self, org: UUID, work: Callable[Args, Answer], *args: Args.args, **words: Args.kwargs) -> Answer:
        """Do something in a thread; it goes on there if who asked no longer waits.

        Args:
            org: on whose behalf.
            work: what.
            *args: its arguments.
            **words: as well.
        """
        return await asyncio.wrap_future(await self._begin(org, partial(work, *args, **words)))

    async def _begin(self, org: UUID, work: Callable[[], Answer]) -> "Future[Answer]":
        share = self._shares.setdefault(org, asyncio.Semaphore(MOST_OF_ONE))
        await share.acquire()
        doing = self._pool.submit(work)
        loop = asyncio.get_running_loop()
        doing.add_done_callback(lambda _: loop.is_closed() or loop.call_soon_threadsafe(share.release))
        return doing

    def close(self) -> None:
        """Begin nothing more."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def _discarded(discard: Callable[[Answer], None], doing: "Future[Answer]") -> None:
    if not doing.cancelled() and not doing.exception():
        discard(doing.result())
