"""A person inside one organization: customer, agent or admin, with every address they write from."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, belongs_to, domain, identifier, now, organization


class Role(StrEnum):
    """What a profile may do; `system` is the organization's own hand (workers), `guest` a partner's agent."""

    CUSTOMER = "customer"
    AGENT = "agent"
    ADMIN = "admin"
    SYSTEM = "system"
    GUEST = "guest"


class Profile(Base):
    """A person in one organization (S0, S1, S2, S4's agents and customers); customers need no account.

    A guest has the identifier that they have at home, in `home_org_id`, so each person of a partner is here once.
    If that organization is deleted, its guests have left.
    """

    __tablename__ = "profiles"
    __table_args__ = (
        belongs_to("departments", "department_id", "SET NULL"),
        belongs_to("profiles", "added_by", "SET NULL"),
        CheckConstraint("home_org_id IS NULL OR role = 'guest'", name="a_home_makes_a_guest"),
        CheckConstraint(
            "role <> 'guest' OR home_org_id IS NOT NULL OR deleted_at IS NOT NULL", name="a_guest_has_a_home"
        ),
        Index(
            "uq_profiles_email",
            "org_id",
            text("lower(email)"),
            unique=True,
            postgresql_where=text("email IS NOT NULL AND role <> 'guest'"),
        ),
        Index(
            "uq_profiles_account_id",
            "org_id",
            "account_id",
            unique=True,
            postgresql_where=text("account_id IS NOT NULL AND role <> 'guest'"),
        ),
        Index("uq_profiles_username", "org_id", "username", unique=True),
        Index("uq_profiles_system", "org_id", unique=True, postgresql_where=text("role = 'system'")),
        Index("ix_profiles_role", "org_id", "role"),
        Index("ix_profiles_department_id", "org_id", "department_id"),
        Index("ix_profiles_account_id", "account_id", postgresql_where=text("account_id IS NOT NULL")),
        Index("ix_profiles_home_org_id", "home_org_id", postgresql_where=text("home_org_id IS NOT NULL")),
        Index("ix_profiles_added_by", "org_id", "added_by", postgresql_where=text("added_by IS NOT NULL")),
    )

    org_id: Mapped[UUID] = organization()
    id: Mapped[UUID] = identifier()
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    home_org_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id", ondelete="SET NULL"))
    username: Mapped[str | None]
    name: Mapped[str]
    email: Mapped[str | None]
    role: Mapped[str] = mapped_column(domain("profile_role", *Role), server_default=text("'customer'"))
    department_id: Mapped[UUID | None]
    audiences: Mapped[list[str]] = mapped_column(ARRAY(Text()), server_default=text("'{}'"))
    status: Mapped[str] = mapped_column(
        domain("presence", "online", "away", "offline"), server_default=text("'offline'")
    )
    last_active: Mapped[datetime | None]
    preferences: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    avatar_url: Mapped[str | None]
    locale: Mapped[str | None]
    timezone: Mapped[str | None]
    custom_fields: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    meta: Mapped[dict[str, Any]] = mapped_column("metadata", server_default=text("'{}'"))
    added_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = now()
    updated_at: Mapped[datetime] = now()
    deleted_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]


class ProfileAddress(Base):
    """An address of a person, folded to lower case; the primary one included."""

    __tablename__ = "profile_addresses"
    __table_args__ = (
        belongs_to("profiles", "profile_id", "CASCADE"),
        Index("ix_profile_addresses_profile_id", "org_id", "profile_id"),
    )

    org_id: Mapped[UUID] = organization()
    address: Mapped[str] = mapped_column(primary_key=True)
    profile_id: Mapped[UUID]
    verified_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = now()
