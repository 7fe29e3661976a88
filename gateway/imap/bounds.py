"""The bytes of one connection to a mailbox, by either protocol: bounded in size and time before any of it is kept."""

import socket
import ssl
import threading
import time
from contextlib import suppress

CHUNK = 65536
LONGEST_LINE = 8_388_608  # bytes; the answer to a search names some hundred thousand UIDs in one line
LINES, LINES_PER_MAIL = 2000, 20  # others may have done much in the folder, which is told to us, too
SILENCE = 60.0  # seconds without a byte in the middle of an answer: the server is gone
FIRST_WORDS = 65_536, 30.0  # allowance until we are logged in


class Flood(Exception):  # noqa: N818  it is what the server did
    """The server sent or announced more than the command can need."""


class Bounded:
    """A connection on which each command has an allowance of bytes and lines and a deadline.

    Attributes:
        sock: connected, checked and, but for its first words, secured.
    """

    sock: socket.socket

    def __init__(self, prepared: socket.socket) -> None:
        self.sock = prepared
        self._buffer = bytearray()
        self._allowed = self._lines = 0
        self._deadline = 0.0
        self._turn = threading.Lock()  # nobody closes the socket under a thread that reads from it
        self.allow(*FIRST_WORDS)

    def allow(self, size: int, seconds: float, mails: int = 0) -> None:
        """What the next command's answer may be.

        Args:
            size: bytes.
            seconds: until its end.
            mails: that it tells of, each in some lines.
        """
        self._allowed, self._lines = size, LINES + LINES_PER_MAIL * mails
        self._deadline = time.monotonic() + seconds

    @property
    def has_words(self) -> bool:
        """Whether something is here that the socket no longer shows as readable."""
        pending = self.sock.pending() if isinstance(self.sock, ssl.SSLSocket) else 0
        return bool(self._buffer or pending)

    def readline(self) -> bytes:
        """A line with its end."""
        looked = 0
        while (end := self._buffer.find(b"\n", looked)) < 0:
            looked = len(self._buffer)
            if looked > LONGEST_LINE:
                raise Flood("the server sends a line without end")
            self._receive()
        self._lines -= 1
        if self._lines < 0:
            raise Flood("the server says more than was asked for")
        return self._cut(end + 1)

    def _cut(self, size: int) -> bytes:
        found = bytes(memoryview(self._buffer)[:size])
        del self._buffer[:size]
        return found

    def _receive(self) -> None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the server takes too long")
        with self._turn:
            self.sock.settimeout(min(left, SILENCE))
            chunk = self.sock.recv(CHUNK)
        if not chunk:
            raise ConnectionResetError("the server closed the connection")
        self._allowed -= len(chunk)
        if self._allowed < 0:
            raise Flood("the server sends more than was asked for")
        self._buffer += chunk

    def send(self, data: bytes) -> None:
        """Send all of it."""
        with self._turn:
            self.sock.settimeout(SILENCE)
            self.sock.sendall(data)

    def shutdown(self) -> None:
        """Close the connection, from any thread: whoever waits for the server hears of it first."""
        with suppress(OSError):
            socket.socket.shutdown(self.sock, socket.SHUT_RDWR)
        with self._turn:
            self.sock.close()
