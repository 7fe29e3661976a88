"""A ticket and the chain of its revisions: written only through `create_tickets` and `update_tickets`."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Numeric, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import INET
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, belongs_to, domain, identifier, now, organization
from models.workflow import Status


class Priority(StrEnum):
    """How urgent a ticket is; `medium` on input means normal."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


PRIORITY = domain("ticket_priority", *Priority)
STATUS = domain("stage_category", *Status)


def _stage(column: str) -> ForeignKeyConstraint:
    there = [f"workflow_stages.{name}" for name in ("org_id", "workflow_id", "id")]
    return ForeignKeyConstraint(["org_id", "workflow_id", column], there)


class Ticket(Base):
    """One request of one person; title, priority, assignee and status mirror the latest history row.

    `erased_at` is when all that was said on it went; whatever is said afterwards unsets it.
    """

    __tablename__ = "tickets"
    __table_args__ = (
        belongs_to("workflows", "workflow_id"),
        _stage("current_stage_id"),
        belongs_to("profiles", "created_by"),
        belongs_to("profiles", "assigned_to", "SET NULL"),
        belongs_to("departments", "department_id", "SET NULL"),
        belongs_to("mailboxes", "mailbox_id", "SET NULL"),
        belongs_to("request_types", "request_type_id", "SET NULL"),
        belongs_to("categories", "category_id", "SET NULL"),
        belongs_to("events", "event_id", "SET NULL"),
        belongs_to("tickets", "merged_into_id", "SET NULL"),
        ForeignKeyConstraint(
            ["org_id", "id", "latest_history_id"],
            ["ticket_history.org_id", "ticket_history.ticket_id", "ticket_history.id"],
            deferrable=True,
            initially="DEFERRED",
            use_alter=True,
            name="fk_tickets_latest_history",
        ),
        UniqueConstraint("org_id", "number"),
        CheckConstraint("spam_score BETWEEN 0 AND 1", name="spam_score"),
        CheckConstraint("merged_into_id <> id", name="not_into_itself"),
        Index("ix_tickets_workflow_id", "org_id", "workflow_id", "current_stage_id"),
        Index("ix_tickets_created_by", "org_id", "created_by"),
        Index("ix_tickets_assigned_to", "org_id", "assigned_to"),
        Index(
            "ix_tickets_busy",
            "org_id",
            "assigned_to",
            postgresql_where=text(
                "status IN ('open', 'in_progress', 'waiting_on_customer') AND assigned_to IS NOT NULL"
            ),
        ),
        Index("ix_tickets_department_id", "org_id", "department_id"),
        Index("ix_tickets_mailbox_id", "org_id", "mailbox_id"),
        Index("ix_tickets_request_type_id", "org_id", "request_type_id"),
        Index("ix_tickets_category_id", "org_id", "category_id"),
        Index("ix_tickets_event_id", "org_id", "event_id"),
        Index("ix_tickets_merged_into_id", "org_id", "merged_into_id"),
        Index("ix_tickets_status", "org_id", "status", "priority"),
        Index("ix_tickets_due_at", "org_id", "due_at", postgresql_where=text("due_at IS NOT NULL")),
        Index(
            "ix_tickets_closed_at", "org_id", "id", postgresql_where=text("closed_at IS NOT NULL AND erased_at IS NULL")
        ),
        Index("ix_tickets_assigned_org_id", "assigned_org_id"),  # over all organizations, for the partner's list
        Index("ix_tickets_last_activity_at", "org_id", "last_activity_at"),
    )

    org_id: Mapped[UUID] = organization()
    id: Mapped[UUID] = identifier()
    number: Mapped[str]
    workflow_id: Mapped[UUID]
    current_stage_id: Mapped[UUID]
    latest_history_id: Mapped[UUID]
    title: Mapped[str]
    priority: Mapped[str] = mapped_column(PRIORITY)
    status: Mapped[str] = mapped_column(STATUS)
    assigned_to: Mapped[UUID | None]
    created_by: Mapped[UUID]
    department_id: Mapped[UUID | None]
    mailbox_id: Mapped[UUID | None]
    request_type_id: Mapped[UUID | None]
    category_id: Mapped[UUID | None]
    event_id: Mapped[UUID | None]
    requester_organization: Mapped[str | None]
    routing_type: Mapped[str] = mapped_column(
        domain("routing_type", "internal", "organization", "hybrid"), server_default=text("'internal'")
    )
    assigned_org_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id", ondelete="SET NULL"))
    source: Mapped[str] = mapped_column(domain("ticket_source", "email", "web", "api", "chat"))
    source_ip: Mapped[str | None] = mapped_column(INET())
    user_agent: Mapped[str | None]
    custom_fields: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    sender_verified: Mapped[bool] = mapped_column(server_default=text("false"))
    spam_score: Mapped[Decimal | None] = mapped_column(Numeric(3, 2))
    is_spam: Mapped[bool] = mapped_column(server_default=text("false"))
    merged_into_id: Mapped[UUID | None]
    meta: Mapped[dict[str, Any]] = mapped_column("metadata", server_default=text("'{}'"))
    created_at: Mapped[datetime] = now()
    updated_at: Mapped[datetime] = now()
    last_activity_at: Mapped[datetime] = now()
    due_at: Mapped[datetime | None]
    first_response_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]


class TicketHistory(Base):
    """One revision of a ticket, append-only: what it was after the change, who changed what and why."""

    __tablename__ = "ticket_history"
    __table_args__ = (
        belongs_to("tickets", "ticket_id", "CASCADE"),
        belongs_to("profiles", "changed_by"),
        belongs_to("profiles", "assigned_to"),
        belongs_to("workflow_stages", "workflow_stage_id"),
        ForeignKeyConstraint(
            ["org_id", "ticket_id", "previous_history_id"],
            ["ticket_history.org_id", "ticket_history.ticket_id", "ticket_history.id"],
        ),
        UniqueConstraint("org_id", "ticket_id", "id"),
        UniqueConstraint("org_id", "ticket_id", "previous_history_id", postgresql_nulls_not_distinct=True),
        Index("ix_ticket_history_changed_by", "org_id", "changed_by"),
        Index("ix_ticket_history_assigned_to", "org_id", "assigned_to"),
        Index("ix_ticket_history_workflow_stage_id", "org_id", "workflow_stage_id"),
        Index("ix_ticket_history_changed_at", "org_id", "changed_at"),
    )

    org_id: Mapped[UUID] = organization()
    id: Mapped[UUID] = identifier()
    ticket_id: Mapped[UUID]
    previous_history_id: Mapped[UUID | None]
    title: Mapped[str]
    description: Mapped[str | None]
    priority: Mapped[str] = mapped_column(PRIORITY)
    assigned_to: Mapped[UUID | None]
    assigned_org_id: Mapped[UUID | None]
    workflow_stage_id: Mapped[UUID]
    category: Mapped[str] = mapped_column(STATUS)
    changed_by: Mapped[UUID]
    changed_at: Mapped[datetime] = now()
    changes: Mapped[dict[str, Any]]
    reason: Mapped[str | None]
