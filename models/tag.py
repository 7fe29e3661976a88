"""Words that staff puts on tickets; a rule or a command in a mail may put them there, too."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, belongs_to, identifier, now, organization


class Tag(Base):
    """A word of one organization (S2 `ticket_tags`), once however it is capitalised."""

    __tablename__ = "tags"
    __table_args__ = (Index("uq_tags_name", "org_id", text("lower(name)"), unique=True),)

    org_id: Mapped[UUID] = organization()
    id: Mapped[UUID] = identifier()
    name: Mapped[str]
    colour: Mapped[str | None]
    description: Mapped[str | None]
    created_at: Mapped[datetime] = now()
    updated_at: Mapped[datetime] = now()


class TicketTag(Base):
    """A tag on a ticket (S2 `ticket_tag_relations`); it goes with either of them."""

    __tablename__ = "ticket_tags"
    __table_args__ = (
        belongs_to("tickets", "ticket_id", "CASCADE"),
        belongs_to("tags", "tag_id", "CASCADE"),
        belongs_to("profiles", "added_by"),
        Index("ix_ticket_tags_tag_id", "org_id", "tag_id"),
        Index("ix_ticket_tags_added_by", "org_id", "added_by"),
    )

    org_id: Mapped[UUID] = organization()
    ticket_id: Mapped[UUID] = mapped_column(primary_key=True)
    tag_id: Mapped[UUID] = mapped_column(primary_key=True)
    added_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = now()
