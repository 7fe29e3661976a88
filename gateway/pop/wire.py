"""The words of POP3 on a bounded connection (RFC 1939 section 3): a line is said, a line answers, more may follow.

poplib ends with a line longer than 2048 bytes, which real mails have, and keeps each line of a mail of any size.
"""

import base64
import re
import socket

from gateway.imap.bounds import Bounded
from gateway.imap.session import Odd
from gateway.imap.wire import Stripped, tls_context

NO_ANSWER = "the server answers what is not POP3"
END = b"\r\n.\r\n"
LONGEST_SAID = 300  # bytes of an answer that people are shown
_CODE = re.compile(rb"-ERR \[([A-Z0-9/-]{1,40})\]", re.IGNORECASE)
_UNSAYABLE = re.compile(r"[\r\n\0]")


class Denied(Exception):  # noqa: N818  it is what the server did
    """The server answers `-ERR`; its words are the message.

    Attributes:
        code: the response code (RFC 2449 section 8), in capital letters, '' if there is none.
    """

    def __init__(self, answer: bytes) -> None:
        super().__init__(answer.decode("ascii", "replace")[:LONGEST_SAID])
        code = _CODE.match(answer)
        self.code = code[1].decode().upper() if code else ""


class Wire(Bounded):
    """A connection that has greeted."""

    def __init__(self, prepared: socket.socket) -> None:
        """Wait for the greeting.

        Args:
            prepared: connected, and secured unless `secure` follows.
        """
        super().__init__(prepared)
        self._answer()

    def say(self, words: str) -> None:
        """Say a line that has to be answered with `+OK`.

        Raises:
            Denied: the server says no.
            Odd: it speaks out of turn, or it is no POP3.
        """
        if _UNSAYABLE.search(words):
            raise Odd("the user name or the password holds a line break, which cannot be said by POP3")
        if not self._asked(words).startswith(b"+OK"):
            raise Odd(NO_ANSWER)

    def authenticate(self, mechanism: str, words: bytes, then: bytes) -> None:
        """Log in by SASL (RFC 5034), in the form that every server takes: the words follow its first challenge.

        Args:
            mechanism: its name.
            words: of the client.
            then: what acknowledges a second challenge, which tells an error (RFC 7628).

        Raises:
            Denied: the server does not let us in.
        """
        answer = self._asked(f"AUTH {mechanism}")
        for reply in (words, then):
            if not answer.startswith(b"+OK"):
                answer = self._asked(base64.b64encode(reply).decode())
        if not answer.startswith(b"+OK"):
            raise Odd(NO_ANSWER)

    def rest(self) -> bytes:
        """The lines that follow an answer, each with its end: the dot that ends them, and those before dots, taken off.

        Only CRLF ends a line: a mail that holds a lone LF, a dot and another one is not cut there.

        Raises:
            Odd: more follows, so the end was none: the server does not mask dots.
        """
        while len(self._buffer) < len(END) - 2:
            self._receive()
        end = -2 if self._buffer.startswith(END[2:]) else self._end()
        found = self._cut(end + 2)
        self._cut(len(END) - 2)
        self._is_silent()
        return found.removeprefix(b".").replace(b"\r\n.", b"\r\n")

    def _end(self) -> int:
        looked = 0
        while (end := self._buffer.find(END, looked)) < 0:
            looked = max(0, len(self._buffer) - len(END) + 1)
            self._receive()
        return end

    def secure(self, host: str) -> None:
        """STLS (RFC 2595 section 4).

        Args:
            host: the name that the certificate has to bear.

        Raises:
            Stripped: it is not offered, or something followed in clear text.
        """
        try:
            self.say("STLS")
        except Denied:
            raise Stripped("the server does not offer STLS, and nothing is said in clear text") from None
        if self.has_words:
            raise Stripped("the server went on in clear text after STLS")
        self.sock = tls_context().wrap_socket(self.sock, server_hostname=host)

    def _is_silent(self) -> None:
        if self.has_words:
            raise Odd("the server goes on after the end of its answer")

    def _asked(self, words: str) -> bytes:
        self._is_silent()
        self.send(words.encode() + b"\r\n")
        return self._answer()

    def _answer(self) -> bytes:
        answer = self.readline().rstrip(b"\r\n")
        if answer.startswith(b"-ERR"):
            raise Denied(answer)
        if not answer.startswith((b"+OK", b"+ ")) and answer != b"+":
            raise Odd(NO_ANSWER)
        return answer


def open_wire(prepared: socket.socket, host: str, *, starttls: bool) -> Wire:
    """A connection that is secured and has greeted; arguments and errors as `gateway.imap.wire.open_wire`.

    Raises:
        Denied: it greets with a refusal.
    """
    try:
        if not starttls:
            prepared = tls_context().wrap_socket(prepared, server_hostname=host)
        wire = Wire(prepared)
        if starttls:
            wire.secure(host)
    except BaseException:
        prepared.close()
        raise
    return wire
