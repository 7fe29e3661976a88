"""Who changed which setting: written by trigger for any writer, and never changed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, domain, identifier, now, organization
from models.profile import Role


class AuditLog(Base):
    """One change of one setting, append-only; `changes` is `{field: {from, to}}`, where a secret is only `hidden`."""

    __tablename__ = "audit_log"
    __table_args__ = (
        Index("ix_audit_log_at", "org_id", "at"),
        Index("ix_audit_log_noun", "org_id", "noun", "subject_id"),
        # What was done outlives who did it and hinders nobody's removal, so `actor_id` is no foreign key.
        Index("ix_audit_log_actor_id", "org_id", "actor_id"),
    )

    org_id: Mapped[UUID] = organization()
    id: Mapped[UUID] = identifier()
    at: Mapped[datetime] = now()
    actor_id: Mapped[UUID | None]
    actor_role: Mapped[str | None] = mapped_column(domain("profile_role", *Role))
    action: Mapped[str] = mapped_column(domain("audit_action", "insert", "update", "delete"))
    noun: Mapped[str]
    subject_id: Mapped[str]
    changes: Mapped[dict[str, Any]]
