"""One connection to a relay, and one letter over it: what the relay answers decides what the letter becomes.

The line between "try again" and "nobody knows" is the final dot: before it the relay may not deliver (RFC 5321
section 4.2.5), after it silence may mean either.
"""

import re
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

from models.failpoint import reach
from models.outgoing import State
from models.reach import Forbidden, connect
from workers.outbound.gone import nobody_there
from workers.outbound.letter import Outcome, Written
from workers.outbound.relay import Relay, Starttls

SLOWEST = 131_072
"""Bytes per second that a line must carry."""
ANSWER_LENGTH = 500
_DISMISSED = 421
_UNKNOWN_COMMAND = {500, 502}
_TOO_LARGE = 552  # RFC 1870 section 6.1
_OUR_LOGIN = {530, 534, 535, 538}  # RFC 4954 section 6: not about this letter, so trying again helps once it is mended
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds that one letter may take: `start` until its first byte is on the way, `answer` after the final dot."""

    start: float = 20.0
    answer: float = 30.0

    def until_dot(self, size: int) -> float:
        """Seconds from taking up a letter of `size` bytes to its final dot."""
        return self.start + size / SLOWEST

    def in_all(self, size: int) -> float:
        """The longest that a letter of `size` bytes can take; its lease must be longer."""
        return self.until_dot(size) + self.answer


class Unreachable(Exception):  # noqa: N818  it reads as what it says
    """The relay could not be talked to, for a reason that is not about any letter."""


class Lost(Exception):  # noqa: N818  it reads as what it says
    """The connection ended before the final dot: the letter did not go out."""


class _Dismissed(Lost):
    """The relay said 421 and hung up: it took nothing (RFC 5321 section 3.8)."""


class _Refused(Exception):  # noqa: N818  it reads as what it says
    def __init__(self, code: int, answer: str, command: str = "") -> None:
        super().__init__(answer)
        self.code, self.command = code, command

    def outcome(self, letter: Written) -> Outcome:
        permanent = self.code // 100 == 5 and self.code not in _OUR_LOGIN  # noqa: PLR2004  RFC 5321 section 4.2.1
        state = State.FAILED if permanent else State.DEFERRED
        gone = permanent and self.command == "RCPT" and nobody_there(str(self))
        return Outcome(letter.id, state, str(self), too_large=self.code == _TOO_LARGE, gone=gone)


class Session:
    """A kept connection, ready for the next letter."""

    def __init__(self, relay: Relay, hostname: str, seconds: float) -> None:
        """Connect, turn to TLS and log in.

        Args:
            relay: where to.
            hostname: what we call ourselves in EHLO.
            seconds: how long all of it may take.

        Raises:
            Unreachable: with the relay's answer or the system's.
        """
        self._deadline = monotonic() + seconds
        self._needs_reset = False
        try:
            self._smtp: smtplib.SMTP = _Line(relay, hostname, seconds)
        except (OSError, smtplib.SMTPException, Forbidden) as error:
            raise Unreachable(_said(error)) from error
        try:
            self._prepare(relay)
        except (OSError, smtplib.SMTPException, UnicodeError) as error:
            self.close()
            raise Unreachable(_said(error)) from error

    def _prepare(self, relay: Relay) -> None:
        self._tick()
        if self._smtp.sock is not None:  # the dot goes out by itself, and Nagle would hold it for 40 ms
            self._smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._greet()
        if _wants_tls(relay, offered=self._smtp.has_extn("starttls")):
            self._tick()
            self._smtp.starttls(context=_trust(relay))
            self._greet()
        if relay.user:
            self._tick()
            _log_in(self._smtp, relay)

    def _greet(self) -> None:
        code, text = self._smtp.ehlo()
        if code in _UNKNOWN_COMMAND:
            code, text = self._smtp.helo()
        if code // 100 != 2:  # noqa: PLR2004  RFC 5321 section 4.2.1
            raise smtplib.SMTPHeloError(code, text)

    def is_alive(self, seconds: float) -> bool:
        """Whether the relay still listens (NOOP)."""
        self._deadline = monotonic() + seconds
        try:
            return self._say("NOOP")[0] == 250  # noqa: PLR2004  RFC 5321 section 4.1.1.9
        except Lost:
            return False

    def close(self) -> None:
        """Hang up without a word: the relay forgets what was not finished."""
        self._smtp.close()

    def deliver(self, letter: Written, patience: Patience, deadline: float) -> Outcome:
        """Hand over one letter.

        Args:
            letter: checked and complete.
            patience: how long the answer may take.
            deadline: until when (monotonic) the final dot must be reached.

        Raises:
            Lost: the connection ended before the final dot.
        """
        self._deadline = deadline
        try:
            self._offer(letter)
        except _Refused as refused:
            self._needs_reset = True
            return refused.outcome(letter)
        return self._finish(letter, patience)

    def _offer(self, letter: Written) -> None:
        if self._needs_reset:
            self._expect(250, "RSET")
            self._needs_reset = False
        self._expect(250, "MAIL", f"FROM:<{letter.mail_from}>{self._options(letter)}")
        self._expect(250, "RCPT", f"TO:<{letter.recipient}>")
        self._expect(354, "DATA")
        self._send(_stuffed(letter.content))

    def _options(self, letter: Written) -> str:
        size, most = len(letter.content), self._smtp.esmtp_features.get("size", "")
        if most.isdecimal() and 0 < int(most) < size:
            raise _Refused(_TOO_LARGE, f"the relay takes letters of at most {most} bytes, this one has {size}")
        options = f" SIZE={size}" if self._smtp.has_extn("size") else ""
        if letter.utf8:
            if not self._smtp.has_extn("smtputf8"):
                raise _Refused(553, "the recipient's address needs SMTPUTF8, which the relay does not offer")
            self._smtp.command_encoding = "utf-8"
            return f"{options} BODY=8BITMIME SMTPUTF8"
        self._smtp.command_encoding = "ascii"
        return options

    def _finish(self, letter: Written, patience: Patience) -> Outcome:
        self._deadline = monotonic() + patience.answer
        try:
            self._send(b".\r\n")
            reach("outbound.dotted")
            code, answer = self._reply()
        except _Dismissed as dismissed:
            return Outcome(letter.id, State.DEFERRED, str(dismissed))
        except Lost as lost:
            return Outcome(letter.id, State.UNKNOWN, f"no answer after the letter was handed over: {lost}")
        if code // 100 == 2:  # noqa: PLR2004  RFC 5321 section 4.2.1
            return Outcome(letter.id, State.SENT, answer)
        if code < 0:
            self.close()
            return Outcome(letter.id, State.UNKNOWN, f"an answer that cannot be read: {answer}")
        return _Refused(code, answer).outcome(letter)

    def _expect(self, wanted: int, command: str, words: str = "") -> None:
        code, answer = self._say(command, words)
        if code // 10 == wanted // 10:
            return
        if code < 400:  # noqa: PLR2004  RFC 5321 section 4.2.1: neither yes nor no, so we no longer know where we are
            self.close()
            raise Lost(answer)
        raise _Refused(code, answer, command)

    def _say(self, command: str, words: str = "") -> tuple[int, str]:
        with self._watched():
            self._smtp.putcmd(command, words)  # refuses CR and LF once more
        return self._reply()

    def _send(self, data: bytes) -> None:
        with self._watched():
            self._smtp.send(data)

    def _reply(self) -> tuple[int, str]:
        with self._watched():
            code, text = self._smtp.getreply()
        answer = one_line(f"{code} {text.decode('ascii', 'replace')}")
        if code == _DISMISSED:
            self.close()
            raise _Dismissed(answer)
        return code, answer

    @contextmanager
    def _watched(self) -> Iterator[None]:
        self._tick()
        try:
            yield
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise Lost(_said(error)) from error

    def _tick(self) -> None:
        if self._smtp.sock is not None:
            self._smtp.sock.settimeout(max(0.05, self._deadline - monotonic()))


def one_line(text: str) -> str:
    """An answer as it may be shown and stored."""
    return _CONTROLS.sub(" ", text)[:ANSWER_LENGTH].strip()


class _Line(smtplib.SMTP):
    """Connects where this relay may lead us, with TLS from the first byte where it wants that."""

    def __init__(self, relay: Relay, hostname: str, seconds: float) -> None:
        self._relay = relay
        super().__init__(relay.host, relay.port, hostname, timeout=seconds)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        made = (connect if self._relay.is_foreign else _plainly)(host, port, timeout)
        return _trust(self._relay).wrap_socket(made, server_hostname=host) if self._relay.implicit_tls else made


def _plainly(host: str, port: int, seconds: float) -> socket.socket:
    return socket.create_connection((host, port), seconds)


def _log_in(line: smtplib.SMTP, relay: Relay) -> None:
    if not relay.mechanism:
        line.login(relay.user, relay.password)
        return
    words = bearer(relay)
    line.auth(relay.mechanism.upper(), lambda challenge=None: words if challenge is None else "")


def bearer(relay: Relay) -> str:
    """How an access token is said (XOAUTH2; OAUTHBEARER, RFC 7628 section 3.1), before base64."""
    token = f"auth=Bearer {relay.password}"
    if relay.mechanism == "xoauth2":
        return "\x01".join((f"user={relay.user}", token, "", ""))
    name = relay.user.replace("=", "=3D").replace(",", "=2C")
    return "\x01".join((f"n,a={name},", f"host={relay.host}", f"port={relay.port}", token, "", ""))


def _trust(relay: Relay) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=relay.authority)


def _wants_tls(relay: Relay, *, offered: bool) -> bool:
    if relay.implicit_tls or relay.starttls is Starttls.NEVER:
        return False
    return offered or relay.starttls is Starttls.REQUIRED


def _stuffed(content: bytes) -> bytes:
    """RFC 5321 section 4.5.2."""
    return (b"." if content.startswith(b".") else b"") + content.replace(b"\r\n.", b"\r\n..")


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        return one_line(f"{error.smtp_code} {text.decode('ascii', 'replace') if isinstance(text, bytes) else text}")
    return one_line(str(error)) or type(error).__name__
