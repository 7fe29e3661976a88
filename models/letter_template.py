"""An organization's or a mailbox's own version of a letter that Postern writes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, belongs_to, identifier, now, organization


class LetterTemplate(Base):
    """One letter in one locale; without a mailbox it is the organization's. A subject has one line."""

    __tablename__ = "letter_templates"
    __table_args__ = (
        belongs_to("mailboxes", "mailbox_id", "CASCADE"),
        UniqueConstraint("org_id", "mailbox_id", "letter", "locale", postgresql_nulls_not_distinct=True),
        CheckConstraint("letter ~ '^[a-z][a-z_]{0,62}$'", name="letter"),
        CheckConstraint("locale ~ '^[a-z]{2,3}([-_][A-Za-z0-9]{2,8})*$'", name="locale"),
        CheckConstraint(r"subject !~ '[\u0001-\u001f\u007f-\u009f]' AND length(subject) <= 1000", name="subject"),
        CheckConstraint("length(body_text) <= 100000 AND length(body_html) <= 100000", name="size"),
    )

    org_id: Mapped[UUID] = organization()
    id: Mapped[UUID] = identifier()
    mailbox_id: Mapped[UUID | None]
    letter: Mapped[str]
    locale: Mapped[str]
    subject: Mapped[str]
    body_text: Mapped[str]
    body_html: Mapped[str | None]
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    created_at: Mapped[datetime] = now()
    updated_at: Mapped[datetime] = now()
