"""Ten thousand mails from one sender: what they do to the mails of everybody else, in a running `postern up`."""

import asyncio
from collections.abc import Iterator, Sequence
from random import Random
from time import perf_counter
from uuid import UUID

from sqlalchemy import text

from gateway.cli.bench import instance, stage
from gateway.cli.bench.client import Session, deliver, dialogue, sessions
from gateway.cli.bench.effort import SESSIONS, Effort
from gateway.cli.bench.mails import Made, Maker
from gateway.cli.bench.measure import Measure, below, cost, p99
from gateway.cli.bench.watch import Watch
from gateway.cli.up import MAILBOX
from gateway.smtp.loop import run
from models.database import transaction

GOAL = 2.0  # times
OTHERS = 4  # organizations beside the bombed one, whose mailbox others write to as well
RATE = 20.0  # mails a second from others, no two from one sender
LINES = 8  # connections of the others
LOOK = 0.25  # seconds
SETTLE_SECONDS = 120.0
_DONE = text("SELECT count(*) FROM raw_mail WHERE org_id = :org AND mail_from = :sender AND stage <> 'received'")
MALLORY = "mallory@example.net"


def measure(effort: Effort) -> Iterator[Measure]:
    """Rows of the others' p99 without and with the bomb.

    Args:
        effort: how much.

    Raises:
        Problem: a mail did not become a ticket in time.
    """
    first = Maker(6).text(MAILBOX)
    with instance.fresh() as settings, instance.up(settings, first), Watch() as watch:
        bombed = instance.organization()
        watch.expect(bombed, first.message_id)
        watch.settle(SETTLE_SECONDS)  # the workers have then started
        owners = [(bombed, MAILBOX), *((one.org, one.address) for one in stage.tenants(OTHERS))]
        others = _Others(owners, watch)
        run(_play(settings.smtp, others, _bomb(effort.bomb), effort))
    yield from _rows(others, effort.bomb)


class _Others:
    """Everybody else: writes now and then, and waits for the ticket.

    Attributes:
        alone, beside: Message-IDs of what they sent without the bomb and with it.
        done, took: mails of the bomb that were filed or held in the end, and in how many seconds.
    """

    def __init__(self, owners: Sequence[tuple[UUID, str]], watch: Watch) -> None:
        self.watch = watch
        self.bombed = owners[0][0]
        self.alone: list[str] = []
        self.beside: list[str] = []
        self.done, self.took = 0, 0.0
        self._owners = owners
        self._maker = Maker(7)
        self._random = Random(7)  # noqa: S311  nothing here is secret
        self._sent = 0

    async def write(self, lines: "asyncio.Queue[Session]", sent: list[str]) -> None:
        """Go on until cancelled, at random moments; what was begun is ended.

        Args:
            lines: free connections.
            sent: where Message-IDs are noted.
        """
        async with asyncio.TaskGroup() as group:
            try:
                while True:
                    await asyncio.sleep(self._random.expovariate(RATE))
                    group.create_task(self._send(lines, sent))
            except asyncio.CancelledError:
                return

    async def _send(self, lines: "asyncio.Queue[Session]", sent: list[str]) -> None:
        org, address = self._owners[self._sent % len(self._owners)]
        self._sent += 1
        mail = self._maker.text(address)
        line = await lines.get()
        await line.play(dialogue(mail))
        self.watch.expect(org, mail.message_id)
        sent.append(mail.message_id)
        lines.put_nowait(line)


def _bomb(count: int) -> list[list[Made]]:
    maker = Maker(8)
    mails = [maker.text(MAILBOX) for _ in range(count)]
    one = [Made(MALLORY, mail.recipient, _by_mallory(mail), mail.message_id) for mail in mails]
    return [one[start::SESSIONS] for start in range(SESSIONS)]


def _by_mallory(mail: Made) -> bytes:
    return mail.content.replace(mail.sender.encode(), MALLORY.encode(), 1)


async def _play(address: str, others: _Others, bomb: list[list[Made]], effort: Effort) -> int:
    lines: asyncio.Queue[Session] = asyncio.Queue()
    async with sessions(address, LINES) as opened:
        for line in opened:
            lines.put_nowait(line)
        alone = asyncio.create_task(others.write(lines, others.alone))
        await asyncio.sleep(effort.alone)
        alone.cancel()
        await alone
        beside, began = asyncio.create_task(others.write(lines, others.beside)), perf_counter()
        await deliver(address, bomb)
        while others.done < effort.bomb and others.took < effort.beside:
            await asyncio.sleep(LOOK)
            others.done = await asyncio.to_thread(_done, others.bombed)
            others.took = perf_counter() - began
        beside.cancel()
        await beside
    await asyncio.to_thread(others.watch.settle, SETTLE_SECONDS)
    return 0


def _done(org: UUID) -> int:
    with transaction(org) as connection:
        done: int = connection.execute(_DONE, {"org": org, "sender": MALLORY}).scalar_one()
        return done


def _rows(others: _Others, size: int) -> Iterator[Measure]:
    alone, beside = ([others.watch.waits[one] for one in sent] for sent in (others.alone, others.beside))
    yield cost(f"bomb: others' p99 from 250 to the ticket, {len(alone)} mails", p99(alone), unit="ms")
    yield cost(f"bomb: the same beside {size} mails of one sender, {len(beside)} mails", p99(beside), unit="ms")
    yield below("bomb: others' p99 beside it, of that without", p99(beside) / p99(alone), "times", GOAL)
    yield cost(f"bomb: of it filed or held, {others.done} mails", others.done / others.took, unit="mails/s")
