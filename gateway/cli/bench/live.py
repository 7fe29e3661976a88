"""The whole of `postern up`, started as an operator does: how soon it takes mail, and how soon mail is a ticket."""

import smtplib
from collections.abc import Collection, Iterator
from statistics import median
from time import perf_counter
from uuid import UUID

from sqlalchemy import text

from gateway.cli.bench import instance, stage
from gateway.cli.bench.effort import Effort
from gateway.cli.bench.mails import Made, Maker
from gateway.cli.bench.measure import Measure, below, cost, p99
from gateway.cli.problems import Problem
from gateway.cli.up import MAILBOX
from gateway.supervisor.instance import split
from models.database import transaction
from models.settings import Settings

TICKET_SECONDS = 30.0
POLL = 0.002
REST = 0.1  # seconds in which the letters of the last mail go out, and the system is idle again
GOAL = 250.0  # ms
_TICKET = text(
    "SELECT t.number FROM message_ids m JOIN tickets t ON t.org_id = m.org_id AND t.id = m.ticket_id"
    " WHERE m.org_id = :org AND m.message_id = :message_id"
)


def measure(effort: Effort, wanted: Collection[str]) -> Iterator[Measure]:
    """Rows of the first start, the second start and the way of single mails.

    Args:
        effort: how much.
        wanted: `start`, `latency` or both.

    Raises:
        Problem: it did not start, or a mail did not become a ticket in time.
    """
    maker, seconds = Maker(3), list[float]()
    with instance.fresh() as settings:
        for _ in range(1 + effort.starts * ("start" in wanted)):
            first = maker.text(MAILBOX)
            with instance.up(settings, first) as running:
                seconds.append(running.took)
                if len(seconds) == 1 and "latency" in wanted:
                    waits = _singles(settings, first, [maker.text(MAILBOX) for _ in range(effort.singles)])
    if "start" in wanted:
        yield cost("start, first time: until the first 250", seconds[0], unit="s")
        yield cost("start: until the first 250", median(seconds[1:]), unit="s")
    if "latency" in wanted:
        yield cost("idle: from 250 to the ticket, p50", median(waits), unit="ms")
        yield below("idle: from 250 to the ticket, p99", p99(waits), "ms", GOAL)


def _singles(settings: Settings, first: Made, mails: list[Made]) -> list[float]:
    """Milliseconds that each mail took, handed in one after the other once the first one is a ticket."""
    org = instance.organization()
    _until_ticket(org, first)  # the workers have then started
    waits: list[float] = []
    with smtplib.SMTP(*split(settings.smtp), local_hostname="client.example.net", timeout=5) as client:
        for mail in mails:
            stage.pause(REST)
            client.sendmail(mail.sender, mail.recipient, mail.content)
            waits.append(_until_ticket(org, mail))
    return waits


def _until_ticket(org: UUID, mail: Made) -> float:
    began = perf_counter()
    said = {"org": org, "message_id": mail.message_id}
    while perf_counter() - began < TICKET_SECONDS:
        with transaction(org) as connection:
            if connection.scalar(_TICKET, said):
                return (perf_counter() - began) * 1e3
        stage.pause(POLL)
    raise Problem(f"a mail was no ticket {TICKET_SECONDS:.0f} s after its 250")
