"""Many clients of one door at once, each slow in its own way."""

import selectors
import socket
import time
from contextlib import suppress
from typing import Self

from tests.conftest import Tenant
from tests.door import HOST, Client

PAUSE = 0.1  # seconds in which a crowd listens


class Crowd:
    """Connections that read what they are told and send a byte now and then.

    Attributes:
        heard: what each connection heard so far.
        open: those that the door has not closed.
    """

    def __init__(self, port: int, count: int, *, say: bytes = b"") -> None:
        """Connect all of them.

        Args:
            port: of the door.
            count: how many.
            say: what each says first.
        """
        self._selector = selectors.DefaultSelector()
        self.heard: dict[socket.socket, bytes] = {}
        self.open: set[socket.socket] = set()
        for _ in range(count):
            client = socket.create_connection((HOST, port), 10)
            client.sendall(say)
            client.setblocking(False)
            self._selector.register(client, selectors.EVENT_READ)
            self.heard[client] = b""
            self.open.add(client)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        for client in self.heard:
            client.close()
        self._selector.close()

    def drip(self, said: bytes) -> None:
        """The same from each that is still connected, or as much of it as its connection takes now."""
        for client in tuple(self.open):
            with suppress(BlockingIOError, BrokenPipeError, ConnectionResetError):
                client.send(said)

    def listen(self, seconds: float = PAUSE) -> int:
        """Hear what the door says to any of them, for so long and no longer; how many it has not closed."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            for key, _ in self._selector.select(left):
                client = key.fileobj
                assert isinstance(client, socket.socket)
                self._hear(client)
        return len(self.open)

    def last_words(self) -> set[bytes]:
        """The last line that each heard."""
        return {heard.splitlines()[-1] for heard in self.heard.values()}

    def _hear(self, client: socket.socket) -> None:
        try:
            said = client.recv(65_536)
        except ConnectionResetError:
            said = b""
        self.heard[client] += said
        if not said:
            self._selector.unregister(client)
            self.open.discard(client)


def served(port: int, tenant: Tenant, subject: object) -> float:
    """Seconds in which a new client hands in a mail, from its connection to its 250."""
    began = time.monotonic()
    with Client(port) as client:
        client.hello()
        assert client.mail(f"Subject: {subject}\r\n\r\n".encode(), tenant.address)[0].startswith("250")
    return time.monotonic() - began
