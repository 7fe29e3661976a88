"""What an organization taught about spam: how often each token stood in mail of either kind."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, now, organization


class SpamToken(Base):
    """A token and the number of spam and ham mails that it was seen in; what is not seen for long is forgotten."""

    __tablename__ = "spam_tokens"
    __table_args__ = (
        CheckConstraint("spam >= 0 AND ham >= 0", name="counts"),
        CheckConstraint("length(token) BETWEEN 1 AND 200", name="token"),
        Index("ix_spam_tokens_seen_at", "org_id", "seen_at"),
    )

    org_id: Mapped[UUID] = organization()
    token: Mapped[str] = mapped_column(primary_key=True)
    spam: Mapped[int] = mapped_column(server_default=text("0"))
    ham: Mapped[int] = mapped_column(server_default=text("0"))
    seen_at: Mapped[datetime] = now()


class SpamModel(Base):
    """How much was taught in all, one row for each organization."""

    __tablename__ = "spam_models"
    __table_args__ = (CheckConstraint("spam >= 0 AND ham >= 0", name="counts"),)

    org_id: Mapped[UUID] = organization()
    spam: Mapped[int] = mapped_column(server_default=text("0"))
    ham: Mapped[int] = mapped_column(server_default=text("0"))
    trained_at: Mapped[datetime | None]
    settings: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    created_at: Mapped[datetime] = now()
    updated_at: Mapped[datetime] = now()
