"""The road of a mail from understood to filed, for a batch of one organization, inside one transaction."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection

from models.outgoing import State
from workers.inbound import decide, imported, verification
from workers.inbound.digest.answering import hear
from workers.inbound.digest.carrying import Reader
from workers.inbound.facts import Received, observe
from workers.inbound.filing import write
from workers.inbound.plan import Plan, add
from workers.inbound.rating import rate
from workers.inbound.routing.ahead import look
from workers.inbound.sent import look_up


def file(connection: Connection, org: UUID, batch: Sequence[Received], reader: Reader) -> list[UUID]:
    """File a batch: every mail a ticket, a comment or a quarantine entry, with the letters that follow from it.

    Args:
        connection: in the context of `org`; the caller commits all of it or nothing.
        org: the organization.
        batch: its mails, as parsed.
        reader: reads stored mails, where somebody says what one of them is.

    Returns:
        The letters that are to be sent.

    Raises:
        Temporary: see `filing.write`.
    """
    facts = observe(connection, org, batch)
    answers = verification.hear(connection, facts, batch)
    heard = hear(connection, facts, [one for one in batch if one.id not in answers], reader)
    now = [one for one in batch if one.id not in answers | heard.mails]
    rate(connection, facts, now)
    look_up(connection, facts, now)
    plan = Plan(ahead=look(connection, facts, now), outgoing=heard.letters, done=heard.done)
    for received in sorted(now, key=lambda one: (one.received_at, one.id)):
        sender = received.mail.sender
        author = facts.people.get(sender.address.lower()) if sender else None
        judge = imported.decide if received.imported else decide.decide
        add(plan, received, author, judge(received, author, facts), facts)
    write(connection, org, plan)
    return [UUID(row["id"]) for row in plan.outgoing if row["state"] == State.QUEUED]
