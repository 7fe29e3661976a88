"""How soon a mail is to be answered, and the hours that count."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, belongs_to, identifier, now, organization
from models.ticket import PRIORITY


class BusinessCalendar(Base):
    """The hours in which an organization works; without a time zone in that of the organization.

    `hours` is `{"mon": [["09:00", "17:00"]], …}` (a day that is not there is off), `holidays` is
    `[{"date": "2026-12-25", "name": …}]`.
    """

    __tablename__ = "business_calendars"
    __table_args__ = (
        CheckConstraint("jsonb_typeof(hours) = 'object'", name="hours"),
        CheckConstraint("jsonb_typeof(holidays) = 'array'", name="holidays"),
        CheckConstraint(
            "(timestamp '2000-01-01' AT TIME ZONE timezone) IS NOT NULL OR timezone IS NULL", name="timezone"
        ),
        Index("uq_business_calendars_name", "org_id", text("lower(name)"), unique=True),
        Index("uq_business_calendars_is_default", "org_id", unique=True, postgresql_where=text("is_default")),
    )

    org_id: Mapped[UUID] = organization()
    id: Mapped[UUID] = identifier()
    name: Mapped[str]
    timezone: Mapped[str | None]
    hours: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    holidays: Mapped[list[dict[str, Any]]] = mapped_column(JSONB(), server_default=text("'[]'"))
    is_default: Mapped[bool] = mapped_column(server_default=text("false"))
    created_at: Mapped[datetime] = now()
    updated_at: Mapped[datetime] = now()


class SlaPolicy(Base):
    """Targets in minutes of business hours; of those that apply, the one that says type and then priority wins.

    No priority and no request type mean all. Without a calendar the default one counts, and without that every hour.
    A policy goes with its request type: it would hold for every type, were it kept.
    """

    __tablename__ = "sla_policies"
    __table_args__ = (
        belongs_to("request_types", "request_type_id", "CASCADE"),
        belongs_to("business_calendars", "calendar_id", "SET NULL"),
        CheckConstraint("first_response_minutes > 0 AND resolution_minutes > 0", name="targets"),
        CheckConstraint("first_response_minutes IS NOT NULL OR resolution_minutes IS NOT NULL", name="some_target"),
        CheckConstraint("resolution_minutes >= first_response_minutes", name="in_order"),
        Index("uq_sla_policies_name", "org_id", text("lower(name)"), unique=True),
        Index(
            "uq_sla_policies_scope",
            "org_id",
            "request_type_id",
            "priority",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("is_active"),
        ),
        Index("ix_sla_policies_request_type_id", "org_id", "request_type_id"),
        Index("ix_sla_policies_calendar_id", "org_id", "calendar_id"),
    )

    org_id: Mapped[UUID] = organization()
    id: Mapped[UUID] = identifier()
    name: Mapped[str]
    description: Mapped[str | None]
    priority: Mapped[str | None] = mapped_column(PRIORITY)
    request_type_id: Mapped[UUID | None]
    first_response_minutes: Mapped[int | None]
    resolution_minutes: Mapped[int | None]
    calendar_id: Mapped[UUID | None]
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    created_at: Mapped[datetime] = now()
    updated_at: Mapped[datetime] = now()
