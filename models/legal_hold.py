"""What must be kept, whoever asks for its erasure."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped

from models.base import Base, belongs_to, identifier, now, organization


class LegalHold(Base):
    """A hold on a person and all that they wrote, on a ticket, or, naming neither, on the whole organization.

    Until `lifted_at` nothing of it is erased or redacted and no retention ends. It is never removed.
    """

    __tablename__ = "legal_holds"
    __table_args__ = (
        belongs_to("profiles", "profile_id"),
        belongs_to("tickets", "ticket_id"),
        CheckConstraint("num_nonnulls(profile_id, ticket_id) <= 1", name="one_subject"),
        CheckConstraint("reason <> '' AND length(reason) <= 10000", name="reason"),
        Index("ix_legal_holds_profile_id", "org_id", "profile_id"),
        Index("ix_legal_holds_ticket_id", "org_id", "ticket_id"),
        Index("ix_legal_holds_standing", "org_id", postgresql_where=text("lifted_at IS NULL")),
    )

    org_id: Mapped[UUID] = organization()
    id: Mapped[UUID] = identifier()
    profile_id: Mapped[UUID | None]
    ticket_id: Mapped[UUID | None]
    reason: Mapped[str]
    placed_at: Mapped[datetime] = now()
    lifted_at: Mapped[datetime | None]
