"""An invitation into an organization."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, belongs_to, domain, identifier, now, organization
from models.profile import Role


class OrganizationInvite(Base):
    """Somebody is asked to join as customer, agent or admin (S1); the token in the mail is kept as its SHA-256."""

    __tablename__ = "org_invites"
    __table_args__ = (
        belongs_to("profiles", "created_by"),
        belongs_to("profiles", "used_by", "SET NULL"),
        UniqueConstraint("org_id", "digest"),
        CheckConstraint("octet_length(digest) = 32", name="digest"),
        CheckConstraint("role NOT IN ('system', 'guest')", name="role"),
        Index("ix_org_invites_email", "org_id", text("lower(email)")),
        Index("ix_org_invites_created_by", "org_id", "created_by"),
        Index("ix_org_invites_used_by", "org_id", "used_by"),
    )

    org_id: Mapped[UUID] = organization()
    id: Mapped[UUID] = identifier()
    email: Mapped[str]
    role: Mapped[str] = mapped_column(domain("profile_role", *Role))
    digest: Mapped[bytes] = mapped_column(LargeBinary())
    created_at: Mapped[datetime] = now()
    created_by: Mapped[UUID]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by: Mapped[UUID | None]
