"""A login, once per person over all organizations."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, identifier, now


class Account(Base):
    """A login (S0's and S1's `auth.users`), exempt from the rule that keys start with `org_id`.

    The same person is a profile in each organization they belong to; customers need none. Only functions of the
    registrar write here, since a taken e-mail would tell one organization whom another knows.
    """

    __tablename__ = "accounts"
    __table_args__ = (Index("uq_accounts_email", text("lower(email)"), unique=True),)

    id: Mapped[UUID] = identifier()
    email: Mapped[str]
    name: Mapped[str | None]
    secret_hash: Mapped[str | None]
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    last_login_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = now()
    updated_at: Mapped[datetime] = now()


class AccountIdentity(Base):
    """The same login as somebody else knows it (S1's GitHub sign-in, S4's `clerk_user_id`)."""

    __tablename__ = "account_identities"
    __table_args__ = (Index("ix_account_identities_account_id", "account_id"),)

    provider: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = now()


class AdminInviteCode(Base):
    """A code that makes an account the first admin of an organization (S1), known here by its SHA-256 only."""

    __tablename__ = "admin_invite_codes"
    __table_args__ = (
        CheckConstraint("octet_length(digest) = 32", name="digest"),
        Index("ix_admin_invite_codes_used_by", "used_by"),
    )

    digest: Mapped[bytes] = mapped_column(LargeBinary(), primary_key=True)
    created_at: Mapped[datetime] = now()
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
