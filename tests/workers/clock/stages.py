"""Stages and their hooks as tests use them: put, entered, looked at."""

import json
from typing import Any
from uuid import UUID

from sqlalchemy import text

from models.database import transaction
from tests.conftest import Tenant
from tests.models.doors import create, rows
from tests.models.test_hook import move, stage

__all__ = ["change", "hook", "move", "notices", "opened", "runs", "shown", "stage"]

_HOOK = text(
    "INSERT INTO workflow_stage_hooks (org_id, stage_id, hook_type, config, position)"
    " SELECT :org, :stage, :kind, CAST(:config AS jsonb), count(*) FROM workflow_stage_hooks WHERE stage_id = :stage"
    " RETURNING id"
)


def hook(tenant: Tenant, where: str, kind: str, **config: Any) -> UUID:
    """Put a hook behind those of a stage."""
    said = {"org": tenant.id, "stage": stage(tenant, where), "kind": kind, "config": json.dumps(config, default=str)}
    with transaction(tenant.id) as connection:
        found: UUID = connection.execute(_HOOK, said).scalar_one()
        return found


def opened(tenant: Tenant, requester: UUID, **fields: Any) -> UUID:
    """A ticket in the tenant's mailbox."""
    with transaction(tenant.id) as connection:
        return create(connection, requester, "Printer", mailbox_id=tenant.mailbox, **fields)


def runs(tenant: Tenant) -> list[tuple[str, str]]:
    """State and answer of each run, in order."""
    query = (
        "SELECT r.state, r.answer FROM hook_runs r JOIN workflow_stage_hooks k ON k.id = r.hook_id"
        " ORDER BY r.history_id, k.position"
    )
    return [(row.state, row.answer or "") for row in rows(tenant, query)]


def shown(tenant: Tenant, ticket: UUID) -> Any:
    """The ticket's row, with the name of its stage."""
    query = (
        "SELECT t.*, s.name AS stage FROM tickets t JOIN workflow_stages s ON s.id = t.current_stage_id"
        " WHERE t.id = :it"
    )
    (found,) = rows(tenant, query, it=ticket)
    return found


def notices(tenant: Tenant, profile: UUID, kind: str) -> list[dict[str, Any]]:
    """Contents of somebody's notices of a type."""
    query = "SELECT content FROM notifications WHERE profile_id = :it AND type = :kind ORDER BY created_at, id"
    return [row.content for row in rows(tenant, query, it=profile, kind=kind)]


def change(tenant: Tenant, statement: str, **values: object) -> None:
    """Change rows behind everybody's back."""
    with transaction(tenant.id) as connection:
        connection.execute(text(statement), values)
