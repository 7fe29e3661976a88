"""Bytes in, replies out, and neither without bound."""

import asyncio
import socket
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, cast

import pytest

from gateway.smtp.wire import HIGH_WATER, BareLineEndError, ClosedError, LineTooLongError, Wire, WrongProtocolError


class Plug(asyncio.Protocol):
    """The smallest protocol that feeds a wire."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.wire = Wire(asyncio.get_running_loop(), cast("asyncio.Transport", transport))

    def data_received(self, data: bytes) -> None:
        self.wire.feed(data)

    def eof_received(self) -> bool:
        self.wire.end()
        return True


def play(story: Callable[[Wire, socket.socket], Coroutine[Any, Any, None]]) -> None:
    """A story with a wire and the client's end of it."""

    async def whole() -> None:
        ours, client = socket.socketpair()
        transport, plug = await asyncio.get_running_loop().connect_accepted_socket(Plug, ours)
        try:
            await story(plug.wire, client)
        finally:
            transport.abort()
            client.close()
            await asyncio.sleep(0)

    asyncio.run(whole())


def test_lines_and_chunks_share_one_buffer():
    async def story(wire: Wire, client: socket.socket) -> None:
        client.sendall(b"DATA\r\nx\r\n.\r\nQUIT\r\n")
        assert await wire.line() == b"DATA"
        assert await wire.chunk() == b"x\r\n.\r\nQUIT\r\n"
        wire.give_back(b"QUIT\r\n")
        assert await wire.line() == b"QUIT"
        client.shutdown(socket.SHUT_WR)
        with pytest.raises(ClosedError):
            await wire.line()

    play(story)


def test_replies_go_out_together_when_there_is_nothing_left_to_read():
    async def story(wire: Wire, client: socket.socket) -> None:
        client.setblocking(False)
        client.send(b"A\r\nB\r\n")
        for _ in range(2):
            await wire.line()
            wire.say(b"250\r\n")
            with pytest.raises(BlockingIOError):
                client.recv(100)
        reading = asyncio.ensure_future(wire.line())
        await asyncio.sleep(0)
        assert client.recv(100) == b"250\r\n250\r\n"
        reading.cancel()

    play(story)


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        (b"A\nB\r\n", BareLineEndError),
        (b"A\rB\r\n", BareLineEndError),
        (b"x" * 2000 + b"\r\n", LineTooLongError),
        (b"x" * 2000 + b"\n", BareLineEndError),
        (b"x" * 2000 + b"\rNOOP\r\n", BareLineEndError),
        (b"x" * 2000 + b"\r\r\n", BareLineEndError),
        (b"\x16\x03\x01", WrongProtocolError),
    ],
)
def test_what_is_no_line(sent: bytes, error: type[Exception]):
    async def story(wire: Wire, client: socket.socket) -> None:
        client.sendall(sent)
        with pytest.raises(error):
            await wire.line()

    play(story)


def test_a_client_that_sends_while_nobody_reads_is_held_back():
    """As during a commit that takes long."""

    async def story(wire: Wire, client: socket.socket) -> None:
        client.setblocking(False)
        sent = 0
        for _ in range(1000):
            with suppress(BlockingIOError):
                sent += client.send(b"x" * 100_000)
            await asyncio.sleep(0)
        assert HIGH_WATER < len(wire._pending) < 3 * HIGH_WATER
        client.setblocking(True)
        read = 0
        while read < sent:
            read += len(await wire.chunk())

    play(story)


def test_nothing_is_read_on_while_answers_pile_up():
    async def story(wire: Wire, client: socket.socket) -> None:
        wire.hold(True)
        reading = asyncio.ensure_future(wire.line())
        client.sendall(b"A\r\n")
        for _ in range(10):
            await asyncio.sleep(0)
        assert not reading.done()
        wire.hold(False)
        assert await reading == b"A"

    play(story)
