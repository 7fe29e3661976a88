"""What was said on a ticket, the files that came with it, and who takes part."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, belongs_to, domain, identifier, now, organization


class TicketComment(Base):
    """A message on a ticket (S0 comments, S2/S3/S4 messages); the full text is always kept."""

    __tablename__ = "ticket_comments"
    __table_args__ = (
        belongs_to("tickets", "ticket_id", "CASCADE"),
        belongs_to("profiles", "author_id"),
        belongs_to("raw_mail", "raw_mail_id", "SET NULL"),
        Index("ix_ticket_comments_ticket_id", "org_id", "ticket_id", "created_at"),
        Index("ix_ticket_comments_author_id", "org_id", "author_id"),
        Index("ix_ticket_comments_raw_mail_id", "org_id", "raw_mail_id"),
    )

    org_id: Mapped[UUID] = organization()
    id: Mapped[UUID] = identifier()
    ticket_id: Mapped[UUID]
    author_id: Mapped[UUID]
    sender_type: Mapped[str] = mapped_column(domain("sender_type", "agent", "customer", "system"))
    message_type: Mapped[str] = mapped_column(
        domain("message_type", "reply", "note", "status_change", "assignment_change", "system"),
        server_default=text("'reply'"),
    )
    is_internal: Mapped[bool] = mapped_column(server_default=text("false"))
    body: Mapped[str] = mapped_column("text")
    full_text: Mapped[str | None]
    html: Mapped[str | None]
    message_id: Mapped[str | None]
    raw_mail_id: Mapped[UUID | None]
    meta: Mapped[dict[str, Any]] = mapped_column("metadata", server_default=text("'{}'"))
    created_at: Mapped[datetime] = now()
    edited_at: Mapped[datetime | None]


class Blob(Base):
    """Bytes of a file, stored once per organization under their SHA-256."""

    __tablename__ = "blobs"
    __table_args__ = (CheckConstraint("sha256 = sha256(content)", name="digest"),)  # nobody fills another's file

    org_id: Mapped[UUID] = organization()
    sha256: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = now()


class TicketAttachment(Base):
    """A file of a comment; its name is for display only and never a path."""

    __tablename__ = "ticket_attachments"
    __table_args__ = (
        belongs_to("tickets", "ticket_id", "CASCADE"),
        belongs_to("ticket_comments", "comment_id", "CASCADE"),
        belongs_to("profiles", "uploaded_by"),
        Index("ix_ticket_attachments_ticket_id", "org_id", "ticket_id"),
        Index("ix_ticket_attachments_comment_id", "org_id", "comment_id"),
        Index("ix_ticket_attachments_uploaded_by", "org_id", "uploaded_by"),
        Index("ix_ticket_attachments_sha256", "org_id", "sha256"),
    )

    org_id: Mapped[UUID] = organization()
    id: Mapped[UUID] = identifier()
    ticket_id: Mapped[UUID]
    comment_id: Mapped[UUID | None]
    name: Mapped[str]
    content_type: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    content_id: Mapped[str | None]
    is_inline: Mapped[bool] = mapped_column(server_default=text("false"))
    position: Mapped[int] = mapped_column(server_default=text("0"))
    uploaded_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = now()


class TicketParticipant(Base):
    """Somebody who gets what is said on a ticket beside its requester; staff who watch it get notices instead."""

    __tablename__ = "ticket_participants"
    __table_args__ = (
        belongs_to("tickets", "ticket_id", "CASCADE"),
        belongs_to("profiles", "profile_id", "CASCADE"),
        Index("ix_ticket_participants_profile_id", "org_id", "profile_id"),
    )

    org_id: Mapped[UUID] = organization()
    ticket_id: Mapped[UUID] = mapped_column(primary_key=True)
    profile_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(domain("participant_kind", "requester", "cc", "watcher"))
    added_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = now()


class MessageId(Base):
    """The threading index: a Message-ID that came in or went out, and the ticket it belongs to."""

    __tablename__ = "message_ids"
    __table_args__ = (
        belongs_to("tickets", "ticket_id", "CASCADE"),
        belongs_to("ticket_comments", "comment_id", "CASCADE"),
        Index("ix_message_ids_message_id", "org_id", "message_id"),
        Index("ix_message_ids_ticket_id", "org_id", "ticket_id"),
        Index("ix_message_ids_comment_id", "org_id", "comment_id"),
    )

    org_id: Mapped[UUID] = organization()
    id: Mapped[UUID] = identifier()
    message_id: Mapped[str]
    direction: Mapped[str] = mapped_column(domain("direction", "in", "out"))
    ticket_id: Mapped[UUID]
    comment_id: Mapped[UUID | None]
