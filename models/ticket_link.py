"""How tickets hang together: a mail that cites a ticket its writer has no part in becomes a `related` one."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, belongs_to, domain, identifier, now, organization


class LinkKind(StrEnum):
    """What a ticket is to the one it is linked to.

    MERGED: it went on there (`tickets.merged_into_id` says so for the doors). SPLIT: it was cut out of that one.
    DUPLICATE: it asks the same. RELATED: it may have to do with it; the only kind that reads the same from both ends.
    """

    MERGED = "merged"
    SPLIT = "split"
    RELATED = "related"
    DUPLICATE = "duplicate"


class TicketLink(Base):
    """A link from one ticket to another of the organization: one for two tickets, whichever end it starts from."""

    __tablename__ = "ticket_links"
    __table_args__ = (
        belongs_to("tickets", "ticket_id", "CASCADE"),
        belongs_to("tickets", "linked_ticket_id", "CASCADE"),
        belongs_to("profiles", "created_by"),
        CheckConstraint("ticket_id <> linked_ticket_id", name="not_to_itself"),
        Index(
            "uq_ticket_links_pair",
            "org_id",
            text("LEAST(ticket_id, linked_ticket_id)"),
            text("GREATEST(ticket_id, linked_ticket_id)"),
            unique=True,
        ),
        Index("ix_ticket_links_ticket_id", "org_id", "ticket_id"),
        Index("ix_ticket_links_linked_ticket_id", "org_id", "linked_ticket_id"),
        Index("ix_ticket_links_created_by", "org_id", "created_by"),
    )

    org_id: Mapped[UUID] = organization()
    id: Mapped[UUID] = identifier()
    ticket_id: Mapped[UUID]
    linked_ticket_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(domain("link_kind", *LinkKind))
    created_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = now()
