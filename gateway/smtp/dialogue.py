"""One client's session: aiosmtpd's SMTP machine with a strict reader, strict verbs and its own life and death.

Of aiosmtpd it keeps the session, the table of verbs and the task that serves a connection.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, cast

import structlog
from aiosmtpd.smtp import SMTP

from gateway.failures import DiskFull, Unavailable, new_reference, told
from gateway.smtp import replies
from gateway.smtp.limits import plain_address
from gateway.smtp.transaction import Transaction
from gateway.smtp.wire import BareLineEndError, ClosedError, LineTooLongError, Wire, WrongProtocolError

if TYPE_CHECKING:
    from gateway.smtp.door import Door

log = structlog.get_logger()
logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd's own, which would write addresses

SHORT_LINE = 510  # bytes without CRLF (RFC 5321 section 4.5.3.1.4)
LONG_VERBS = frozenset({"MAIL", "RCPT"})  # up to wire.LONGEST_LINE
FOREIGN_VERBS = frozenset(
    {"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "PRI", "PROXY"}
)
UNPRINTABLE = re.compile(rb"[^\x20-\x7e]")
CONTROL = re.compile(rb"[\x00-\x1f\x7f]")


class Dialogue(SMTP):
    """A session over one connection; the verbs are in `Verbs`.

    Attributes:
        greeting: the protocol's name in the first line.
        door: what this dialogue shares with the others.
        wire: its connection.
        peer: the client's address. helo: what it called itself, '' before that. extended: it said EHLO or LHLO.
        mail: what it said about the mail to come.
        started_at: loop time.
        reading_mail: between 354 and the answer to the mail.
        storing: the mail's commit is awaited; such a dialogue is never cut.
        secure: STARTTLS was done.
    """

    greeting = "ESMTP"
    wire: Wire
    mail: Transaction

    def __init__(self, door: "Door") -> None:
        super().__init__(None, enable_SMTPUTF8=True, hostname=door.settings.hostname, loop=door.loop)
        self.door = door
        self.peer = self.helo = ""
        self.extended = False
        self.started_at = door.loop.time()
        self.reading_mail = self.storing = self.secure = False
        self._bad = self._idle_commands = 0

    # Life and death of the connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let the client in and greet, or turn it away with 421."""
        self.wire = Wire(self.loop, cast("asyncio.Transport", transport))
        name = transport.get_extra_info("peername")
        if not name:  # gone before we looked
            self.wire.abort()
            return
        self.peer = plain_address(name[0])
        if refusal := self.door.admit(self):
            self.say(refusal)
            self.wire.close()
            return
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        """Bytes for whoever reads next."""
        self.wire.feed(data)

    def eof_received(self) -> bool:
        """The client will send no more, but still hears our answers to what it sent."""
        self.wire.end()
        return not self.wire.closing and not self.secure

    def connection_lost(self, error: Exception | None) -> None:
        """The connection is gone; a commit under way goes on without us."""
        super(SMTP, self).connection_lost(error)  # aiosmtpd's own wants the timer we do not use
        self.wire.end()
        if self._handler_coroutine:
            self._handler_coroutine.cancel()
        self.door.forget(self)

    def pause_writing(self) -> None:
        """The client does not read our answers."""
        self.wire.hold(True)

    def resume_writing(self) -> None:
        """The client reads again."""
        self.wire.hold(False)

    def hang_up(self, reply: bytes) -> None:
        """End the session from outside, whatever it was doing."""
        self.say(reply)
        self.wire.close(linger=True)
        if self._handler_coroutine:
            self._handler_coroutine.cancel()

    def overdue(self, now: float, idle: float, whole: float) -> bytes | None:
        """The last word for a client that is too slow.

        Args:
            now: loop time.
            idle: seconds allowed without a command or bytes of a mail.
            whole: seconds allowed in all.
        """
        if self.storing:
            return None
        if now - self.wire.active_at > idle:
            return replies.IDLE
        return replies.SESSION_OVER if now - self.started_at > whole else None

    def _set_post_data_state(self) -> None:
        """Forget the mail that was being sent; aiosmtpd calls it too."""
        self.mail = Transaction()

    def _reset_timeout(self, duration: float | None = None) -> None:
        """No timer for each connection: the door looks at all of them once a second."""

    # Talking

    def say(self, reply: bytes) -> None:
        """Queue a reply and count it."""
        self.door.metrics.replies[reply[:3]] += 1
        self.wire.say(reply)

    async def push(self, status: str | bytes) -> None:
        """What aiosmtpd's own methods call to reply."""
        self.say((status.encode() if isinstance(status, str) else status) + b"\r\n")

    def last_word(self, reply: bytes) -> None:
        """Reply and end the session.

        Raises:
            ClosedError: always.
        """
        self.say(reply)
        raise ClosedError

    def fault(self, reply: bytes) -> None:
        """Reply to a command that no mail server sends.

        Raises:
            ClosedError: there were too many of them.
        """
        self.say(reply)
        self._bad += 1
        if self._bad >= self.door.settings.bad_commands:
            self.last_word(replies.TOO_MANY_ERRORS)

    async def handle_exception(self, error: Exception) -> str:
        """451 with a reference; the exception stays in our log (no text of it may reach a client)."""
        return (await self.excuse(error)).decode().removesuffix("\r\n")

    async def excuse(self, error: Exception) -> bytes:
        """The answer to what went wrong on our side: always one that makes the client come again."""
        if isinstance(error, Unavailable):
            return replies.unavailable(error.reference)
        if isinstance(error, DiskFull):
            return replies.DISK_FULL
        reference = new_reference()
        log.error("smtp command failed", reference=reference, **told(error))
        return replies.unavailable(reference)

    # Listening

    async def _handle_client(self) -> None:
        """Serve the connection; runs as aiosmtpd's task."""
        self.say(f"220 {self.hostname} {self.greeting} Postern\r\n".encode())
        try:
            while True:
                await self._next()
        except ClosedError:
            pass
        except WrongProtocolError:
            self.say(replies.WRONG_PROTOCOL)
        except BareLineEndError:
            self.say(replies.BARE_LINE_END)
        finally:
            if not self.wire.closing:
                self.wire.close(linger=True)

    async def _next(self) -> None:
        try:
            line = await self.wire.line()
        except LineTooLongError:
            self.fault(replies.LINE_TOO_LONG)
            return
        name, _, argument = line.partition(b" ")
        verb = name.decode("latin-1").upper()
        if len(line) > SHORT_LINE and verb not in LONG_VERBS:
            self.fault(replies.LINE_TOO_LONG)
        elif verb in FOREIGN_VERBS:
            raise WrongProtocolError
        elif (CONTROL if verb in LONG_VERBS else UNPRINTABLE).search(line):
            self.fault(replies.BAD_ARGUMENT_CHARACTERS if verb in self._smtp_methods else replies.BAD_CHARACTERS)
        elif (method := self._smtp_methods.get(verb)) is None:
            self.fault(replies.UNKNOWN_COMMAND)
        else:
            await self._obey(method, argument)

    async def _obey(self, method: Callable[[bytes], Awaitable[None]], argument: bytes) -> None:
        try:
            await method(argument)
        except ClosedError:
            raise
        except Exception as error:  # noqa: BLE001  any surprise is ours, never the client's
            self.say(await self.excuse(error))
