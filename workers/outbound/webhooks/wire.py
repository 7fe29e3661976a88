"""One POST and its answer: to a checked address, over TLS with the name verified, bounded in time and size.

Nothing is followed, no proxy of the environment is asked, and nobody but `http.client` writes the request.
"""

import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from time import monotonic

from models.outgoing import State
from models.reach import Forbidden, connect
from workers.outbound.deliver import one_line
from workers.outbound.webhooks.place import Place
from workers.outbound.webhooks.talk import Tried, verdict

SECONDS = 10.0
"""For all of a call: finding the host, connecting, asking, the answer."""
LONGEST = 4096
"""Bytes that are read of an answer; a connection on which more would come is not kept."""

_ENDED = (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError)


class Line:
    """A connection to one place, kept from call to call; for one thread."""

    def __init__(self, place: Place) -> None:
        """Nothing is connected yet."""
        self._place = place
        self._http: HTTPConnection | None = None
        self._handle: socket.socket | None = None  # the same connection, for who cuts it while another reads

    def post(self, content: bytes, headers: Mapping[str, str], seconds: float = SECONDS) -> Tried:
        """Make a call; a kept connection found dead costs a new connection, not the call.

        Args:
            content: its body.
            headers: its headers but for Host and Content-Length.
            seconds: for all of it.
        """
        until = monotonic() + seconds
        try:
            kept = self._http and self._ask(self._http, content, headers, until)
        except _ENDED:  # closed by the other side meanwhile: the same is said again
            kept = None
        except (OSError, HTTPException) as error:
            return self._silent(error, seconds)
        if kept:
            return kept
        try:
            http = self._connect(until)
        except (OSError, Forbidden) as error:
            self.close()
            return Tried(State.DEFERRED, self._why(error, seconds), is_away=True)
        try:
            return self._ask(http, content, headers, until)
        except (OSError, HTTPException) as error:
            return self._silent(error, seconds)

    def close(self) -> None:
        """Hang up."""
        for one in (self._http, self._handle):
            if one:
                one.close()
        self._http = self._handle = None

    def _connect(self, until: float) -> HTTPConnection:
        self.close()
        where = self._place
        plain = connect(where.host, where.port, max(until - monotonic(), 0.001))
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # or the body waits for the headers to be confirmed
        self._handle = plain.dup()
        self._http = HTTPConnection(where.host, where.port)
        self._http.auto_open = 0  # or it would connect by itself, wherever the name leads by then
        self._http.sock = plain
        if where.is_secure:
            with _cut_after(self._handle, until):
                self._http.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=where.host)
        return self._http

    def _ask(self, http: HTTPConnection, content: bytes, headers: Mapping[str, str], until: float) -> Tried:
        assert self._handle is not None
        with _cut_after(self._handle, until):
            http.request("POST", self._place.target, content, {"Host": self._place.authority, **headers})
            answer = http.getresponse()
            said = answer.read(LONGEST)
        is_over = answer.isclosed() or answer.length == 0
        answer.close()
        if http.sock is None or not is_over:
            self.close()
        return verdict(answer.status, one_line(answer.reason), one_line(said.decode("utf-8", "replace")))

    def _silent(self, error: Exception, seconds: float) -> Tried:
        self.close()
        return Tried(State.UNKNOWN, f"no answer to what was said: {self._why(error, seconds)}", is_away=True)

    def _why(self, error: Exception, seconds: float) -> str:
        host = self._place.host
        if isinstance(error, Forbidden):
            return str(error)
        if isinstance(error, ssl.SSLCertVerificationError):
            return f"the certificate of {host} is not trusted: {error.verify_message}"
        if isinstance(error, TimeoutError):
            return f"{host} took longer than {seconds:g} s"
        return f"{host}: {one_line(str(error)) or type(error).__name__}"


@contextmanager
def _cut_after(line: socket.socket, until: float) -> Iterator[None]:
    """Cut a connection when the time is over, however slowly bytes drip in."""
    over = threading.Event()
    guard = threading.Timer(max(until - monotonic(), 0.0), _cut, (line, over))
    guard.daemon = True
    guard.start()
    try:
        yield
    except (OSError, HTTPException):
        if over.is_set():
            raise TimeoutError from None
        raise
    finally:
        guard.cancel()
    if over.is_set():
        raise TimeoutError  # what was read ended with the line


def _cut(line: socket.socket, over: threading.Event) -> None:
    over.set()
    with suppress(OSError):  # it was closed just now
        line.shutdown(socket.SHUT_RDWR)
