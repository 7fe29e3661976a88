"""A notice: what one person should know about and has or has not read."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, belongs_to, domain, identifier, now, organization


class NotificationType(StrEnum):
    """What a notice is about: S1's six, S0's hook of a stage, and what else happens to a person.

    `limit` happens to their organization: somebody writes too much.
    """

    TICKET_CREATED = "ticket_created"
    TICKET_ASSIGNED = "ticket_assigned"
    TICKET_UPDATED = "ticket_updated"
    TICKET_COMMENTED = "ticket_commented"
    TICKET_RESOLVED = "ticket_resolved"
    TICKET_CLOSED = "ticket_closed"
    STAGE_HOOK = "stage_hook"
    MENTION = "mention"
    CHAT = "chat"
    SLA = "sla"
    LIMIT = "limit"


class Notification(Base):
    """One notice for one person (S0, S1, S2); S0's text and S2's metadata are keys of `content`.

    `read_at` follows `is_read` by trigger; `mailed_at` is when it went into a letter, or was left out of all.
    It is kept for 30 days (S1; S0's 7 days for comments gave way).
    """

    __tablename__ = "notifications"
    __table_args__ = (
        belongs_to("profiles", "profile_id", "CASCADE"),
        belongs_to("tickets", "ticket_id", "CASCADE"),
        belongs_to("ticket_comments", "comment_id", "CASCADE"),
        CheckConstraint("is_read = (read_at IS NOT NULL)", name="read_at"),
        Index("ix_notifications_profile_id", "org_id", "profile_id", "created_at"),
        Index("ix_notifications_unread", "org_id", "profile_id", "created_at", postgresql_where=text("NOT is_read")),
        Index("ix_notifications_ticket_id", "org_id", "ticket_id"),
        Index("ix_notifications_comment_id", "org_id", "comment_id"),
        Index("ix_notifications_expires_at", "expires_at"),  # cleaned up over all organizations
        Index("ix_notifications_unmailed", "created_at", postgresql_where=text("mailed_at IS NULL")),  # likewise
    )

    org_id: Mapped[UUID] = organization()
    id: Mapped[UUID] = identifier()
    profile_id: Mapped[UUID]
    type: Mapped[str] = mapped_column(domain("notification_type", *NotificationType))
    title: Mapped[str]
    content: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    link: Mapped[str | None]
    ticket_id: Mapped[UUID | None]
    comment_id: Mapped[UUID | None]
    is_read: Mapped[bool] = mapped_column(server_default=text("false"))
    read_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = now()
    expires_at: Mapped[datetime] = mapped_column(server_default=text("now() + interval '30 days'"))
