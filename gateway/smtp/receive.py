# ruff: noqa: N802  aiosmtpd finds a verb by this name
"""DATA: read one mail, have it stored, and only then say 250."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from gateway.arrivals import Origin, arrivals
from gateway.smtp import replies
from gateway.smtp.data import DataReader, Limits
from gateway.smtp.dialogue import Dialogue
from gateway.smtp.limits import Share

Result = TypeVar("Result")
BIG = 1_048_576  # bytes from which checking and hashing are left to a thread, so that others are served meanwhile


class Receiving(Dialogue):
    """The part of a dialogue that takes a mail.

    Attributes:
        family: `smtp` or `lmtp`.
    """

    family = "smtp"

    async def smtp_DATA(self, argument: bytes) -> None:
        """RFC 5321 section 4.1.1.4."""
        mail = self.mail
        if argument:
            self.fault(replies.SYNTAX)
        elif not mail.recipients:
            self.fault(replies.NEED_RECIPIENT if mail.sender else replies.NEED_MAIL)
        else:
            self.say(replies.GO_AHEAD)
            self.reading_mail = True
            try:
                reply = await self._take_mail()
            finally:
                self.reading_mail = self.storing = False
                self.door.settle()
            self._set_post_data_state()
            self._answer_mail(reply, len(mail.recipients))
            if self.door.draining:
                self.last_word(replies.SHUTTING_DOWN)
            elif self.family == "smtp" and self.door.callers.hands_in_too_much(self.peer):
                self.last_word(replies.TOO_OFTEN)
            elif mail.sender and self._floods(mail.sender.address):
                self.wire.flush()
                await asyncio.sleep(self.door.settings.flood_pause_seconds)

    def _floods(self, sender: str) -> bool:
        """Whether to rest before the next mail; by LMTP an MX hands over everybody's, who must not wait for one."""
        return self.family == "smtp" and self.door.acceptor.floods.rises(sender)

    async def _take_mail(self) -> bytes:
        assert self.mail.sender is not None
        settings = self.door.settings
        reader = DataReader(Limits(settings.max_message_bytes, settings.max_line_bytes, self.mail.sender.size))
        with self.door.room.share() as share:
            await self._read(reader, share)
            content = await self._apart(reader.seen, reader.content)
            if content is None:
                assert reader.refusal is not None
                return reader.refusal
            return await self._store(content)

    async def _read(self, reader: DataReader, share: Share) -> None:
        while True:
            chunk = await self.wire.chunk()
            if not share.take(len(chunk)):
                reader.refuse(replies.SERVER_FULL)
            rest = reader.feed(chunk)
            if rest is not None:
                break
            if reader.refusal:
                share.release()
                if reader.seen > reader.patience:
                    self.last_word(reader.refusal)
        if rest:
            self.wire.give_back(rest)

    async def _store(self, content: bytes) -> bytes:
        """Have the mail committed; 250 is said only for what this returned `STORED` for."""
        self.storing = True
        dot_at = self.wire.active_at
        try:
            origin, recipients = self._origin(), self.mail.recipients
            found = await self._apart(len(content), arrivals, recipients, content, origin)
            await self.door.acceptor.accept(found)
        except Exception as error:  # noqa: BLE001  whatever it is, the client keeps its mail and comes again
            return await self.excuse(error)
        self._idle_commands = 0
        self.door.metrics.accepted += 1
        self.door.metrics.accept_seconds.observe(self.loop.time() - dot_at)
        return replies.STORED

    async def _apart(self, size: int, work: Callable[..., Result], *arguments: object) -> Result:
        """What takes long for a large mail, and only for that, is done in a thread."""
        if size > BIG:
            return await self.loop.run_in_executor(None, work, *arguments)
        return work(*arguments)

    def _origin(self) -> Origin:
        assert self.mail.sender is not None
        extended = "e" if self.extended and self.family == "smtp" else ""
        protocol = extended + self.family + ("s" if self.secure else "")  # RFC 3848
        return Origin(self.mail.sender.address, self.peer, self.helo, protocol)

    def _answer_mail(self, reply: bytes, count: int) -> None:
        """One answer to the whole mail, however many recipients it has."""
        self.say(reply)
