"""The knowledge base: articles, every version of them, and whether they helped."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, belongs_to, domain, identifier, now, organization


class ArticleStatus(StrEnum):
    """Where an article is.

    A `draft` is for staff. Publishing makes it `published`, which customers read, and sets `published_at` (a trigger,
    if the writer did not). `archived` takes it from customers and keeps that time; back to `draft` forgets it.
    """

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class Article(Base):
    """An article (S1, S2 `kb_articles`) as it is now; `version` counts its texts and is kept by a trigger.

    S1's `categories text[]` is the one place in the tree that S2 gives it; whatever else it is about is a tag.
    """

    __tablename__ = "articles"
    __table_args__ = (
        belongs_to("categories", "category_id", "SET NULL"),
        belongs_to("profiles", "author_id"),
        UniqueConstraint("org_id", "slug"),
        CheckConstraint("slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(slug) <= 200", name="slug"),
        CheckConstraint("title <> '' AND length(title) <= 1000", name="title"),
        CheckConstraint("length(content) <= 1000000", name="content"),
        CheckConstraint("status <> 'published' OR published_at IS NOT NULL", name="published_at"),
        CheckConstraint("version >= 1", name="version"),
        Index("ix_articles_category_id", "org_id", "category_id"),
        Index("ix_articles_author_id", "org_id", "author_id"),
        Index("ix_articles_status", "org_id", "status", "published_at"),
        Index("ix_articles_tags", "tags", postgresql_using="gin"),
    )

    org_id: Mapped[UUID] = organization()
    id: Mapped[UUID] = identifier()
    slug: Mapped[str | None]
    title: Mapped[str]
    content: Mapped[str]
    status: Mapped[str] = mapped_column(domain("article_status", *ArticleStatus), server_default=text("'draft'"))
    category_id: Mapped[UUID | None]
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text()), server_default=text("'{}'"))
    author_id: Mapped[UUID]
    locale: Mapped[str | None]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    meta: Mapped[dict[str, Any]] = mapped_column("metadata", server_default=text("'{}'"))
    created_at: Mapped[datetime] = now()
    updated_at: Mapped[datetime] = now()
    published_at: Mapped[datetime | None]


class ArticleVersion(Base):
    """A title and text that an article had or has (S1, S2), the first included; written by trigger alone."""

    __tablename__ = "article_versions"
    __table_args__ = (
        belongs_to("articles", "article_id", "CASCADE"),
        belongs_to("profiles", "changed_by"),
        UniqueConstraint("org_id", "article_id", "version"),
        Index("ix_article_versions_changed_by", "org_id", "changed_by"),
    )

    org_id: Mapped[UUID] = organization()
    id: Mapped[UUID] = identifier()
    article_id: Mapped[UUID]
    version: Mapped[int]
    title: Mapped[str]
    content: Mapped[str]
    changed_by: Mapped[UUID]
    created_at: Mapped[datetime] = now()


class ArticleFeedback(Base):
    """Whether an article helped (S2 `kb_article_feedback`), once per person."""

    __tablename__ = "article_feedback"
    __table_args__ = (
        belongs_to("articles", "article_id", "CASCADE"),
        belongs_to("profiles", "profile_id"),
        UniqueConstraint("org_id", "article_id", "profile_id"),
        CheckConstraint("length(comment) <= 10000", name="comment"),
        Index("ix_article_feedback_profile_id", "org_id", "profile_id"),
    )

    org_id: Mapped[UUID] = organization()
    id: Mapped[UUID] = identifier()
    article_id: Mapped[UUID]
    profile_id: Mapped[UUID]
    helpful: Mapped[bool]
    comment: Mapped[str | None]
    created_at: Mapped[datetime] = now()
