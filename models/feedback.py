"""How content a customer is with an answer; asked for in the mail that says a ticket is resolved."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, belongs_to, identifier, now, organization


class TicketFeedback(Base):
    """One rating of one resolution (S2), by whom the ticket is of; a ticket that was opened again may be rated again.

    `history_id` is the revision by which the ticket left the open stages; unsaid, it is the latest such (trigger
    `resolution`), which also refuses any other revision.
    """

    __tablename__ = "ticket_feedback"
    __table_args__ = (
        belongs_to("tickets", "ticket_id", "CASCADE"),
        ForeignKeyConstraint(
            ["org_id", "ticket_id", "history_id"],
            ["ticket_history.org_id", "ticket_history.ticket_id", "ticket_history.id"],
            ondelete="CASCADE",
        ),
        belongs_to("profiles", "created_by"),
        UniqueConstraint("org_id", "ticket_id", "history_id"),
        CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),
        Index("ix_ticket_feedback_created_by", "org_id", "created_by"),
    )

    org_id: Mapped[UUID] = organization()
    id: Mapped[UUID] = identifier()
    ticket_id: Mapped[UUID]
    history_id: Mapped[UUID]
    created_by: Mapped[UUID]
    rating: Mapped[int] = mapped_column(SmallInteger())
    comment: Mapped[str | None]
    created_at: Mapped[datetime] = now()
