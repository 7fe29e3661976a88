"""What happens when a ticket enters a stage (S0): the hooks, what became of each run, and what waits for its time."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, belongs_to, domain, identifier, now, organization


class HookType(StrEnum):
    """What a hook does; its `config` must fit, see `VALID_CONFIG`."""

    NOTIFICATION = "notification"
    REPLY = "reply"
    ASSIGN = "assign"
    PRIORITY = "priority"
    TAG = "tag"
    WEBHOOK = "webhook"
    ADVANCE = "advance"


class RunState(StrEnum):
    """The life of a hook's run.

    `waiting` is written with the revision that entered the stage. A worker counts the attempt and acts: `done`. What
    fails is `waiting` again until `next_try_at`, after its last attempt `failed`, which a person may put back.
    `skipped` says in `answer` why nothing was to be done.
    """

    WAITING = "waiting"
    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"


# S0's `valid_hook_config` for notifications, and the same for the further types. A key that is absent makes a
# comparison null, which a CHECK lets pass: hence the coalesce.
VALID_CONFIG = """coalesce(CASE hook_type::text
    WHEN 'notification' THEN config ? 'message' AND CASE config ->> 'target_type'
        WHEN 'specific_user' THEN config ? 'target_user_id'
        WHEN 'role' THEN config ->> 'target_role' IN ('customer', 'agent', 'admin')
        ELSE config ->> 'target_type' IN ('ticket_creator', 'org_admins') END
    WHEN 'reply' THEN config ? 'message' OR config ? 'macro_id'
    WHEN 'assign' THEN config ? 'profile_id' OR config ? 'team_id' OR config ? 'department_id'
    WHEN 'priority' THEN config ->> 'priority' IN ('low', 'normal', 'high', 'urgent')
    WHEN 'tag' THEN jsonb_typeof(config -> 'add') = 'array' OR jsonb_typeof(config -> 'remove') = 'array'
    WHEN 'webhook' THEN config ? 'webhook_id'
    WHEN 'advance' THEN config ? 'stage_id' AND jsonb_typeof(config -> 'after_minutes') = 'number'
        AND (config ->> 'after_minutes')::numeric BETWEEN 0 AND 5256000
END, false)"""


class WorkflowStageHook(Base):
    """Something to do when a ticket enters a stage (S0), in the order of `position`."""

    __tablename__ = "workflow_stage_hooks"
    __table_args__ = (
        belongs_to("workflow_stages", "stage_id", "CASCADE"),
        CheckConstraint(VALID_CONFIG, name="valid_config"),
        Index("ix_workflow_stage_hooks_stage_id", "org_id", "stage_id"),
    )

    org_id: Mapped[UUID] = organization()
    id: Mapped[UUID] = identifier()
    stage_id: Mapped[UUID]
    hook_type: Mapped[str] = mapped_column(domain("hook_type", *HookType))
    config: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    position: Mapped[int] = mapped_column(server_default=text("0"))
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    created_at: Mapped[datetime] = now()
    updated_at: Mapped[datetime] = now()


class HookRun(Base):
    """One hook for one entry into its stage: its key is that revision and the hook, so it runs once."""

    __tablename__ = "hook_runs"
    __table_args__ = (
        ForeignKeyConstraint(
            ["org_id", "ticket_id", "history_id"],
            ["ticket_history.org_id", "ticket_history.ticket_id", "ticket_history.id"],
            ondelete="CASCADE",
        ),
        belongs_to("workflow_stage_hooks", "hook_id", "CASCADE"),
        Index("ix_hook_runs_ticket_id", "org_id", "ticket_id", "history_id"),
        Index("ix_hook_runs_hook_id", "org_id", "hook_id"),
        Index("ix_hook_runs_due", "next_try_at", postgresql_where=text("state = 'waiting'")),  # over all organizations
    )

    org_id: Mapped[UUID] = organization()
    history_id: Mapped[UUID] = mapped_column(primary_key=True)
    hook_id: Mapped[UUID] = mapped_column(primary_key=True)
    ticket_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(domain("hook_run_state", *RunState), server_default=text("'waiting'"))
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    next_try_at: Mapped[datetime] = now()
    leased_until: Mapped[datetime | None]
    answer: Mapped[str | None]
    created_at: Mapped[datetime] = now()
    done_at: Mapped[datetime | None]


class Timer(Base):
    """Something that happens to a ticket at a time, unless the ticket leaves the stage it was set in first."""

    __tablename__ = "timers"
    __table_args__ = (
        belongs_to("tickets", "ticket_id", "CASCADE"),
        belongs_to("workflow_stage_hooks", "hook_id", "CASCADE"),
        belongs_to("workflow_stages", "stage_id", "CASCADE"),
        Index("ix_timers_ticket_id", "org_id", "ticket_id"),
        Index("ix_timers_hook_id", "org_id", "hook_id"),
        Index("ix_timers_stage_id", "org_id", "stage_id"),
        Index("ix_timers_due", "due_at", postgresql_where=text("fired_at IS NULL AND cancelled_at IS NULL")),
    )

    org_id: Mapped[UUID] = organization()
    id: Mapped[UUID] = identifier()
    ticket_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(
        domain("timer_kind", "advance", "reminder", "close", "first_response", "resolution")
    )
    hook_id: Mapped[UUID | None]
    stage_id: Mapped[UUID | None]
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    fired_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = now()
