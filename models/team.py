"""A group of people of one organization."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, belongs_to, identifier, now, organization


class Team(Base):
    """A group of people (S0's `teams`); at most one is the support team (S3's `support_team_user_ids`)."""

    __tablename__ = "teams"
    __table_args__ = (
        Index("uq_teams_name", "org_id", text("lower(name)"), unique=True),
        Index("uq_teams_support", "org_id", unique=True, postgresql_where=text("is_support_team")),
    )

    org_id: Mapped[UUID] = organization()
    id: Mapped[UUID] = identifier()
    name: Mapped[str]
    description: Mapped[str | None]
    is_support_team: Mapped[bool] = mapped_column(server_default=text("false"))
    created_at: Mapped[datetime] = now()
    updated_at: Mapped[datetime] = now()


class TeamMember(Base):
    """That somebody is in a team, since when and by whom."""

    __tablename__ = "team_members"
    __table_args__ = (
        belongs_to("teams", "team_id", "CASCADE"),
        belongs_to("profiles", "profile_id", "CASCADE"),
        belongs_to("profiles", "added_by", "SET NULL"),
        Index("ix_team_members_profile_id", "org_id", "profile_id"),
        Index("ix_team_members_added_by", "org_id", "added_by"),
    )

    org_id: Mapped[UUID] = organization()
    team_id: Mapped[UUID] = mapped_column(primary_key=True)
    profile_id: Mapped[UUID] = mapped_column(primary_key=True)
    added_by: Mapped[UUID | None]
    added_at: Mapped[datetime] = now()
