"""A workflow and its stages (S0): the stage is the truth, a ticket's status is the stage's category."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, belongs_to, domain, identifier, now, organization


class Status(StrEnum):
    """The category of a stage: what S2, S3 and S4 call status."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting_on_customer"
    RESOLVED = "resolved"
    CLOSED = "closed"


class Workflow(Base):
    """An ordered set of stages that tickets go through."""

    __tablename__ = "workflows"
    __table_args__ = (
        Index("uq_workflows_default", "org_id", unique=True, postgresql_where=text("is_default")),
        Index("ix_workflows_active", "org_id", postgresql_where=text("is_active")),
    )

    org_id: Mapped[UUID] = organization()
    id: Mapped[UUID] = identifier()
    name: Mapped[str]
    description: Mapped[str | None]
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    is_default: Mapped[bool] = mapped_column(server_default=text("false"))
    created_at: Mapped[datetime] = now()
    updated_at: Mapped[datetime] = now()


def _neighbour(column: str) -> ForeignKeyConstraint:
    here = ["org_id", "workflow_id", column]
    return ForeignKeyConstraint(
        here, [f"workflow_stages.{name}" for name in ("org_id", "workflow_id", "id")], ondelete=f"SET NULL ({column})"
    )


def _at_most_one(flag: str) -> Index:
    return Index(f"uq_workflow_stages_{flag}", "org_id", "workflow_id", unique=True, postgresql_where=text(flag))


class WorkflowStage(Base):
    """One stage; its neighbours are stages of the same workflow."""

    __tablename__ = "workflow_stages"
    __table_args__ = (
        belongs_to("workflows", "workflow_id", "CASCADE"),
        UniqueConstraint("org_id", "workflow_id", "id"),
        _neighbour("next_stage_id"),
        _neighbour("prev_stage_id"),
        CheckConstraint("id <> next_stage_id AND id <> prev_stage_id", name="no_self_reference"),
        _at_most_one("is_start"),
        _at_most_one("is_end"),
        _at_most_one("is_other"),
        Index("ix_workflow_stages_next_stage_id", "org_id", "workflow_id", "next_stage_id"),
        Index("ix_workflow_stages_prev_stage_id", "org_id", "workflow_id", "prev_stage_id"),
    )

    org_id: Mapped[UUID] = organization()
    id: Mapped[UUID] = identifier()
    workflow_id: Mapped[UUID]
    name: Mapped[str]
    description: Mapped[str | None]
    category: Mapped[str] = mapped_column(domain("stage_category", *Status))
    is_start: Mapped[bool] = mapped_column(server_default=text("false"))
    is_end: Mapped[bool] = mapped_column(server_default=text("false"))
    is_other: Mapped[bool] = mapped_column(server_default=text("false"))
    next_stage_id: Mapped[UUID | None]
    prev_stage_id: Mapped[UUID | None]
    created_at: Mapped[datetime] = now()
