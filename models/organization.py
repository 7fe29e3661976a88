"""An organization: one tenant, whose rows no other ever sees."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, identifier, now, organization


class Organization(Base):
    """A tenant (S0 to S4); exempt from the rule that keys start with `org_id`, since it is what they refer to."""

    __tablename__ = "organizations"
    __table_args__ = (
        Index("uq_organizations_is_default", "is_default", unique=True, postgresql_where=text("is_default")),
        Index("ix_organizations_name", "name"),
        Index("ix_organizations_created_by", "created_by"),
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
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = now()
    updated_at: Mapped[datetime] = now()


class OrganizationSettings(Base):
    """How an organization works (S3), one row each; `policies` names sender proof, spam threshold, retention.

    With `department_isolation` (S2) an agent sees the tickets of their own department and those assigned to them.
    """

    __tablename__ = "organization_settings"
    __table_args__ = (
        Index("ix_organization_settings_provisioned_by", "provisioned_by"),
        # Ticket numbers carry the month there: a zone that nobody knows would stop all filing.
        CheckConstraint("(timestamp '2000-01-01' AT TIME ZONE timezone) IS NOT NULL", name="timezone"),
    )

    org_id: Mapped[UUID] = organization()
    is_provisioned: Mapped[bool] = mapped_column(server_default=text("true"))
    provisioned_at: Mapped[datetime | None]
    provisioned_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    department_isolation: Mapped[bool] = mapped_column(server_default=text("false"))
    auto_assign_enabled: Mapped[bool] = mapped_column(server_default=text("true"))
    email_notifications_enabled: Mapped[bool] = mapped_column(server_default=text("true"))
    branding: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    locale: Mapped[str] = mapped_column(server_default=text("'en'"))
    timezone: Mapped[str] = mapped_column(server_default=text("'UTC'"))
    business_hours: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    policies: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    created_at: Mapped[datetime] = now()
    updated_at: Mapped[datetime] = now()
