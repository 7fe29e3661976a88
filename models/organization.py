"""An organization: one tenant, whose rows no other ever sees."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, belongs_to, identifier, now, organization


class Organization(Base):
    """A tenant (S0 to S4); exempt from the rule that keys start with `org_id`, since it is what they refer to."""

    __tablename__ = "organizations"
    __table_args__ = (
        Index("uq_organizations_is_default", "is_default", unique=True, postgresql_where=text("is_default")),
        Index("ix_organizations_name", "name"),
    )

    id: Mapped[UUID] = identifier()
    name: Mapped[str]
    slug: Mapped[str] = mapped_column(unique=True)
    external_id: Mapped[str | None] = mapped_column(unique=True)
    ticket_prefix: Mapped[str]
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    is_default: Mapped[bool] = mapped_column(server_default=text("false"))
    support_email: Mapped[str | None]
    support_phone: Mapped[str | None]
    support_message: Mapped[str | None]
    settings: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    created_at: Mapped[datetime] = now()
    updated_at: Mapped[datetime] = now()


class OrganizationSettings(Base):
    """How an organization works (S3), one row each; `policies` names sender proof, spam threshold, retention."""

    __tablename__ = "organization_settings"

    org_id: Mapped[UUID] = organization()
    is_provisioned: Mapped[bool] = mapped_column(server_default=text("true"))
    provisioned_at: Mapped[datetime | None]
    auto_assign_enabled: Mapped[bool] = mapped_column(server_default=text("true"))
    email_notifications_enabled: Mapped[bool] = mapped_column(server_default=text("true"))
    branding: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    locale: Mapped[str] = mapped_column(server_default=text("'en'"))
    timezone: Mapped[str] = mapped_column(server_default=text("'UTC'"))
    business_hours: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    policies: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    updated_at: Mapped[datetime] = now()


class Department(Base):
    """A queue with its agents (S2)."""

    __tablename__ = "departments"
    __table_args__ = (Index("uq_departments_name", "org_id", text("lower(name)"), unique=True),)

    org_id: Mapped[UUID] = organization()
    id: Mapped[UUID] = identifier()
    name: Mapped[str]
    description: Mapped[str | None]
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    created_at: Mapped[datetime] = now()
    updated_at: Mapped[datetime] = now()


class TicketCounter(Base):
    """The last number given in a month (S3); the lock on its row is what makes numbers gapless."""

    __tablename__ = "ticket_counters"

    org_id: Mapped[UUID] = organization()
    month: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(Integer)


class TicketNumber(Base):
    """Every number that leads to a ticket: its own, and those of merged and imported ones."""

    __tablename__ = "ticket_numbers"
    __table_args__ = (
        belongs_to("tickets", "ticket_id", "CASCADE"),
        Index("ix_ticket_numbers_ticket_id", "org_id", "ticket_id"),
    )

    org_id: Mapped[UUID] = organization()
    number: Mapped[str] = mapped_column(primary_key=True)
    ticket_id: Mapped[UUID]
