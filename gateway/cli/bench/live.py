"""The whole of `postern up`, started as an operator does: how soon it takes mail, and how soon mail is a ticket."""

import shutil
import smtplib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from statistics import median, quantiles
from time import monotonic, perf_counter
from uuid import UUID

from sqlalchemy import text

from gateway.cli.bench import stage
from gateway.cli.bench.effort import Effort
from gateway.cli.bench.mails import Made, Maker
from gateway.cli.bench.measure import Measure, below, cost
from gateway.cli.problems import Problem
from gateway.cli.up import MAILBOX
from gateway.embedded.server import last_lines
from gateway.supervisor.instance import split
from models.database import transaction
from models.settings import Settings, configure

UP_SECONDS = 60.0
TICKET_SECONDS = 30.0
RETRY = 0.005
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
    with stage.folder() as data:
        settings = configure(data=data, smtp=stage.free_address(), http=stage.free_address())
        data.mkdir()
        try:
            for _ in range(1 + effort.starts * ("start" in wanted)):
                first = maker.text(MAILBOX)
                with _up(settings, first) as took:
                    seconds.append(took)
                    if len(seconds) == 1 and "latency" in wanted:
                        waits = _singles(settings, first, [maker.text(MAILBOX) for _ in range(effort.singles)])
        finally:
            shutil.rmtree(settings.socket_folder, ignore_errors=True)
    if "start" in wanted:
        yield cost("start, first time: until the first 250", seconds[0], unit="s")
        yield cost("start: until the first 250", median(seconds[1:]), unit="s")
    if "latency" in wanted:
        yield cost("idle: from 250 to the ticket, p50", median(waits), unit="ms")
        yield below("idle: from 250 to the ticket, p99", quantiles(waits, n=100, method="inclusive")[98], "ms", GOAL)


@contextmanager
def _up(settings: Settings, mail: Made) -> Iterator[float]:
    """A running instance, and how many seconds it took until it had stored a mail."""
    places = [f"--{name}={getattr(settings, name)}" for name in ("data", "smtp", "http")]
    log = settings.home / "up.log"
    began = perf_counter()
    with stage.program(["-m", "gateway.cli", "up", *places], log) as process:
        deadline = monotonic() + UP_SECONDS
        while not _taken(settings.smtp, mail):
            if process.poll() is not None or monotonic() > deadline:
                raise Problem(f"`postern up` takes no mail:\n{last_lines(log)}")
            stage.pause(RETRY)
        yield perf_counter() - began


def _taken(smtp: str, mail: Made) -> bool:
    try:
        with smtplib.SMTP(*split(smtp), local_hostname="client.example.net", timeout=5) as client:
            client.sendmail(mail.sender, mail.recipient, mail.content)
    except (OSError, smtplib.SMTPException):
        return False
    return True


def _singles(settings: Settings, first: Made, mails: list[Made]) -> list[float]:
    """Milliseconds that each mail took, handed in one after the other once the first one is a ticket."""
    with transaction() as connection:
        org = connection.execute(text("SELECT * FROM list_organizations()")).scalar_one()
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
