"""The world outside: sessions that hand in mail as fast as the door answers, at little cost of their own."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import cast

from gateway.cli.bench.mails import Made
from gateway.supervisor.instance import split

ROUND_SECONDS = 90.0


class Refused(Exception):  # noqa: N818  it reads as what happened
    """The server answered something else than it should."""


class Session(asyncio.Protocol):
    """One kept connection; says the next thing once the last one was answered (no PIPELINING)."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.done: asyncio.Future[None] = self._loop.create_future()
        self._script: Iterator[bytes] = iter((b"EHLO client.example.net\r\n",))
        self._heard = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for the greeting."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Go on when the reply is whole (RFC 5321 section 4.2.1: its last line has a space after the code)."""
        heard = self._heard + data if self._heard else data
        start = heard.rfind(b"\n", 0, -1) + 1
        if heard[-1:] != b"\n" or heard[start + 3 : start + 4] != b" ":
            self._heard = heard
            return
        self._heard = b""
        if heard[:1] not in b"23":
            self._fail(Refused(heard.decode(errors="replace")))
            return
        said = next(self._script, None)
        if said is not None:
            assert self._transport is not None
            self._transport.write(said)
        elif not self.done.done():
            self.done.set_result(None)

    def connection_lost(self, error: Exception | None) -> None:
        """The server hung up."""
        self._fail(error or ConnectionResetError())

    def play(self, script: Sequence[bytes]) -> "asyncio.Future[None]":
        """Say all of this, one after the other; done when the last was answered.

        Args:
            script: from `dialogue`.
        """
        assert self._transport is not None
        self.done, self._script = self._loop.create_future(), iter(script)
        self._transport.write(next(self._script))
        return self.done

    def close(self) -> None:
        """Hang up."""
        if self._transport:
            self._transport.close()

    def _fail(self, error: Exception) -> None:
        if not self.done.done():
            self.done.set_exception(error)


def dialogue(mail: Made) -> list[bytes]:
    """What a client says to hand a mail in."""
    stuffed = mail.content.replace(b"\r\n.", b"\r\n..")
    hello = f"MAIL FROM:<{mail.sender}> SIZE={len(mail.content)}\r\n".encode()
    return [hello, f"RCPT TO:<{mail.recipient}>\r\n".encode(), b"DATA\r\n", stuffed + b".\r\n"]


@asynccontextmanager
async def sessions(address: str, count: int) -> AsyncIterator[list[Session]]:
    """Open connections that have said hello.

    Args:
        address: `HOST:PORT` of the server.
        count: how many.
    """
    host, port = split(address)
    loop = asyncio.get_running_loop()
    opened = [(await loop.create_connection(Session, host, port))[1] for _ in range(count)]
    try:
        await asyncio.gather(*(session.done for session in opened))
        yield opened
    finally:
        for session in opened:
            session.close()


async def deliver(address: str, mails: Sequence[Sequence[Made]]) -> float:
    """Hand mails in over as many connections as there are sequences.

    Args:
        address: `HOST:PORT` of the server.
        mails: for each connection.

    Returns:
        Seconds from the first MAIL to the last 250, connections being open before.

    Raises:
        Refused: an answer was not what it should be.
        TimeoutError: it took too long.
    """
    scripts = [[said for mail in some for said in dialogue(mail)] for some in mails]
    async with asyncio.timeout(ROUND_SECONDS), sessions(address, len(scripts)) as opened:
        began = time.perf_counter()
        await asyncio.gather(*(one.play(script) for one, script in zip(opened, scripts, strict=True)))
        return time.perf_counter() - began
