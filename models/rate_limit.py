"""Limits that were decided: counted in Redis while they run, kept here once they block."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, domain, identifier, now, organization


class Counted(StrEnum):
    """Whose attempts are counted (S3; `ip`, `email` and `user` are its own)."""

    IP = "ip"
    NETWORK = "network"
    EMAIL = "email"
    DOMAIN = "domain"
    USER = "user"
    ORGANIZATION = "organization"


class LimitedAction(StrEnum):
    """What is counted (S3; `connection` is the door's)."""

    CONNECTION = "connection"
    TICKET_CREATE = "ticket_create"
    EMAIL_VERIFY = "email_verify"
    MESSAGE_SEND = "message_send"


def _checks() -> tuple[CheckConstraint, ...]:
    """Each identifier has one spelling, so that it has one row; what is not blocked has no end."""
    return (
        CheckConstraint(
            "CASE identifier_type WHEN 'ip' THEN identifier = host(identifier::inet)"
            " WHEN 'network' THEN identifier = identifier::cidr::text"
            " WHEN 'user' THEN identifier = identifier::uuid::text"
            " WHEN 'organization' THEN identifier = identifier::uuid::text"
            " ELSE identifier <> '' AND identifier = lower(identifier) END",
            name="identifier",
        ),
        CheckConstraint("attempt_count >= 0", name="attempt_count"),
        CheckConstraint("window_seconds > 0", name="window_seconds"),
        CheckConstraint("is_blocked OR blocked_until IS NULL", name="blocked_until"),
    )


class _Limit:
    """The columns of S3's `support_rate_limits`; a block without `blocked_until` stands until somebody lifts it."""

    identifier_type: Mapped[str] = mapped_column(domain("counted", *Counted))
    identifier: Mapped[str]
    action: Mapped[str] = mapped_column(domain("limited_action", *LimitedAction))
    attempt_count: Mapped[int] = mapped_column(server_default=text("1"))
    window_start: Mapped[datetime] = now()
    window_seconds: Mapped[int] = mapped_column(server_default=text("3600"))
    is_blocked: Mapped[bool] = mapped_column(server_default=text("false"))
    blocked_until: Mapped[datetime | None]
    reason: Mapped[str | None]
    created_at: Mapped[datetime] = now()
    updated_at: Mapped[datetime] = now()


class RateLimit(_Limit, Base):
    """A limit inside one organization (S3)."""

    __tablename__ = "rate_limits"
    __table_args__ = (
        *_checks(),
        UniqueConstraint("org_id", "identifier_type", "identifier", "action"),
        Index("ix_rate_limits_window_start", "org_id", "window_start"),
    )

    org_id: Mapped[UUID] = organization()
    id: Mapped[UUID] = identifier()


class DoorLimit(_Limit, Base):
    """A limit at the door, where it is not known yet whose mail it is; reached only through registrar functions."""

    __tablename__ = "door_limits"
    __table_args__ = (
        *_checks(),
        UniqueConstraint("identifier_type", "identifier", "action"),
        Index("ix_door_limits_window_start", "window_start"),
    )

    id: Mapped[UUID] = identifier()
