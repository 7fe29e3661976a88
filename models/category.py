"""What tickets and articles are about; two trees, so that sorting the queue does not rearrange the shelves."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, domain, identifier, now, organization


class CategoryKind(StrEnum):
    """What a category sorts: tickets for staff, or articles for those who read them."""

    TICKET = "ticket"
    ARTICLE = "article"


class Category(Base):
    """A branch of a tree (S2 `kb_categories` and `tickets.category_id`, S1 `categories`).

    A parent sorts the same kind (by key) and no category is above itself (trigger `tree`). Siblings have different
    names; when a parent is removed, its children stand at the top.
    """

    __tablename__ = "categories"
    __table_args__ = (
        ForeignKeyConstraint(
            ["org_id", "kind", "parent_id"],
            ["categories.org_id", "categories.kind", "categories.id"],
            ondelete="SET NULL (parent_id)",
        ),
        UniqueConstraint("org_id", "kind", "id"),
        CheckConstraint("id <> parent_id", name="not_its_own_parent"),
        Index(
            "uq_categories_name",
            "org_id",
            "kind",
            "parent_id",
            text("lower(name)"),
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
    )

    org_id: Mapped[UUID] = organization()
    id: Mapped[UUID] = identifier()
    kind: Mapped[str] = mapped_column(domain("category_kind", *CategoryKind))
    parent_id: Mapped[UUID | None]
    name: Mapped[str]
    description: Mapped[str | None]
    sort_order: Mapped[int] = mapped_column(server_default=text("0"))
    created_at: Mapped[datetime] = now()
    updated_at: Mapped[datetime] = now()
