"""Stored mails as the router sees them, for the desk: read in the sandbox, routed, told in words; nothing is filed."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from math import inf
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from gateway.cli import find
from models.database import transaction
from workers.inbound.facts import Facts, Person, Received, observe
from workers.inbound.mail import Mail
from workers.inbound.reading import Sandbox
from workers.inbound.routing.ahead import answers
from workers.inbound.routing.answers import Answer
from workers.inbound.routing.route import Route, heard, routed, said
from workers.inbound.routing.said import Said

_DEPARTMENTS = text("SELECT id, name FROM departments")


@dataclass(frozen=True, slots=True)
class Seen:
    """Mails of one organization that could be read, with what is known of them and how people call its things."""

    mails: tuple[Received, ...]
    facts: Facts
    departments: dict[UUID, str]
    answers: dict[UUID, list[Answer]]

    def said(self, received: Received) -> Said:
        """A mail as rules see it."""
        author = self._author(received)
        fields = heard(self.answers.get(received.id, ()), author.audiences if author else ())
        return said(received, self.facts, fields)

    def way(self, asking: Said, received: Received, facts: Facts) -> Route:
        """What a ticket of this mail would start as by these facts; `asking` is it as rules see it."""
        return routed(asking, received, self._author(received), facts)

    def _author(self, received: Received) -> Person | None:
        sender = received.mail.sender
        return self.facts.people.get(sender.address.lower()) if sender else None

    def told(self, way: Route) -> dict[str, Any]:
        """A route in words."""
        staff = {one.id: one.name for one in self.facts.staff}
        assignee = staff.get(way.assignee) if way.assignee else None
        return {
            "type": way.type.name if way.type else None,
            "department": self.departments.get(way.department_id) if way.department_id else None,
            "priority": way.priority,
            "tags": list(way.tags),
            "assignee": assignee or (way.pool.method if way.pool else None),
        }


def see(owner: find.Org, stored: Sequence[Received], sandbox: Sandbox) -> Seen:
    """Read mails and look up what is known of them; one that needs more than a moment is left out.

    Args:
        owner: whose they are.
        stored: as in the ledger, not read.
        sandbox: reads them.
    """
    return look(owner, read(stored, sandbox))


def read(stored: Sequence[Received], sandbox: Sandbox) -> list[Received]:
    """The first half of `see`."""
    with closing(sandbox.glance([one.content for one in stored], inf)) as mails:
        return [replace(one, mail=mail, content=b"") for one, mail in zip(stored, mails, strict=True) if mail]


def look(owner: find.Org, read: Sequence[Received]) -> Seen:
    """The second half of `see`."""
    with transaction(owner.id, role="admin") as connection:
        facts = observe(connection, owner.id, [_alone(one) for one in read])
        departments: dict[UUID, str] = {row.id: row.name for row in connection.execute(_DEPARTMENTS)}
        found = answers(connection, facts, read)
    return Seen(tuple(read), facts, departments, found)


def _alone(received: Received) -> Received:
    """The mail without its conversation, which would be locked for those who file, and is nothing to the router."""
    return replace(received, mail=replace(received.mail, message_id=None, in_reply_to=(), references=()), recipients=())


def received(row: Any) -> Received:  # noqa: ANN401  a row of raw_mail, whose columns are named in the query
    """A stored mail that is not read yet."""
    place = (row.id, row.mailbox_id, row.mail_from, tuple(row.recipients), row.received_at, row.attempts)
    return Received(*place, Mail(), bytes(row.content), row.protocol)


def mailbox(connection: Connection, address: str | None) -> Any:  # noqa: ANN401  a row of two columns
    """Identifier and address of a mailbox, None if there is none: the one of that address, or the first."""
    return connection.execute(_MAILBOX, {"address": address}).one_or_none()


_MAILBOX = text(
    "SELECT id, address FROM mailboxes WHERE CAST(:address AS text) IS NULL OR lower(address) = lower(:address)"
    " ORDER BY created_at, id LIMIT 1"
)
