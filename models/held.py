"""What an agent must confirm before it is posted, and what was made of each command in a mail."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, belongs_to, domain, identifier, now, organization


class HeldState(StrEnum):
    """The life of a held comment.

    `held` is what falls short of the proof that an agent's reply needs; the agent gets one mail to confirm it. A
    confirmation posts it as a comment (`confirmed`), a refusal makes it `dropped`, silence until `expires_at` makes it
    `expired`. None of the three changes again, and the text stays.
    """

    HELD = "held"
    CONFIRMED = "confirmed"
    DROPPED = "dropped"
    EXPIRED = "expired"


class HeldComment(Base):
    """A reply that is not posted yet; its confirmation bears a token of which only the SHA-256 is kept."""

    __tablename__ = "held_comments"
    __table_args__ = (
        belongs_to("tickets", "ticket_id", "CASCADE"),
        belongs_to("raw_mail", "raw_mail_id", "SET NULL"),
        belongs_to("profiles", "author_id"),
        belongs_to("ticket_comments", "comment_id", "SET NULL"),
        UniqueConstraint("org_id", "token_digest"),
        UniqueConstraint("org_id", "raw_mail_id"),  # a mail that is worked on twice is held once
        CheckConstraint("octet_length(token_digest) = 32", name="token_digest"),
        CheckConstraint("comment_id IS NULL OR state = 'confirmed'", name="posted_when_confirmed"),
        Index("ix_held_comments_ticket_id", "org_id", "ticket_id"),
        Index("ix_held_comments_author_id", "org_id", "author_id"),
        Index("ix_held_comments_comment_id", "org_id", "comment_id"),
        Index("ix_held_comments_expires_at", "org_id", "expires_at", postgresql_where=text("state = 'held'")),
    )

    org_id: Mapped[UUID] = organization()
    id: Mapped[UUID] = identifier()
    ticket_id: Mapped[UUID]
    raw_mail_id: Mapped[UUID | None]
    author_id: Mapped[UUID]
    body: Mapped[str] = mapped_column("text")
    html: Mapped[str | None]
    is_internal: Mapped[bool] = mapped_column(server_default=text("false"))
    reason: Mapped[str]
    state: Mapped[str] = mapped_column(domain("held_state", *HeldState), server_default=text("'held'"))
    token_digest: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime]
    comment_id: Mapped[UUID | None]
    created_at: Mapped[datetime] = now()
    updated_at: Mapped[datetime] = now()


class Command(Base):
    """One command that a mail gave and what became of it; append-only."""

    __tablename__ = "command_log"
    __table_args__ = (
        belongs_to("tickets", "ticket_id", "CASCADE"),
        belongs_to("raw_mail", "raw_mail_id", "SET NULL"),
        belongs_to("profiles", "profile_id"),
        Index("ix_command_log_ticket_id", "org_id", "ticket_id", "at"),
        Index("ix_command_log_raw_mail_id", "org_id", "raw_mail_id"),
        Index("ix_command_log_profile_id", "org_id", "profile_id"),
    )

    org_id: Mapped[UUID] = organization()
    id: Mapped[UUID] = identifier()
    ticket_id: Mapped[UUID]
    raw_mail_id: Mapped[UUID | None]
    profile_id: Mapped[UUID]
    command: Mapped[str]
    outcome: Mapped[str] = mapped_column(domain("command_outcome", "done", "refused", "unknown", "failed"))
    detail: Mapped[str | None]
    at: Mapped[datetime] = now()
