"""Proof that whoever wrote from an address also reads there."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import INET
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, belongs_to, identifier, now, organization

UNKNOWN, OFF = "unknown", "off"  # whom an organization asks: `verification` of its policies


class EmailVerificationToken(Base):
    """A question sent to an unknown address (S3), good for one hour; only the token's SHA-256 is kept.

    The mail it was asked for waits as `raw_mail_id`; `attempts` counts wrong answers, `used_at` ends it.
    """

    __tablename__ = "email_verification_tokens"
    __table_args__ = (
        belongs_to("raw_mail", "raw_mail_id", "SET NULL"),
        UniqueConstraint("org_id", "token_digest"),
        CheckConstraint("octet_length(token_digest) = 32", name="token_digest"),
        CheckConstraint("email = lower(email)", name="email"),
        CheckConstraint("attempts >= 0", name="attempts"),
        Index("ix_email_verification_tokens_email", "org_id", "email"),
        Index("ix_email_verification_tokens_expires_at", "org_id", "expires_at"),
        Index("ix_email_verification_tokens_raw_mail_id", "org_id", "raw_mail_id"),
    )

    org_id: Mapped[UUID] = organization()
    id: Mapped[UUID] = identifier()
    email: Mapped[str]
    token_digest: Mapped[bytes] = mapped_column(LargeBinary)
    ip: Mapped[str | None] = mapped_column(INET())
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    expires_at: Mapped[datetime] = mapped_column(server_default=text("now() + interval '1 hour'"))
    used_at: Mapped[datetime | None]
    raw_mail_id: Mapped[UUID | None]
    created_at: Mapped[datetime] = now()
