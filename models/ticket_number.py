"""The numbers of tickets: given without gaps, and each leading to its ticket for ever."""

from uuid import UUID

from sqlalchemy import Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, belongs_to, organization


class TicketCounter(Base):
    """The last number given in a month (S3); the lock on its row is what makes numbers gapless."""

    __tablename__ = "ticket_counters"

    org_id: Mapped[UUID] = organization()
    month: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(Integer)


class TicketNumber(Base):
    """Every number that leads to a ticket: its own, and those of merged and imported ones."""

    __tablename__ = "ticket_numbers"
    __table_args__ = (
        belongs_to("tickets", "ticket_id", "CASCADE"),
        Index("ix_ticket_numbers_ticket_id", "org_id", "ticket_id"),
    )

    org_id: Mapped[UUID] = organization()
    number: Mapped[str] = mapped_column(primary_key=True)
    ticket_id: Mapped[UUID]
