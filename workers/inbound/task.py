"""The shell of the inbound leg: takes leases, has mails read, files them, and isolates the one that fails."""

from collections.abc import Sequence
from functools import cache
from uuid import UUID

import structlog
from sqlalchemy.exc import OperationalError

from models.database import transaction
from workers.app import app, ring
from workers.errors import Temporary
from workers.inbound import claims, journey
from workers.inbound.claims import Claim
from workers.inbound.facts import Received
from workers.inbound.reading import Sandbox

log = structlog.get_logger()


@cache
def sandbox() -> Sandbox:
    """The child of this process that reads mails."""
    return Sandbox()


@app.task(name="inbound.receive")  # type: ignore[untyped-decorator]  # celery ships no types
def receive(ids: list[str]) -> None:
    """File the mails of a hint; ids that are done, leased or unknown are passed over.

    Args:
        ids: identifiers in `raw_mail`.
    """
    wanted = [UUID(one) for one in ids]
    fresh = _claim(wanted, fresh=True)
    letters: list[UUID] = []
    for portion in claims.portions(fresh):
        letters += _understand(portion)
    while len(fresh) < len(wanted) and (tried := _claim(wanted, fresh=False)):
        letters += _understand(tried)
    ring("outbound.send", letters)


def _claim(ids: Sequence[UUID], *, fresh: bool) -> list[Claim]:
    with transaction() as connection:
        return claims.claim(connection, ids, fresh=fresh)


def _understand(portion: Sequence[Claim]) -> list[UUID]:
    with transaction() as connection:
        rows = claims.read(connection, portion)
    mails = sandbox().parse([row.content for row in rows])
    batches: dict[UUID, list[Received]] = {}
    for row, mail in zip(rows, mails, strict=True):
        known = (row.id, row.mailbox_id, row.mail_from, tuple(row.recipients), row.received_at, row.attempts)
        batches.setdefault(row.org_id, []).append(Received(*known, mail, row.content))
    return [letter for org, batch in batches.items() for letter in _file(org, batch)]


def _file(org: UUID, batch: list[Received], *, again: bool = True) -> list[UUID]:
    try:
        with transaction(org) as connection:
            return journey.file(connection, org, batch)
    except Exception as error:  # noqa: BLE001  whatever it is, it rolled back, and one bad mail must harm no other
        if again and isinstance(error, Temporary):
            return _file(org, batch, again=False)
        return _isolate(org, batch, error)


def _isolate(org: UUID, batch: list[Received], error: Exception) -> list[UUID]:
    if len(batch) > 1:
        middle = len(batch) // 2
        return _file(org, batch[:middle]) + _file(org, batch[middle:])
    log.warning("mail not filed", mail=str(batch[0].id), error=type(error).__name__, attempts=batch[0].attempts)
    reason = f"{type(error).__name__}: {str(error).partition(chr(10))[0][:500]}"
    try:
        with transaction(org) as connection:
            claims.fail(connection, org, batch[0].id, reason)
    except OperationalError:
        log.warning("failure not recorded, its lease will end", mail=str(batch[0].id))
    return []
