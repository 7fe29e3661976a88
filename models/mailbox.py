"""A mailbox: the address customers write to, how mail is fetched and sent there, and what a mail to it starts as."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, belongs_to, domain, identifier, now, organization
from models.blocking import ADDRESS
from models.ticket import PRIORITY


class Mailbox(Base):
    """An address of an organization (S4 `email_accounts`) with the defaults of what arrives there.

    Every kind receives by SMTP; `imap` and `pop3` are fetched as well, in that way, from where `imap_settings` says.

    `imap_settings` and `smtp_settings` say where and as whom to log in and admit no other word, so that a password
    cannot end up among them: secrets are sealed rows in `mailbox_tokens`. Letters bear `sender_name` and
    `sender_address`, or else `name` and `address`. From `last_seen_at` on stands the mailbox's health, which only
    functions of the registrar write: `failing_since` is the first error since it was last well, `lag_seconds` lay
    between the server's date of the newest mail and our commit, `oldest_waiting_at` is the server's date of the oldest
    mail not taken, `gap_alarms` counts mails that were found missing and fetched late, `set_aside` those that could not
    be taken. The clock writes `trouble_told_at`: since then the admins know that it is broken, and of nothing better.

    What is done with a fetched mail stands in `settings` under `fetch` (`models.fetching`).
    """

    __tablename__ = "mailboxes"
    __table_args__ = (
        belongs_to("departments", "department_id", "SET NULL"),
        belongs_to("workflows", "workflow_id", "SET NULL"),
        belongs_to("request_types", "request_type_id", "SET NULL"),
        CheckConstraint(
            "imap_settings - ARRAY['host', 'port', 'tls', 'user', 'auth', 'folders'] = '{}'", name="imap_settings"
        ),
        CheckConstraint("smtp_settings - ARRAY['host', 'port', 'tls', 'user', 'auth'] = '{}'", name="smtp_settings"),
        CheckConstraint(
            "kind = 'smtp' OR NOT is_active OR imap_settings ?& ARRAY['host', 'user']", name="imap_is_reachable"
        ),
        CheckConstraint(r"sender_name !~ '[\u0001-\u001f\u007f-\u009f]'", name="sender_name"),
        CheckConstraint(f"sender_address ~ '{ADDRESS}'", name="sender_address"),
        CheckConstraint("error_count >= 0", name="error_count"),
        CheckConstraint("lag_seconds >= 0 AND gap_alarms >= 0 AND set_aside >= 0", name="fetching"),
        Index("uq_mailboxes_address", "org_id", text("lower(address)"), unique=True),
        Index("ix_mailboxes_department_id", "org_id", "department_id"),
        Index("ix_mailboxes_workflow_id", "org_id", "workflow_id"),
        Index("ix_mailboxes_request_type_id", "org_id", "request_type_id"),
        Index("ix_mailboxes_fetched", "org_id", "id", postgresql_where=text("kind <> 'smtp' AND is_active")),
    )

    org_id: Mapped[UUID] = organization()
    id: Mapped[UUID] = identifier()
    address: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(domain("mailbox_kind", "smtp", "imap", "pop3"), server_default=text("'smtp'"))
    imap_settings: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    smtp_settings: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    sender_name: Mapped[str | None]
    sender_address: Mapped[str | None]
    department_id: Mapped[UUID | None]
    workflow_id: Mapped[UUID | None]
    request_type_id: Mapped[UUID | None]
    default_priority: Mapped[str] = mapped_column(PRIORITY, server_default=text("'normal'"))
    signature: Mapped[str | None]
    locale: Mapped[str | None]
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    settings: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    last_seen_at: Mapped[datetime | None]
    last_error: Mapped[str | None]
    last_error_at: Mapped[datetime | None]
    error_count: Mapped[int] = mapped_column(server_default=text("0"))
    failing_since: Mapped[datetime | None]
    error_is_permanent: Mapped[bool] = mapped_column(server_default=text("false"))
    trouble_told_at: Mapped[datetime | None]
    lag_seconds: Mapped[float | None]
    oldest_waiting_at: Mapped[datetime | None]
    gap_alarms: Mapped[int] = mapped_column(server_default=text("0"))
    set_aside: Mapped[int] = mapped_column(server_default=text("0"))
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
