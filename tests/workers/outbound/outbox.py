"""Tickets, comments, files and outbox rows for tests, and a look at what became of them."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from models.base import uuid7
from models.database import transaction
from models.marks import handle_of, message_id
from models.outgoing import Letter
from models.profile import Role
from models.tenancy import add_person
from tests.conftest import Tenant


@dataclass(frozen=True, slots=True)
class Desk:
    """A ticket of a customer with one comment, ready to be written about."""

    tenant: Tenant
    customer: UUID
    ticket: UUID
    comment: UUID

    def queue(self, letter: Letter = Letter.REPLY, **changes: Any) -> UUID:
        """Put a letter into the outbox; `changes` are its columns."""
        outgoing = uuid7()
        row = {
            "org_id": self.tenant.id,
            "id": outgoing,
            "handle": handle_of(outgoing),
            "mailbox_id": self.tenant.mailbox,
            "ticket_id": self.ticket,
            "comment_id": self.comment,
            "profile_id": self.customer,
            "letter": letter,
            "recipient": "maria@example.org",
            "recipient_name": "Maria Berg",
            "sender_name": "Ann Agent",
            "message_id": message_id(outgoing, self.tenant.id, self.tenant.domain),
            "context": {},
        } | changes
        row["context"] = json.dumps(row["context"])
        names = ", ".join(row)
        with transaction(self.tenant.id) as connection:
            values = ", ".join(f":{name}" for name in row)
            connection.execute(text(f"INSERT INTO outgoing ({names}) VALUES ({values})"), row)
        return outgoing

    def attach(self, name: str, content: bytes, **changes: Any) -> None:
        """Give the comment a file."""
        row = {
            "org_id": self.tenant.id,
            "ticket_id": self.ticket,
            "comment_id": self.comment,
            "name": name,
            "content_type": "application/pdf",
            "size": len(content),
            "sha256": hashlib.sha256(content).digest(),
            "content_id": None,
            "is_inline": False,
        } | changes
        names = ", ".join(row)
        with transaction(self.tenant.id) as connection:
            connection.execute(
                text("INSERT INTO blobs (org_id, sha256, content) VALUES (:org, :sha, :content)"),
                {"org": self.tenant.id, "sha": row["sha256"], "content": content},
            )
            values = ", ".join(f":{name}" for name in row)
            connection.execute(text(f"INSERT INTO ticket_attachments ({names}) VALUES ({values})"), row)

    def change(self, statement: str, **values: Any) -> None:
        """Change rows behind everybody's back; `:org` is bound."""
        with transaction(self.tenant.id) as connection:
            connection.execute(text(statement), {"org": self.tenant.id, **values})

    def row(self, letter: UUID) -> dict[str, Any]:
        """The outbox row as it is now."""
        with transaction(self.tenant.id) as connection:
            found = connection.execute(
                text(
                    "SELECT *, extract(epoch FROM next_try_at - now())::float8 AS pause,"
                    " (SELECT array_agg(d.outcome::text ORDER BY d.id) FROM deliveries d"
                    " WHERE d.outgoing_id = o.id) AS tries"
                    " FROM outgoing o WHERE id = :id"
                ),
                {"id": letter},
            )
            return dict(found.mappings().one())

    def states(self, *letters: UUID) -> list[str]:
        """The states of some letters."""
        return [self.row(letter)["state"] for letter in letters]


def open_desk(tenant: Tenant, words: str = "Please pull the plug.", html: str | None = None) -> Desk:
    """A ticket with a public comment by the tenant's agent."""
    ticket, comment = uuid7(), uuid7()
    with transaction(tenant.id) as connection:
        customer = add_person(connection, tenant.id, "maria@example.org", "Maria Berg", Role.CUSTOMER)
        asked = [{"id": str(ticket), "requester_id": str(customer), "title": "My printer burns"}]
        connection.execute(text("SELECT create_tickets(CAST(:asked AS jsonb))"), {"asked": json.dumps(asked)})
        _comment(connection, tenant, ticket, comment, words, html)
    return Desk(tenant, customer, ticket, comment)


def _comment(connection: Connection, tenant: Tenant, ticket: UUID, comment: UUID, words: str, html: str | None) -> None:
    connection.execute(
        text(
            "INSERT INTO ticket_comments (org_id, id, ticket_id, author_id, sender_type, text, html)"
            " VALUES (:org, :id, :ticket, :author, 'agent', :words, :html)"
        ),
        {"org": tenant.id, "id": comment, "ticket": ticket, "author": tenant.agent, "words": words, "html": html},
    )
