"""Whom not to write to, whom not to hear, and whose word about a forwarded mail counts."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, belongs_to, domain, identifier, now, organization

# Not `[:cntrl:]`, which SQLAlchemy takes for a parameter.
ADDRESS = r"^[^@\s\u0001-\u001f\u007f-\u009f]+@[^@\s\u0001-\u001f\u007f-\u009f]+$"
DOMAIN = r"^[^@\s\u0001-\u001f\u007f-\u009f]+$"


class SuppressionReason(StrEnum):
    """Why no letter goes to an address: it bounced for good, complained, unsubscribed, or a person said so."""

    BOUNCED = "bounced"
    COMPLAINED = "complained"
    UNSUBSCRIBED = "unsubscribed"
    MANUAL = "manual"


class Suppression(Base):
    """An address that gets no letters; one row for each reason, so that the end of one leaves the others."""

    __tablename__ = "suppressions"
    __table_args__ = (
        CheckConstraint(f"address = lower(address) AND address ~ '{ADDRESS}'", name="address"),
        belongs_to("profiles", "created_by"),
        Index("ix_suppressions_created_by", "org_id", "created_by"),
    )

    org_id: Mapped[UUID] = organization()
    address: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(domain("suppression_reason", *SuppressionReason), primary_key=True)
    detail: Mapped[str | None]
    until: Mapped[datetime | None]
    created_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = now()
    updated_at: Mapped[datetime] = now()


class SenderKind(StrEnum):
    """By what a sender is blocked: an address, a domain with all below it, or the network that hands the mail in."""

    ADDRESS = "address"
    DOMAIN = "domain"
    NETWORK = "network"


class BlockedSender(Base):
    """A sender whose mail is not filed; the value has one spelling, so that no second one slips past."""

    __tablename__ = "blocked_senders"
    __table_args__ = (
        UniqueConstraint("org_id", "kind", "value"),
        CheckConstraint(
            f"CASE kind WHEN 'network' THEN value = value::cidr::text"
            f" WHEN 'address' THEN value = lower(value) AND value ~ '{ADDRESS}'"
            f" ELSE value = lower(value) AND value ~ '{DOMAIN}' END",
            name="value",
        ),
        belongs_to("profiles", "created_by"),
        Index("ix_blocked_senders_created_by", "org_id", "created_by"),
    )

    org_id: Mapped[UUID] = organization()
    id: Mapped[UUID] = identifier()
    kind: Mapped[str] = mapped_column(domain("sender_kind", *SenderKind))
    value: Mapped[str]
    reason: Mapped[str | None]
    created_by: Mapped[UUID | None]
    expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = now()
    updated_at: Mapped[datetime] = now()


class AllowedSealer(Base):
    """A forwarder whose ARC seal counts as proof of who wrote a mail."""

    __tablename__ = "allowed_sealers"
    __table_args__ = (
        CheckConstraint(f"domain = lower(domain) AND domain ~ '{DOMAIN}'", name="domain"),
        belongs_to("profiles", "created_by"),
        Index("ix_allowed_sealers_created_by", "org_id", "created_by"),
    )

    org_id: Mapped[UUID] = organization()
    domain: Mapped[str] = mapped_column(primary_key=True)
    created_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = now()
