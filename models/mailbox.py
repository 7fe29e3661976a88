"""A mailbox: the address customers write to, and what a mail to it starts as."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, belongs_to, domain, identifier, now, organization
from models.ticket import PRIORITY


class Mailbox(Base):
    """An address of an organization (S4 `email_accounts`) with the defaults of what arrives there."""

    __tablename__ = "mailboxes"
    __table_args__ = (
        belongs_to("departments", "department_id", "SET NULL"),
        belongs_to("workflows", "workflow_id", "SET NULL"),
        Index("uq_mailboxes_address", "org_id", text("lower(address)"), unique=True),
        Index("ix_mailboxes_department_id", "org_id", "department_id"),
        Index("ix_mailboxes_workflow_id", "org_id", "workflow_id"),
    )

    org_id: Mapped[UUID] = organization()
    id: Mapped[UUID] = identifier()
    address: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(domain("mailbox_kind", "smtp", "imap"), server_default=text("'smtp'"))
    department_id: Mapped[UUID | None]
    workflow_id: Mapped[UUID | None]
    default_priority: Mapped[str] = mapped_column(PRIORITY, server_default=text("'normal'"))
    signature: Mapped[str | None]
    locale: Mapped[str | None]
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    settings: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    created_at: Mapped[datetime] = now()
    updated_at: Mapped[datetime] = now()


class ReceivingAddress(Base):
    """Which mailbox an address leads to, over all organizations; reached only through registrar functions."""

    __tablename__ = "receiving_addresses"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "mailbox_id"], ["mailboxes.org_id", "mailboxes.id"], ondelete="CASCADE"),
        Index("ix_receiving_addresses_mailbox_id", "org_id", "mailbox_id"),
    )

    address: Mapped[str] = mapped_column(primary_key=True)
    org_id: Mapped[UUID]
    mailbox_id: Mapped[UUID]
    created_at: Mapped[datetime] = now()
