"""Who changed which setting, or erased what: written by trigger for any writer, chained, and never changed."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, domain, identifier, now, organization
from models.profile import Role


class AuditAction(StrEnum):
    """What was done: the first three by whoever changes a setting, the others with what somebody wrote."""

    INSERT = "insert"
    UPDATE = "update"
    DELETE = "delete"
    ERASE = "erase"
    REDACT = "redact"
    EXPORT = "export"


class AuditLog(Base):
    """One change of one setting, or one erasure, append-only.

    `changes` is `{field: {from, to}}`, where a secret and whatever may say something of a person are only `hidden`.

    When its transaction ends, a row becomes the next in its organization's chain: `digest` is that of `changes`, `hash`
    covers everything else, the digest and the `hash` of the row before. So `changes` may be emptied when somebody named
    there is erased, which is a row of its own, and the chain holds; any other change breaks it (`verify_audit`).
    """

    __tablename__ = "audit_log"
    __table_args__ = (
        UniqueConstraint("org_id", "place"),
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
    action: Mapped[str] = mapped_column(domain("audit_action", *AuditAction))
    noun: Mapped[str]
    subject_id: Mapped[str]
    changes: Mapped[dict[str, Any]]
    place: Mapped[int | None] = mapped_column(BigInteger())
    digest: Mapped[bytes | None]
    hash: Mapped[bytes | None]


class AuditHead(Base):
    """The end of an organization's chain: without it nobody would miss the last row.

    Its lock lets one transaction after the other lengthen the chain, for as long as a commit takes.
    """

    __tablename__ = "audit_heads"

    org_id: Mapped[UUID] = organization()
    place: Mapped[int] = mapped_column(BigInteger())
    hash: Mapped[bytes]
