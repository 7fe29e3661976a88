# ruff: noqa: N802  aiosmtpd finds a verb by this name
"""The verbs of SMTP (RFC 5321) and LMTP (RFC 2033); all of aiosmtpd's are replaced, there is no AUTH and no BDAT."""

import ssl

import structlog

from gateway import envelope
from gateway.smtp import replies
from gateway.smtp.receive import Receiving
from gateway.smtp.wire import ClosedError

log = structlog.get_logger()
COMMANDS_WITHOUT_MAIL = 100  # NOOP, RSET and the like between two mails
LONGEST_HELLO = 255  # bytes (RFC 5321 section 4.5.3.1.2)
HANDSHAKE_SECONDS = 20.0


class StrictSMTP(Receiving):
    """A session by SMTP."""

    async def smtp_HELO(self, argument: bytes) -> None:
        """RFC 5321 section 4.1.1.1."""
        self._hello(argument, self.door.hello, extended=False)

    async def smtp_EHLO(self, argument: bytes) -> None:
        """RFC 5321 section 4.1.1.1; what is announced stands in `Door`."""
        self._hello(argument, self.door.extensions(secure=self.secure), extended=True)

    async def smtp_MAIL(self, argument: bytes) -> None:
        """RFC 5321 section 4.1.1.2."""
        if not self.helo:
            self.fault(replies.HELLO_FIRST)
        elif self.mail.sender is not None:
            self.fault(replies.NESTED_MAIL)
        else:
            found = envelope.sender(argument, extended=self.extended, max_bytes=self.door.settings.max_message_bytes)
            if isinstance(found, bytes):
                self.fault(found)
            else:
                self.mail.sender = found
                self.say(replies.SENDER_OK)

    async def smtp_RCPT(self, argument: bytes) -> None:
        """RFC 5321 section 4.1.1.3; an address that is not ours is refused, wherever the client comes from."""
        mail = self.mail
        if mail.sender is None:
            self.fault(replies.NEED_MAIL)
            return
        if mail.asked >= self.door.settings.max_recipients:
            self.say(replies.TOO_MANY_RECIPIENTS)
            return
        mail.asked += 1
        address = envelope.recipient(argument, utf8=mail.sender.utf8)
        if isinstance(address, bytes):
            self.fault(address)
        elif (target := await self.door.addresses.resolve(address)) is None:
            self.say(replies.UNKNOWN_RECIPIENT)
        else:
            mail.recipients.append((address, target))
            self.say(replies.RECIPIENT_OK)

    async def smtp_RSET(self, argument: bytes) -> None:
        """RFC 5321 section 4.1.1.5."""
        if argument:
            self.fault(replies.SYNTAX)
            return
        self._set_post_data_state()
        self._idly(replies.OK)

    async def smtp_NOOP(self, argument: bytes) -> None:
        """RFC 5321 section 4.1.1.9."""
        self._idly(replies.OK)

    async def smtp_VRFY(self, argument: bytes) -> None:
        """RFC 5321 section 3.5.3: never tells which addresses there are."""
        self._idly(replies.CANNOT_VERIFY if argument else replies.SYNTAX)

    async def smtp_HELP(self, argument: bytes) -> None:
        """RFC 5321 section 4.1.1.8."""
        self._idly(replies.HELP)

    async def smtp_EXPN(self, argument: bytes) -> None:  # type: ignore[override]  # our verbs take the raw bytes
        """There are no lists to expand."""
        self.fault(replies.NOT_IMPLEMENTED)

    async def smtp_AUTH(self, argument: bytes) -> None:
        """Nobody logs in at this door: it takes mail for its own mailboxes from everybody."""
        self.fault(replies.NOT_IMPLEMENTED)

    async def smtp_QUIT(self, argument: bytes) -> None:
        """RFC 5321 section 4.1.1.10."""
        self.say(replies.BYE)
        self.wire.close()
        raise ClosedError

    async def smtp_STARTTLS(self, argument: bytes) -> None:
        """RFC 3207: what was read before the handshake is dropped and everything said before is forgotten."""
        if argument:
            self.fault(replies.SYNTAX)
        elif self.secure:
            self.fault(replies.ALREADY_TLS)
        elif self.door.tls is None:
            self.fault(replies.NO_TLS)
        else:
            await self._start_tls(self.door.tls)

    async def _start_tls(self, context: ssl.SSLContext) -> None:
        self.say(replies.READY_FOR_TLS)
        self.wire.flush()
        self.wire.forget()
        try:
            transport = await self.loop.start_tls(
                self.wire.transport, self, context, server_side=True, ssl_handshake_timeout=HANDSHAKE_SECONDS
            )
        except (OSError, ssl.SSLError, RuntimeError) as error:
            log.info("tls handshake failed", error=type(error).__name__)
            self.wire.abort()
            return
        assert transport is not None
        self.transport = self.wire.transport = transport
        self.secure = True
        self._set_post_data_state()
        self.helo = ""

    def _hello(self, argument: bytes, reply: bytes, *, extended: bool) -> None:
        name = argument.strip()
        if not name or b" " in name or len(name) > LONGEST_HELLO:
            self.fault(replies.SYNTAX)
            return
        self._set_post_data_state()
        self.helo = name.decode("ascii")
        self.extended = extended
        self._idly(reply)

    def _idly(self, reply: bytes) -> None:
        self._idle_commands += 1
        if self._idle_commands > COMMANDS_WITHOUT_MAIL:
            self.last_word(replies.TOO_MANY_COMMANDS)
        self.say(reply)


class StrictLMTP(StrictSMTP):
    """A session by LMTP: another hello, and an answer to the mail for each recipient."""

    family = "lmtp"
    greeting = "LMTP"

    async def smtp_LHLO(self, argument: bytes) -> None:
        """RFC 2033 section 4.1."""
        self._hello(argument, self.door.extensions(secure=self.secure), extended=True)

    async def smtp_HELO(self, argument: bytes) -> None:
        """RFC 2033 section 4.1 forbids it."""
        self.fault(replies.UNKNOWN_COMMAND)

    async def smtp_EHLO(self, argument: bytes) -> None:
        """RFC 2033 section 4.1 forbids it."""
        self.fault(replies.UNKNOWN_COMMAND)

    def _answer_mail(self, reply: bytes, count: int) -> None:
        """RFC 2033 section 4.2: one reply for each accepted RCPT, in their order."""
        for _ in range(count):
            self.say(reply)
