"""A ticket with everything that can hang on one, and everybody who may or may not see it."""

from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from models.base import uuid7
from models.database import transaction
from models.profile import Role
from models.tenancy import add_person
from tests.conftest import Tenant
from tests.models.doors import acting, create

SEEN = ("ticket_comments", "ticket_attachments", "blobs", "raw_mail", "message_ids", "outgoing", "deliveries")
COMMENT = text(
    "INSERT INTO ticket_comments (org_id, id, ticket_id, author_id, sender_type, is_internal, text)"
    " VALUES (:org, :id, :ticket, :author, :sender, :internal, 'words')"
)
FILE = text(
    "INSERT INTO ticket_attachments (org_id, id, ticket_id, comment_id, name, content_type, size, sha256, uploaded_by)"
    " VALUES (:org, :id, :ticket, :comment, 'a.txt', 'text/plain', 1, :digest, :by)"
)
BLOB = text("INSERT INTO blobs (org_id, sha256, content) VALUES (:org, :digest, :content)")
LETTER = text(
    "INSERT INTO outgoing (org_id, id, handle, mailbox_id, ticket_id, profile_id, letter, recipient, message_id)"
    " VALUES (:org, :id, :handle, :mailbox, :ticket, :profile, 'acknowledgement', 'c@x.test', '<1@x.test>')"
)
MAIL = text(
    "INSERT INTO raw_mail (org_id, id, mailbox_id, digest, content, size, mail_from, recipients, protocol)"
    " VALUES (:org, :id, :mailbox, :digest, 'x', 1, '', '{}', 'esmtp')"
)
REFUSED = "row-level security|permission denied"
"""How PostgreSQL says that somebody may not."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A ticket of a customer in a department, routed to a partner, with everything that can hang on one."""

    tenant: Tenant
    home: UUID
    department: UUID
    elsewhere: UUID
    customer: UUID
    other: UUID
    isolated: UUID
    guest: UUID
    ticket: UUID
    public: UUID
    internal: UUID

    @contextmanager
    def as_(self, who: str):
        """A transaction of one of the people."""
        with acting(self.tenant.id, **self.people()[who]) as connection:
            yield connection

    def people(self) -> dict[str, dict[str, Any]]:
        """The context of each."""
        agent = {"role": "agent", "profile": self.tenant.agent}
        guest = {"role": "guest", "profile": self.guest}
        return {
            "system": {"role": "system"},
            "admin": {"role": "admin"},
            "agent": agent,
            "colleague": agent | {"department": self.department},
            "isolated": {"role": "agent", "profile": self.isolated, "department": self.elsewhere},
            "customer": {"role": "customer", "profile": self.customer},
            "other": {"role": "customer", "profile": self.other},
            "guest": guest | {"home": self.home},
            "foreign": guest | {"home": uuid7()},
            "nobody": {"role": ""},
        }

    def profile(self, who: str) -> UUID | None:
        """Who that is."""
        found: UUID | None = self.people()[who].get("profile")
        return found

    def comment(self, connection: Connection, author: UUID | None, sender: str, *, internal: bool = False) -> UUID:
        """One more comment."""
        comment = uuid7()
        said = {"ticket": self.ticket, "author": author, "sender": sender, "internal": internal}
        connection.execute(COMMENT, said | {"org": self.tenant.id, "id": comment})
        return comment

    def file(self, connection: Connection, comment: UUID | None, by: UUID | None, ticket: UUID | None = None) -> bytes:
        """One more file; its digest."""
        content = uuid7().bytes
        digest = sha256(content).digest()
        said = {"ticket": ticket or self.ticket, "comment": comment, "by": by, "digest": digest}
        connection.execute(BLOB, {"org": self.tenant.id, "digest": digest, "content": content})
        connection.execute(FILE, said | {"org": self.tenant.id, "id": uuid7()})
        return digest


def make_scene(tenant: Tenant, neighbour: Tenant) -> Scene:
    """A fresh one; the ticket is routed to the neighbour."""
    org = tenant.id
    with transaction(org) as connection:
        department, elsewhere = connection.scalars(
            text("INSERT INTO departments (org_id, name) VALUES (:org, 'A'), (:org, 'B') RETURNING id"), {"org": org}
        )
        customer, other, isolated = (
            add_person(connection, org, f"{name}@x.test", name, role)
            for name, role in (("customer", Role.CUSTOMER), ("other", Role.CUSTOMER), ("isolated", Role.AGENT))
        )
        ticket = create(connection, customer, department_id=department)
    guest = uuid7()
    with transaction(login="admin") as connection:
        connection.execute(text("SET LOCAL ROLE postern_owner"))
        connection.execute(text("SELECT set_config('app.org_id', :org, true)"), {"org": str(org)})
        said = {"org": org, "guest": guest, "home": neighbour.id}
        connection.execute(
            text("UPDATE tickets SET routing_type = 'hybrid', assigned_org_id = :home WHERE org_id = :org"), said
        )
        connection.execute(
            text(
                "INSERT INTO profiles (org_id, id, name, role, home_org_id) VALUES (:org, :guest, 'G', 'guest', :home)"
            ),
            said,
        )
    made = (neighbour.id, department, elsewhere, customer, other, isolated, guest, ticket)
    found = Scene(tenant, *made, public=uuid7(), internal=uuid7())
    hang(found)
    return found


def hang(scene: Scene) -> None:
    """Give the ticket a comment for everybody and one for staff, files, mail and letters."""
    said = {"org": scene.tenant.id, "ticket": scene.ticket, "mailbox": scene.tenant.mailbox, "mail": uuid7()}
    with transaction(login="gateway") as connection:
        connection.execute(MAIL, said | {"id": said["mail"], "digest": b"1"})
        connection.execute(MAIL, said | {"id": uuid7(), "digest": b"2"})
    with transaction(scene.tenant.id) as connection:
        for comment, author, sender in (
            (scene.public, scene.customer, "customer"),
            (scene.internal, scene.tenant.agent, "agent"),
        ):
            one = {"id": comment, "author": author, "sender": sender, "internal": sender == "agent"}
            connection.execute(COMMENT, said | one)
            scene.file(connection, comment, author)
        scene.file(connection, None, None)
        filed = "UPDATE raw_mail SET stage = 'filed', ticket_id = :ticket WHERE org_id = :org AND id = :mail"
        connection.execute(text(filed), said)
        index = (
            "INSERT INTO message_ids (org_id, message_id, direction, ticket_id) VALUES (:org, '<m@x>', 'in', :ticket)"
        )
        connection.execute(text(index), said)
        letter = said | {"id": uuid7(), "handle": 1, "profile": scene.customer}
        connection.execute(LETTER, letter)
        connection.execute(
            text("INSERT INTO deliveries (org_id, outgoing_id, outcome) VALUES (:org, :id, 'sent')"), letter
        )
