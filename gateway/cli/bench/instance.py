"""The whole of `postern up`, started as an operator does, in a folder of its own."""

import shutil
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic, perf_counter
from uuid import UUID

from sqlalchemy import text

from gateway.cli.bench import stage
from gateway.cli.bench.mails import Made
from gateway.cli.problems import Problem
from gateway.embedded.server import last_lines
from gateway.supervisor.instance import split
from models.database import transaction
from models.settings import Settings, configure

UP_SECONDS = 60.0
RETRY = 0.005


@dataclass(frozen=True, slots=True)
class Up:
    """A running instance.

    Attributes:
        pid: of its supervisor.
        took: seconds until it had stored its first mail.
    """

    pid: int
    took: float


@contextmanager
def fresh() -> Iterator[Settings]:
    """Settings of an instance that was never started; its folder is gone afterwards."""
    with stage.folder() as data:
        settings = configure(data=data, smtp=stage.free_address(), http=stage.free_address())
        data.mkdir()
        try:
            yield settings
        finally:
            shutil.rmtree(settings.socket_folder, ignore_errors=True)


@contextmanager
def up(settings: Settings, first: Made) -> Iterator[Up]:
    """Run it.

    Args:
        settings: from `fresh`.
        first: a mail that it is sent until it takes it.

    Raises:
        Problem: it does not start.
    """
    places = [f"--{name}={getattr(settings, name)}" for name in ("data", "smtp", "http")]
    log = settings.home / "up.log"
    began = perf_counter()
    with stage.program(["-m", "gateway.cli", "up", *places], log) as process:
        deadline = monotonic() + UP_SECONDS
        while not _taken(settings.smtp, first):
            if process.poll() is not None or monotonic() > deadline:
                raise Problem(f"`postern up` takes no mail:\n{last_lines(log)}")
            stage.pause(RETRY)
        yield Up(process.pid, perf_counter() - began)


def _taken(smtp: str, mail: Made) -> bool:
    try:
        with smtplib.SMTP(*split(smtp), local_hostname="client.example.net", timeout=5) as client:
            client.sendmail(mail.sender, mail.recipient, mail.content)
    except (OSError, smtplib.SMTPException):
        return False
    return True


def organization() -> UUID:
    """The organization of the first start."""
    with transaction() as connection:
        org: UUID = connection.execute(text("SELECT * FROM list_organizations()")).scalar_one()
        return org
