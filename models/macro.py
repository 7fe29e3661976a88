"""Answers that an agent need not write again, by mail with `#macro title`."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, belongs_to, identifier, now, organization


class Macro(Base):
    """A prepared answer (S4) and what else it does to the ticket.

    `body` is a template over the plain values of a letter (organization, number, title, recipient_name, author_name).
    `actions` is `[{"type": "status" | "priority" | "assign" | "department" | "tag", "to": …}]`.
    """

    __tablename__ = "macros"
    __table_args__ = (
        belongs_to("profiles", "created_by"),
        CheckConstraint("jsonb_typeof(actions) = 'array'", name="actions"),
        Index("uq_macros_title", "org_id", text("lower(title)"), unique=True),
        Index("ix_macros_created_by", "org_id", "created_by"),
    )

    org_id: Mapped[UUID] = organization()
    id: Mapped[UUID] = identifier()
    title: Mapped[str]
    body: Mapped[str]
    actions: Mapped[list[dict[str, Any]]] = mapped_column(JSONB(), server_default=text("'[]'"))
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    created_by: Mapped[UUID | None]
    meta: Mapped[dict[str, Any]] = mapped_column("metadata", server_default=text("'{}'"))
    created_at: Mapped[datetime] = now()
    updated_at: Mapped[datetime] = now()
