"""Puts mail into the ledger as the door does, but without a door."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from gateway.accept import Acceptor, Mail
from gateway.addresses import Target
from gateway.arrivals import Origin, arrivals
from gateway.cli.bench.mails import Made
from gateway.cli.bench.stage import Tenant
from gateway.metrics import Metrics
from gateway.smtp.loop import run
from models.database import hang_up
from models.raw_mail import Arrival

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Stored:
    """A mail in the ledger and whose it is."""

    id: UUID
    tenant: Tenant
    content: bytes


def store(mails: Sequence[tuple[Tenant, Made]]) -> list[Stored]:
    """Store mails.

    Args:
        mails: each with the organization it is for.
    """
    rows = [_arrival(tenant, mail) for tenant, mail in mails]

    async def work() -> int:
        acceptor = Acceptor(Metrics(), lambda _task, _ids: None, max_queued_bytes=1 << 30)
        try:
            for start in range(0, len(rows), AT_ONCE):
                told = await acceptor.accept_all([Mail([row]) for row in rows[start : start + AT_ONCE]])
                assert not any(told), told
        finally:
            await hang_up()  # the next loop could not use these connections
        return 0

    run(work())
    return [Stored(row.id, tenant, row.content) for row, (tenant, _) in zip(rows, mails, strict=True)]


def _arrival(tenant: Tenant, mail: Made) -> Arrival:
    target = Target(tenant.org, tenant.mailbox, tenant.address)
    origin = Origin(mail.sender, "127.0.0.1", "client.example.net", "esmtp")
    return arrivals([(mail.recipient, target)], mail.content, origin)[0]
