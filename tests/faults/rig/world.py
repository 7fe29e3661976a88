"""The world's mail servers: they hand in mails, come again until each is answered 250, and remember which were."""

import asyncio
import threading
import time
from base64 import encodebytes
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Self

from tests.waiting import until

SESSIONS = 8
ANSWER_SECONDS = 30.0  # a mail server waits longer (RFC 5321 section 4.5.3.2), but then a test would take as long
PAUSE_SECONDS = 0.2  # before it comes again
CONVERSATIONS_PER_CONNECTION = 5
FILE = encodebytes(bytes(range(256)) * 40).replace(b"\n", b"\r\n")


@dataclass(frozen=True, slots=True)
class Sent:
    """One mail of a conversation; the second and third of it cite the first."""

    conversation: int
    place: int
    recipient: str

    @property
    def message_id(self) -> str:
        """Its Message-ID, by which everything about it is found again."""
        return f"<{self.conversation}.{self.place}@world.test>"

    @property
    def sender(self) -> str:
        """Who writes the conversation; nobody begins so many that it would be too many of one sender or one domain."""
        return f"c{self.conversation // 3}@customer{self.conversation % 100}.test"

    @property
    def content(self) -> bytes:
        """Its bytes, the same at every try; one in ten bears a file."""
        lines = [f"From: Customer <{self.sender}>", f"To: {self.recipient}", f"Message-ID: {self.message_id}"]
        lines += [f"Subject: Conversation {self.conversation}", "MIME-Version: 1.0"]
        lines += [f"In-Reply-To: <{self.conversation}.0@world.test>"] if self.place else []
        words = f"\r\n\r\nThis is mail {self.place} of conversation {self.conversation}.\r\n"
        if self.conversation % 10:
            return "\r\n".join(lines).encode() + words.encode()
        parts = ["Content-Type: multipart/mixed; boundary=b", "", "--b"]
        head = "\r\n".join([*lines, *parts]) + words + "--b\r\nContent-Type: application/x-numbers\r\n"
        return f"{head}Content-Transfer-Encoding: base64\r\n\r\n".encode() + FILE + b"--b--\r\n"


@dataclass
class World:
    """Sends conversations of one to three mails over several connections, in a thread, until it is stopped.

    Attributes:
        port: of the door.
        recipients: mailboxes that the conversations go to, in turn.
        rate: mails a second, about.
        seed: makes the lengths of the conversations.
        acknowledged: every mail that was answered 250, by Message-ID.
        tries: answers by their code, and connections that ended without one.
        refused: answers 5xx, of which there must be none.
        slowest: seconds that the slowest answer took.
    """

    port: int
    recipients: Sequence[str]
    rate: float = 40.0
    seed: int = 0
    acknowledged: dict[str, Sent] = field(default_factory=dict)
    tries: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)
    slowest: float = 0.0

    def __enter__(self) -> Self:
        self._conversations = self._make()
        self._loop = asyncio.new_event_loop()
        self._enough = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="world")
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Begin no new conversation; those that were begun are sent to their end, unless the test has failed."""
        self._loop.call_soon_threadsafe(self._give_up if kind else self._enough.set)
        self._thread.join()

    def _give_up(self) -> None:
        for task in asyncio.all_tasks(self._loop):
            task.cancel()

    def until_acknowledged(self, count: int, seconds: float = 60.0) -> None:
        """Wait until so many more mails were answered 250."""
        wanted = len(self.acknowledged) + count
        until(lambda: len(self.acknowledged) >= wanted, seconds)

    def _run(self) -> None:
        try:
            with suppress(asyncio.CancelledError):
                self._loop.run_until_complete(self._all())
            self._loop.run_until_complete(asyncio.sleep(0))  # those who gave up have hung up
        finally:
            self._loop.close()

    async def _all(self) -> None:
        await asyncio.gather(*(self._session() for _ in range(SESSIONS)))

    def _make(self) -> Iterator[list[Sent]]:
        random = Random(self.seed)
        for conversation in range(1_000_000_000):
            recipient = self.recipients[conversation % len(self.recipients)]
            yield [Sent(conversation, place, recipient) for place in range(random.randint(1, 3))]

    async def _session(self) -> None:
        while not self._enough.is_set():
            connection = _Connection(self.port)
            try:
                await self._converse(connection)
            finally:
                connection.close()

    async def _converse(self, connection: "_Connection") -> None:
        for _ in range(CONVERSATIONS_PER_CONNECTION):
            for mail in next(self._conversations):
                while not await self._try(connection, mail):
                    await self._rest(PAUSE_SECONDS)
                await self._rest(SESSIONS / self.rate)

    async def _rest(self, seconds: float) -> None:
        rested = asyncio.Event()
        self._loop.call_later(seconds, rested.set)
        await rested.wait()

    async def _try(self, connection: "_Connection", mail: Sent) -> bool:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                answer = await connection.deliver(mail)
        except (OSError, EOFError, TimeoutError) as error:
            connection.close()
            self.tries[type(error).__name__] += 1
            return False
        finally:
            self.slowest = max(self.slowest, connection.slowest)
        self.tries[answer[:3]] += 1
        if answer.startswith("5"):
            self.refused.append(f"{mail.message_id}: {answer}")
        if answer.startswith("250"):
            self.acknowledged[mail.message_id] = mail
        return answer[:1] in "25"


class _Connection:
    """A kept connection, opened when a mail needs it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self.slowest = 0.0

    async def deliver(self, mail: Sent) -> str:
        """Hand in a mail; the answer that decides, which is the first that is not as it should be or the last."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
            if not (answer := await self._reply()).startswith("220"):
                return self._over(answer)
            await self._say(b"EHLO world.test\r\n")
        for command in (f"MAIL FROM:<{mail.sender}>", f"RCPT TO:<{mail.recipient}>"):
            if not (answer := await self._say(f"{command}\r\n".encode())).startswith("250"):
                return self._over(answer)
        if not (answer := await self._say(b"DATA\r\n")).startswith("354"):
            return self._over(answer)
        answer = await self._say(mail.content + b".\r\n")
        return answer if answer.startswith("250") else self._over(answer)

    def close(self) -> None:
        """Hang up."""
        if self._streams:
            self._streams[1].close()
            self._streams = None

    def _over(self, answer: str) -> str:
        self.close()
        return answer

    async def _say(self, words: bytes) -> str:
        assert self._streams
        began = time.monotonic()
        self._streams[1].write(words)
        try:
            return await self._reply()
        finally:
            self.slowest = max(self.slowest, time.monotonic() - began)

    async def _reply(self) -> str:
        assert self._streams
        while (line := (await self._streams[0].readuntil(b"\r\n")).decode())[3:4] == "-":
            pass
        return line.strip()
