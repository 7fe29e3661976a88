"""A department: a queue with its agents (S2)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, identifier, now, organization


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
