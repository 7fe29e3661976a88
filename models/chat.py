"""A talk between a customer and an agent, which may become a ticket."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, belongs_to, domain, identifier, now, organization


class ChatStatus(StrEnum):
    """Where a talk is.

    A customer's first message makes it `waiting`, which every agent sees. The agent who takes it makes it `active` and
    theirs, and may put it back. `ended` is the end.
    """

    WAITING = "waiting"
    ACTIVE = "active"
    ENDED = "ended"


class ChatSession(Base):
    """One talk (S2) of one customer; `ticket_id` is what it became."""

    __tablename__ = "chat_sessions"
    __table_args__ = (
        belongs_to("profiles", "customer_id"),
        belongs_to("profiles", "agent_id"),
        belongs_to("tickets", "ticket_id", "SET NULL"),
        CheckConstraint("status <> 'active' OR agent_id IS NOT NULL", name="active_has_agent"),
        CheckConstraint("status = 'ended' OR ended_at IS NULL", name="ended_at"),
        Index("ix_chat_sessions_customer_id", "org_id", "customer_id"),
        Index("ix_chat_sessions_agent_id", "org_id", "agent_id"),
        Index("ix_chat_sessions_ticket_id", "org_id", "ticket_id"),
        Index("ix_chat_sessions_waiting", "org_id", "created_at", postgresql_where=text("status = 'waiting'")),
    )

    org_id: Mapped[UUID] = organization()
    id: Mapped[UUID] = identifier()
    customer_id: Mapped[UUID]
    agent_id: Mapped[UUID | None]
    status: Mapped[str] = mapped_column(domain("chat_status", *ChatStatus), server_default=text("'waiting'"))
    ticket_id: Mapped[UUID | None]
    meta: Mapped[dict[str, Any]] = mapped_column("metadata", server_default=text("'{}'"))
    created_at: Mapped[datetime] = now()
    updated_at: Mapped[datetime] = now()
    ended_at: Mapped[datetime | None]


class ChatMessage(Base):
    """What one of the two said (S2); each of its `attachments` names a blob."""

    __tablename__ = "chat_messages"
    __table_args__ = (
        belongs_to("chat_sessions", "session_id", "CASCADE"),
        belongs_to("profiles", "sender_id"),
        CheckConstraint("jsonb_typeof(attachments) = 'array'", name="attachments"),
        CheckConstraint("length(content) <= 100000", name="content"),
        Index("ix_chat_messages_session_id", "org_id", "session_id", "created_at"),
        Index("ix_chat_messages_sender_id", "org_id", "sender_id"),
    )

    org_id: Mapped[UUID] = organization()
    id: Mapped[UUID] = identifier()
    session_id: Mapped[UUID]
    sender_id: Mapped[UUID]
    content: Mapped[str]
    attachments: Mapped[list[dict[str, Any]]] = mapped_column(JSONB(), server_default=text("'[]'"))
    created_at: Mapped[datetime] = now()
