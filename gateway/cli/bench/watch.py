"""Notices when mails have become tickets, as somebody would who looks all the time."""

from contextlib import suppress
from threading import Event, Lock, Thread
from time import monotonic, perf_counter
from typing import Self
from uuid import UUID

from sqlalchemy import text

from gateway.cli.bench import stage
from gateway.cli.problems import Problem
from models.database import transaction

POLL = 0.004  # seconds between two looks
_TICKETS = text(
    "SELECT m.message_id FROM message_ids m JOIN tickets t ON t.org_id = m.org_id AND t.id = m.ticket_id"
    " WHERE m.org_id = :org AND m.direction = 'in' AND m.message_id = ANY (CAST(:ids AS text[]))"
)


class Watch:
    """A thread that looks, as long as the block lasts.

    Attributes:
        waits: milliseconds from the 250 of a mail, by its Message-ID, until its ticket was seen.
    """

    def __init__(self) -> None:
        self.waits: dict[str, float] = {}
        self._expected: dict[UUID, dict[str, float]] = {}
        self._lock = Lock()
        self._over = Event()
        self._thread = Thread(target=self._work)

    def __enter__(self) -> Self:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End."""
        self._over.set()
        self._thread.join()

    def expect(self, org: UUID, message_id: str) -> None:
        """A mail was answered 250 in this moment.

        Args:
            org: whose it is.
            message_id: its own.
        """
        with self._lock:
            self._expected.setdefault(org, {})[message_id] = perf_counter()

    def settle(self, seconds: float) -> None:
        """Wait until every mail is a ticket.

        Raises:
            Problem: they are not in time.
        """
        deadline = monotonic() + seconds
        while any(self._expected.values()):
            if monotonic() > deadline or not self._thread.is_alive():
                raise Problem(f"mails were no tickets {seconds:.0f} s after their 250")
            stage.pause(POLL)

    def _work(self) -> None:
        while not self._over.wait(POLL):
            with self._lock:
                expected = {org: list(ids) for org, ids in self._expected.items() if ids}
            for org, ids in expected.items():
                self._look(org, ids)

    def _look(self, org: UUID, ids: list[str]) -> None:
        with transaction(org) as connection:
            found = connection.scalars(_TICKETS, {"org": org, "ids": ids}).all()
        now = perf_counter()
        for message_id in found:
            with self._lock, suppress(KeyError):  # one mail may be cited by several
                self.waits[message_id] = (now - self._expected[org].pop(message_id)) * 1e3
