"""One connection to a relay, and one letter over it: what the relay answers decides what the letter becomes.

The line between "try again" and "nobody knows" is the final dot: before it the relay may not deliver (RFC 5321
section 4.2.5), after it silence may mean either.
"""

import re
import smtplib
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

from models.failpoint import reach
from models.outgoing import State
from models.reach import Forbidden
from workers.outbound.gone import nobody_there
from workers.outbound.letter import Outcome, Written
from workers.outbound.line import Line, log_in, trust, wants_tls
from workers.outbound.relay import Relay

SLOWEST = 131_072
"""Bytes per second that a line must carry."""
SLACK = 0.5  # seconds
ANSWER_LENGTH = 500
_DISMISSED, _GO_ON = 421, 354
_UNKNOWN_COMMAND = {500, 502}
_TOO_LARGE = 552  # RFC 1870 section 6.1
_OUT_OF_TURN = 503
_NOT_THE_LETTER = {_OUT_OF_TURN, 530, 534, 535, 538}  # RFC 4954 section 6: trying again helps once that is mended
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
        permanent = self.code // 100 == 5 and self.code not in _NOT_THE_LETTER  # noqa: PLR2004  RFC 5321 section 4.2.1
        state = State.FAILED if permanent else State.DEFERRED
        gone = permanent and self.command == "RCPT" and nobody_there(str(self))
        return Outcome(letter.id, state, str(self), too_large=self.code == _TOO_LARGE, gone=gone)


class Session:
    """A kept connection, ready for the next letter.

    Attributes:
        is_confused: commands that were sent at once, which the relay offers, were answered out of turn.
    """

    def __init__(self, relay: Relay, hostname: str, seconds: float, *, at_once: bool = True) -> None:
        """Connect, turn to TLS and log in.

        Args:
            relay: where to.
            hostname: what we call ourselves in EHLO.
            seconds: how long all of it may take.
            at_once: whether commands are sent so where the relay offers it.

        Raises:
            Unreachable: with the relay's answer or the system's.
        """
        self._deadline = monotonic() + seconds
        self._needs_reset = self.is_confused = False
        self._at_once = at_once
        self._ticked = (0.0, 0.0)
        try:
            self._smtp = Line(relay, hostname, seconds)
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
        if wants_tls(relay, offered=self._smtp.has_extn("starttls")):
            self._tick()
            self._smtp.starttls(context=trust(relay))
            self._greet()
        if relay.user:
            self._tick()
            log_in(self._smtp, relay)

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
        commands = [
            *([("RSET", "", 250)] if self._needs_reset else []),
            ("MAIL", f"FROM:<{letter.mail_from}>{self._options(letter)}", 250),
            ("RCPT", f"TO:<{letter.recipient}>", 250),
            ("DATA", "", _GO_ON),
        ]
        if self._at_once and self._smtp.has_extn("pipelining"):
            self._ask_at_once(commands)
        else:
            for command, words, wanted in commands:
                self._judge(command, wanted, *self._say(command, words))
        self._needs_reset = False
        self._send(_stuffed(letter.content))

    def _ask_at_once(self, commands: Sequence[tuple[str, str, int]]) -> None:
        """All in one piece, answered in order (RFC 2920): a letter then costs two ways there and back, not four."""
        self._send(b"".join(self._line(command, words) for command, words, _ in commands))
        refused, code = None, 0
        for command, _, wanted in commands:
            try:
                code, answer = self._reply()
                self._judge(command, wanted, code, answer)
            except _Refused as found:
                refused = refused or found
            except Lost:
                if refused is None:
                    raise
                break
        if refused:
            self.is_confused = refused.code == _OUT_OF_TURN
            if self.is_confused or code // 10 == _GO_ON // 10:  # whatever it waits for now, it gets nothing
                self.close()
            raise refused

    def _line(self, command: str, words: str) -> bytes:
        line = f"{command} {words}".rstrip()
        if "\r" in line or "\n" in line:
            raise ValueError("a command with prohibited characters")
        return f"{line}\r\n".encode(self._smtp.command_encoding)

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

    def _judge(self, command: str, wanted: int, code: int, answer: str) -> None:
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
        """Nothing takes longer than until the deadline, but for `SLACK`: each setting is a call of the system."""
        now = monotonic()
        if self._smtp.sock is not None and (self._deadline != self._ticked[0] or now > self._ticked[1] + SLACK):
            self._smtp.sock.settimeout(max(0.05, self._deadline - now))
            self._ticked = (self._deadline, now)


def one_line(text: str) -> str:
    """An answer as it may be shown and stored."""
    return _CONTROLS.sub(" ", text)[:ANSWER_LENGTH].strip()


def _stuffed(content: bytes) -> bytes:
    """RFC 5321 section 4.5.2."""
    return (b"." if content.startswith(b".") else b"") + content.replace(b"\r\n.", b"\r\n..")


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        return one_line(f"{error.smtp_code} {text.decode('ascii', 'replace') if isinstance(text, bytes) else text}")
    return one_line(str(error)) or type(error).__name__
