"""Both directions of one connection: bytes in arrival order for commands and mails alike, replies written together.

One buffer serves commands and DATA, so nothing can be read twice or by the wrong reader.
"""

import asyncio

LONGEST_LINE = 1024  # bytes with CRLF; MAIL and RCPT with parameters (RFC 5321 section 4.5.3.1.4, RFC 1870, RFC 6531)
HIGH_WATER = 262_144  # bytes that may wait to be read before the client is held back
TLS_HELLO = b"\x16\x03"
TURN = 20  # commands that were sent together and are obeyed before other clients have their turn
MANY = 500  # answers that are written although more commands are there
LINGER = 2.0  # seconds in which a client may still read our last word


class LineTooLongError(Exception):
    """A command of more than `LONGEST_LINE` bytes came; it was skipped."""


class BareLineEndError(Exception):
    """A command contained or ended in a CR or LF without the other (RFC 5321 section 2.3.8)."""


class ClosedError(Exception):
    """The dialogue is over: the client closed its direction, or we said the last word."""


class WrongProtocolError(Exception):
    """What came cannot be the beginning of a command, a TLS hello for instance."""


class Wire:
    """A connection as the dialogue sees it.

    Attributes:
        transport: the connection below; another one after STARTTLS.
        active_at: loop time of the last whole command or the last bytes of a mail.
        closing: we said our last word; what still comes is thrown away.
    """

    __slots__ = (
        "_at", "_ended", "_fresh", "_full", "_held_back", "_loop", "_out", "_pending", "_turn", "_waiter",
        "active_at", "closing", "transport",
    )  # fmt: skip

    def __init__(self, loop: asyncio.AbstractEventLoop, transport: asyncio.Transport) -> None:
        self._loop = loop
        self._pending = b""
        self._at = self._turn = 0
        self._out: list[bytes] = []
        self._waiter: asyncio.Future[None] | None = None
        self._ended = self._held_back = self._fresh = self._full = self.closing = False
        self.transport = transport
        self.active_at = loop.time()

    def feed(self, chunk: bytes) -> None:
        """Bytes came in."""
        if self.closing:
            return
        self._fresh = True
        self._pending = self._pending[self._at :] + chunk if self._pending else chunk
        self._at = 0
        if len(self._pending) > HIGH_WATER and not self._held_back:
            self._held_back = True
            self.transport.pause_reading()
        self._wake()

    def end(self) -> None:
        """No more will come."""
        self._ended = True
        self._wake()

    def hold(self, full: bool) -> None:
        """Our answers pile up, or flow again; nothing is answered while they do."""
        self._full = full
        self._wake()

    def forget(self) -> None:
        """Drop what was read but not yet used (RFC 3207 section 4.2, CVE-2011-0411, CVE-2024-34083)."""
        self._pending, self._at = b"", 0

    def give_back(self, rest: bytes) -> None:
        """What followed the end of a mail is the next command."""
        self._pending, self._at = rest + self._pending[self._at :], 0

    def say(self, reply: bytes) -> None:
        """Queue a reply; it goes out with the others once there is nothing left to read (RFC 2920 section 3.2)."""
        self._out.append(reply)

    def flush(self) -> None:
        """Write the queued replies."""
        if self._out:
            if not self.transport.is_closing():
                self.transport.write(b"".join(self._out))
            self._out.clear()

    async def line(self) -> bytes:
        """The next command without its CRLF.

        Raises:
            LineTooLongError: it was longer than `LONGEST_LINE` and has been skipped.
            BareLineEndError: its line end is not CRLF; what follows must not be trusted.
            WrongProtocolError: this is no command at all.
            ClosedError: there is no further whole command.
        """
        self._turn += 1
        if self._turn > TURN:
            await self._let_others()
        while (end := self._pending.find(b"\n", self._at, self._at + LONGEST_LINE)) < 0:
            if len(self._pending) - self._at >= LONGEST_LINE:
                await self._skip_line()
                raise LineTooLongError
            if self._pending.startswith(TLS_HELLO, self._at):
                raise WrongProtocolError
            await self._more()
        line = self._pending[self._at : end + 1]
        self._at = end + 1
        self.active_at = self._loop.time()
        if line == b"\n" or line.find(b"\r") != len(line) - 2:
            raise BareLineEndError
        return line[:-2]

    async def chunk(self) -> bytes:
        """Whatever is there, at least one byte.

        Raises:
            ClosedError: nothing more will come.
        """
        if self._at == len(self._pending):
            await self._more()
        chunk = self._pending[self._at :] if self._at else self._pending
        self.forget()
        self.active_at = self._loop.time()
        self._let_on()
        return chunk

    def close(self, *, linger: bool = False) -> None:
        """Say what is queued and end the connection.

        Args:
            linger: let the client read our last word first; closing over unread bytes would reset the connection.
        """
        self.flush()
        self.closing, self.active_at = True, self._loop.time()
        self.forget()
        self._let_on()
        if linger and not self._ended and self.transport.can_write_eof() and not self.transport.is_closing():
            self.transport.write_eof()
        else:
            self.transport.close()

    def abort(self) -> None:
        """End the connection without a word."""
        self.closing = True
        self.forget()
        self.transport.abort()

    async def _more(self) -> None:
        """Send what was said and wait until more bytes are there."""
        self.flush()
        self._let_on()
        self._pending, self._at = self._pending[self._at :], 0
        self._fresh, self._turn = False, 0
        while self._full or not self._fresh:
            if self._ended:
                raise ClosedError
            await self._news()

    async def _let_others(self) -> None:
        """Leave the loop to other clients; go on when our answers flow."""
        self._turn = 0
        if len(self._out) > MANY:
            self.flush()
        await asyncio.sleep(0)
        while self._full and not self._ended:
            await self._news()

    async def _news(self) -> None:
        """Wait until more bytes are there, no more will come, or answers pile up or flow again."""
        self._waiter = self._loop.create_future()
        await self._waiter

    async def _skip_line(self) -> None:
        bare = False
        while (end := self._pending.find(b"\n", self._at)) < 0:
            last = len(self._pending) - 1  # a CR there may yet have its LF
            bare = bare or self._pending.find(b"\r", self._at, last) >= 0
            self._at = last
            await self._more()
        bare = bare or self._pending.find(b"\r", self._at, end) != end - 1
        self._at = end + 1
        if bare:
            raise BareLineEndError

    def _let_on(self) -> None:
        if self._held_back and not self.transport.is_closing():
            self._held_back = False
            self.transport.resume_reading()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
