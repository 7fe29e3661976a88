"""The bytes of one IMAP connection: what a server may send is bounded in size and time before any of it is kept.

imapclient reads what the server announces, however much that is, and waits for as long as it dribbles. Here each
command has an allowance of bytes and a deadline, and a socket that was checked and secured before.
"""

import socket
import ssl
from collections.abc import Sequence
from functools import cache
from typing import Any

from imapclient import IMAPClient, imap4

from gateway.imap.attributes import Part
from gateway.imap.bounds import Bounded, Flood

UNASKED = ("EXISTS", "RECENT", "EXPUNGE", "FETCH", "FLAGS", "SEARCH")


class Stripped(Exception):  # noqa: N818  it is what somebody did to the connection
    """The server does not offer to be secured, or talks before it is: nothing is said in clear text."""


@cache
def tls_context() -> ssl.SSLContext:
    """Certificates and names are verified; one context for all, since each holds all authorities (SSL_CERT_FILE)."""
    return ssl.create_default_context()


class Wire(Bounded, imap4.IMAP4WithTimeout):  # type: ignore[misc]  # imapclient ships no types
    """imaplib's machine on a socket of ours."""

    def __init__(self, prepared: socket.socket, host: str) -> None:
        Bounded.__init__(self, prepared)
        imap4.IMAP4WithTimeout.__init__(self, host, 0, None)

    def forget(self) -> None:
        """What was told without being asked for: imaplib keeps it all, and a connection may last for months."""
        for name in UNASKED:
            self.untagged_responses.pop(name, None)

    def open(self, host: str = "", port: int = 0, timeout: float | None = None) -> None:
        """The connection is there already."""
        del timeout
        self.host, self.port = host, port

    def read(self, size: int) -> bytes:
        """A literal; one that is announced larger than allowed is not waited for."""
        if size > self._allowed + len(self._buffer):
            raise Flood(f"the server announces {size} bytes at once")
        while len(self._buffer) < size:
            self._receive()
        return self._cut(size)

    def secure(self, host: str) -> None:
        """STARTTLS (RFC 3501 section 6.2.1); what was said before it is forgotten.

        Raises:
            Stripped: it is not offered, or something followed in clear text.
        """
        if self.state != "NONAUTH" or "STARTTLS" not in self.capabilities:
            raise Stripped("the server does not offer STARTTLS, and nothing is said in clear text")
        answer, _ = self._simple_command("STARTTLS")
        if answer != "OK" or self._buffer:
            raise Stripped("the server refused STARTTLS or went on in clear text")
        self.sock = tls_context().wrap_socket(self.sock, server_hostname=host)
        self.untagged_responses: dict[str, Any] = {}
        self._get_capabilities()

    def _log(self, line: str) -> None:
        """Nothing is kept of what is said: it holds passwords and mails."""


class Client(IMAPClient):  # type: ignore[misc]  # imapclient ships no types
    """imapclient on a `Wire`."""

    def __init__(self, prepared: socket.socket, host: str) -> None:
        self._prepared = prepared
        super().__init__(host, ssl=False)
        self._imap.debug = 0
        self.normalise_times = False

    def _create_IMAP4(self) -> Wire:  # noqa: N802  imapclient's name
        return Wire(self._prepared, self.host)

    def _set_read_timeout(self) -> None:
        """Each read has its own."""

    def parts(self, wanted: Sequence[int], items: str) -> list[Part]:
        """The answer to a FETCH as it came: imapclient takes longer to take it apart than the server to say it.

        Raises:
            IMAPClientError: the server refuses.
        """
        answer, found = self.wire.uid("FETCH", ",".join(map(str, wanted)), items)
        self._checkok("fetch", answer, found)
        return [part for part in found if part is not None]

    @property
    def wire(self) -> Wire:
        """The connection below."""
        found: Wire = self._imap
        return found

    def secure(self) -> None:
        """As `Wire.secure`."""
        self.wire.secure(self.host)
        self._starttls_done = True


def open_wire(prepared: socket.socket, host: str, *, starttls: bool) -> Client:
    """A connection that is secured and has greeted.

    Args:
        prepared: connected.
        host: the name that its certificate has to bear.
        starttls: secured after the greeting, else before it.

    Raises:
        Stripped, ssl.SSLError, OSError: it cannot be secured, and is closed.
    """
    try:
        if not starttls:
            prepared = tls_context().wrap_socket(prepared, server_hostname=host)
        client = Client(prepared, host)
        if starttls:
            client.secure()
    except BaseException:
        prepared.close()
        raise
    return client
