"""Occasions that requests are about: a request type may ask which one is meant."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, identifier, now, organization


class Event(Base):
    """An occasion of an organization (S3 `events`); `external_id` is what the system it came from calls it."""

    __tablename__ = "events"
    __table_args__ = (
        UniqueConstraint("org_id", "external_id"),
        CheckConstraint("ends_at >= starts_at", name="ends_after_it_starts"),
        Index("ix_events_starts_at", "org_id", "starts_at"),
    )

    org_id: Mapped[UUID] = organization()
    id: Mapped[UUID] = identifier()
    name: Mapped[str]
    description: Mapped[str | None]
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    location: Mapped[str | None]
    external_id: Mapped[str | None]
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    meta: Mapped[dict[str, Any]] = mapped_column("metadata", server_default=text("'{}'"))
    created_at: Mapped[datetime] = now()
    updated_at: Mapped[datetime] = now()
