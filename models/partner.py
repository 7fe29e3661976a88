"""Organizations that agreed to take each other's tickets."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, belongs_to, now, organization


class OrganizationPartner(Base):
    """One organization's offer to another (S3 routing); it counts once the other offered too.

    Until then `agreed_at` is unset and the row shows itself to nobody, since it would tell that the other organization
    exists. Only `offer_partnership` and `withdraw_partnership` write here.
    """

    __tablename__ = "organization_partners"
    __table_args__ = (
        belongs_to("profiles", "offered_by", "SET NULL"),
        CheckConstraint("org_id <> partner_org_id", name="two_organizations"),
        Index("ix_organization_partners_partner_org_id", "partner_org_id", "org_id"),
        Index("ix_organization_partners_offered_by", "org_id", "offered_by"),
    )

    org_id: Mapped[UUID] = organization()
    partner_org_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id", ondelete="CASCADE"), primary_key=True)
    offered_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = now()
    agreed_at: Mapped[datetime | None]
