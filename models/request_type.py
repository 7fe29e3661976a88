"""What a mail asks for, and the rules by which its ticket finds a type, a queue and an agent."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, belongs_to, domain, identifier, now, organization
from models.ticket import PRIORITY


class RequestCategory(StrEnum):
    """The four kinds of request that S3 knows; an organization's own types each belong to one."""

    BILLING = "billing"
    TECHNICAL = "technical"
    EVENT = "event"
    GENERAL = "general"


class AssignmentMethod(StrEnum):
    """How a new ticket's agent is chosen among several: each in turn, or who has the fewest open tickets."""

    ROUND_ROBIN = "round_robin"
    LEAST_BUSY = "least_busy"


ASSIGNMENT = domain("assignment_method", *AssignmentMethod)


class RequestType(Base):
    """A type of request (S3 `support_request_types`) with what a ticket of it starts as.

    `allowed_roles` names audiences of customers who may choose it; empty, or with `public`, everybody may. Of one that
    `requires_event` a form names the event; a mail names it in its own words, or its sender is asked.
    `match_rules` says which mails are of it: `{"subject": ["invoice", …], "text": […], "sender": […]}`, where one
    word found is enough; in the order of `sort_order`, and none means that no mail is of it by itself.

    `assigned_org_id` is the partner that `default_routing` is about; while it has not agreed, tickets stay internal. It
    is no foreign key, which would tell whether an organization exists. An agent is chosen where `assign_by` says how:
    of the team, else of the ticket's department, else of all.
    """

    __tablename__ = "request_types"
    __table_args__ = (
        belongs_to("departments", "department_id", "SET NULL"),
        belongs_to("workflows", "workflow_id", "SET NULL"),
        belongs_to("teams", "team_id", "SET NULL"),
        CheckConstraint("jsonb_typeof(match_rules) = 'object'", name="match_rules"),
        Index("uq_request_types_name", "org_id", text("lower(name)"), unique=True),
        Index("ix_request_types_department_id", "org_id", "department_id"),
        Index("ix_request_types_workflow_id", "org_id", "workflow_id"),
        Index("ix_request_types_team_id", "org_id", "team_id"),
    )

    org_id: Mapped[UUID] = organization()
    id: Mapped[UUID] = identifier()
    name: Mapped[str]
    description: Mapped[str | None]
    category: Mapped[str] = mapped_column(
        domain("request_category", *RequestCategory), server_default=text("'general'")
    )
    default_routing: Mapped[str] = mapped_column(
        domain("routing_type", "internal", "organization", "hybrid"), server_default=text("'internal'")
    )
    default_priority: Mapped[str] = mapped_column(PRIORITY, server_default=text("'normal'"))
    department_id: Mapped[UUID | None]
    workflow_id: Mapped[UUID | None]
    requires_event: Mapped[bool] = mapped_column(server_default=text("false"))
    allowed_roles: Mapped[list[str]] = mapped_column(ARRAY(Text()), server_default=text("'{}'"))
    match_rules: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    assigned_org_id: Mapped[UUID | None]
    assign_by: Mapped[str | None] = mapped_column(ASSIGNMENT)
    team_id: Mapped[UUID | None]
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    sort_order: Mapped[int] = mapped_column(server_default=text("0"))
    created_at: Mapped[datetime] = now()
    updated_at: Mapped[datetime] = now()


class RoutingRule(Base):
    """What becomes of a mail or ticket for which the conditions hold; in the order of `sort_order`, then of age.

    `conditions` is `{"all": […], "any": […], "not": […]}` of `{"field": …, "op": …, "value": …}` and of further such
    groups (`workers.inbound.routing.grammar`); none hold for everything. A rule that asks for a custom field is looked
    at again when a customer answers it. An action that is null leaves to later rules what it would set; `tags` are
    names, made when they are first put. `assign_by` and `team_id` as of a type, where no assignee is named.
    """

    __tablename__ = "routing_rules"
    __table_args__ = (
        belongs_to("request_types", "request_type_id", "SET NULL"),
        belongs_to("departments", "department_id", "SET NULL"),
        belongs_to("profiles", "assignee_id", "SET NULL"),
        belongs_to("teams", "team_id", "SET NULL"),
        CheckConstraint("jsonb_typeof(conditions) = 'object'", name="conditions"),
        Index("uq_routing_rules_name", "org_id", text("lower(name)"), unique=True),
        Index("ix_routing_rules_request_type_id", "org_id", "request_type_id"),
        Index("ix_routing_rules_department_id", "org_id", "department_id"),
        Index("ix_routing_rules_assignee_id", "org_id", "assignee_id"),
        Index("ix_routing_rules_team_id", "org_id", "team_id"),
    )

    org_id: Mapped[UUID] = organization()
    id: Mapped[UUID] = identifier()
    name: Mapped[str]
    description: Mapped[str | None]
    sort_order: Mapped[int] = mapped_column(server_default=text("0"))
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    conditions: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    request_type_id: Mapped[UUID | None]
    department_id: Mapped[UUID | None]
    assignee_id: Mapped[UUID | None]
    assign_by: Mapped[str | None] = mapped_column(ASSIGNMENT)
    team_id: Mapped[UUID | None]
    priority: Mapped[str | None] = mapped_column(PRIORITY)
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text()), server_default=text("'{}'"))
    created_at: Mapped[datetime] = now()
    updated_at: Mapped[datetime] = now()


class AssignmentTurn(Base):
    """After whom it goes on when the next agent of a team or department is chosen; neither is all of the organization.

    `last_id` is a profile's and may be gone: the next is the one whose identifier follows.
    """

    __tablename__ = "assignment_turns"
    __table_args__ = (
        belongs_to("teams", "team_id", "CASCADE"),
        belongs_to("departments", "department_id", "CASCADE"),
        CheckConstraint("team_id IS NULL OR department_id IS NULL", name="of_one"),
        UniqueConstraint("org_id", "team_id", "department_id", postgresql_nulls_not_distinct=True),
        Index("ix_assignment_turns_department_id", "org_id", "department_id"),
    )

    org_id: Mapped[UUID] = organization()
    id: Mapped[UUID] = identifier()
    team_id: Mapped[UUID | None]
    department_id: Mapped[UUID | None]
    last_id: Mapped[UUID]
