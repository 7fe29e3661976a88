"""Room in memory for mails on their way: who wants to fetch waits for it, in the order of asking."""

import asyncio
from collections import deque


class Room:
    """Bytes that all mailboxes of a process may have under way together.

    Attributes:
        most: how many; a mail that needs more gets all of them.
        free: how many are left.
    """

    def __init__(self, most: int) -> None:
        self.most = self.free = most
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()

    async def enter(self, size: int) -> int:
        """Wait for room; what was given, to be handed back with `leave`."""
        wanted = min(size, self.most)
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append((wanted, turn))
        self._admit()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.leave(wanted)
            raise
        return wanted

    def leave(self, size: int) -> None:
        """Hand room back."""
        self.free += size
        self._admit()

    def _admit(self) -> None:
        while self._waiting and (self._waiting[0][1].done() or self._waiting[0][0] <= self.free):
            wanted, turn = self._waiting.popleft()
            if not turn.done():
                self.free -= wanted
                turn.set_result(None)
