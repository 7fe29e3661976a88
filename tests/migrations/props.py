"""What a recorded story is played with: the desk, the door, the fleet in this process, letters, a clock that obeys."""

import asyncio
import email
import io
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from email.message import Message
from typing import Any
from uuid import UUID

from sqlalchemy import text

from gateway import health
from gateway.accept import Acceptor
from gateway.addresses import Addresses
from gateway.arrivals import Origin, arrivals
from gateway.cli import find, main
from gateway.http import _database_part
from gateway.metrics import Metrics
from models import settings as module
from models.database import hang_up, transaction
from models.settings import configure, settings
from tests.migrations.tape import instead
from tests.relay import FakeRelay, running
from workers.app import app
from workers.inbound.digest.task import tell
from workers.inbound.task import receive, receive_slowly
from workers.outbound.task import send
from workers.outbound.webhooks.task import call

TASKS = {
    "inbound.receive": receive,
    "inbound.receive_slowly": receive_slowly,
    "inbound.digest": tell,
    "outbound.send": send,
    "outbound.call": call,
}


class Words(io.TextIOWrapper):
    """What a command prints."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), "utf-8")

    def all(self) -> str:
        self.flush()
        self.seek(0)
        return self.read()


class Fleet:
    """Does in this process what the doorbell asks for, as often as it is told to work."""

    def __init__(self) -> None:
        self.hints: list[tuple[str, list[str]]] = []

    def ring(self, task: str, ids: list[str]) -> None:
        """Note a hint."""
        self.hints.append((task, ids))

    @contextmanager
    def hired(self) -> Iterator[None]:
        """No hint goes to Redis meanwhile."""
        with instead(app, "send_task", lambda task, args, **_: self.ring(task, args[0])):
            yield

    def work(self, rounds: int = 10) -> None:
        """Follow the hints, and those that follow from them."""
        for _ in range(rounds):
            hints, self.hints = self.hints, []
            for task, ids in hints:
                TASKS[task](ids)
        self.hints.clear()


class Props:
    """Everything at hand while a story is played."""

    def __init__(self) -> None:
        self.fleet = Fleet()
        self._seen: set[str] = set()

    def desk(self, *words: str, code: int = 0) -> str:
        """What a command prints; it must end with this exit code."""
        out, err = Words(), Words()
        with redirect_stdout(out), redirect_stderr(err):
            found = main(words)
        assert found == code, (words, found, err.all())
        return out.all()

    def json(self, *words: str) -> Any:
        """The document that a command prints."""
        return json.loads(self.desk(*words, "--json"))

    def door(self, *mails: tuple[bytes, str, Sequence[str]]) -> list[Any]:
        """Hand mails (bytes, return path, recipients) to the door, all at once; the recipients that were refused."""

        async def session() -> list[Any]:
            addresses, acceptor = Addresses(), Acceptor(Metrics(), self.fleet.ring, max_queued_bytes=1 << 24)
            refused: list[str] = []

            async def one(content: bytes, sender: str, to: Sequence[str]) -> None:
                found = [(address, await addresses.resolve(address)) for address in to]
                refused.extend(address for address, target in found if target is None)
                known = [(address, target) for address, target in found if target]
                if known:
                    await acceptor.accept(arrivals(known, content, Origin(sender, "192.0.2.7", "client.test", "esmtp")))

            try:
                await asyncio.gather(*(one(*mail) for mail in mails))
            finally:
                await hang_up()
            return refused

        return asyncio.run(session())

    def send(self, content: bytes, sender: str, *to: str) -> dict[str, Any]:
        """Hand a mail to the door and let the fleet file it and carry out its letters; the entry of `mail list`."""
        before = {one["id"] for one in self.json("mail", "list")}
        self.door((content, sender, to))
        self.fleet.work()
        (found,) = [one for one in self.json("mail", "list") if one["id"] not in before] or [{}]
        return dict(found)

    def letters(self) -> list[tuple[str, Message]]:
        """Kind and content of the letters captured since the last call, oldest first."""
        fresh = [one for one in reversed(self.json("outbox", "list")) if one["id"] not in self._seen]
        self._seen.update(one["id"] for one in fresh)
        files = ((one["letter"], settings().home / "capture" / f"{one['id']}.eml") for one in fresh)
        return [(kind, email.message_from_bytes(path.read_bytes())) for kind, path in files if path.exists()]

    def letter(self, kind: str) -> Message:
        """The newest letter of a kind among those that were not looked at."""
        return [message for name, message in self.letters() if name == kind][-1]

    def pages(self) -> None:
        """Look at the pages that ask the database."""

        async def look() -> None:
            try:
                assert (await health.examine(settings().home, settings().broker(), draining=False)).problems == {}
                assert (await _database_part()).totals
            finally:
                await hang_up()

        asyncio.run(look())

    def hurry(self, slug: str) -> None:
        """Let all leases and pauses of an organization be over: the one thing here that no code of ours says."""
        org: UUID = find.one_organization(slug).id
        with transaction(org) as connection:
            for statement in (
                "UPDATE raw_mail SET leased_until = now() - interval '1 s', ring_at = now() WHERE stage = 'received'",
                "UPDATE outgoing SET next_try_at = now() - interval '1 minute' WHERE state IN ('queued', 'deferred')",
                "UPDATE outgoing SET next_try_at = now(), leased_until = now() - interval '1s' WHERE state = 'sending'",
            ):
                connection.execute(text(statement))

    @contextmanager
    def relay(self) -> Iterator[FakeRelay]:
        """Letters go out by a relay meanwhile."""
        with running() as listening:
            configure(relay=listening.url)
            try:
                yield listening
            finally:
                del module._overrides["relay"]
                settings.cache_clear()


def mail(sender: str, subject: str, words: str, **headers: str) -> bytes:
    """A mail of one part; a header's underscore is a hyphen."""
    said = {"From": sender, "Subject": subject, **{name.replace("_", "-"): value for name, value in headers.items()}}
    lines = [f"{name}: {value}" for name, value in said.items()]
    return "\r\n".join([*lines, "", words, ""]).encode()
