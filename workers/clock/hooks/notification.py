"""A notice of a stage (S0): for one person, a role, who asked, or the admins; never for whoever moved the ticket.

A customer is told of their own tickets only, whatever role a hook names, and an agent only of what they may see.
"""

import json
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, text

from models.hook import RunState
from workers.clock.hooks.config import identifier
from workers.clock.hooks.run import Kind, Result, Row, Run

_TELL = text("""
    WITH asked AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(CAST(:asked AS jsonb)) AS a (
            history_id uuid, hook_id uuid, ticket_id uuid, target text, person uuid, role text, message text)
    ), told AS (
        INSERT INTO notifications (org_id, profile_id, type, title, content, link, ticket_id)
        SELECT t.org_id, p.id, 'stage_hook', t.number || ': ' || t.title,
               jsonb_build_object('message', a.message, 'hook', a.hook_id), '/tickets/' || t.number, t.id
        FROM asked a
        JOIN tickets t ON t.org_id = :org AND t.id = a.ticket_id
        JOIN ticket_history h ON h.org_id = :org AND h.ticket_id = t.id AND h.id = a.history_id
        JOIN organization_settings s ON s.org_id = t.org_id
        CROSS JOIN LATERAL (
            SELECT f.* FROM profiles f WHERE f.org_id = :org
             AND f.id = CASE a.target WHEN 'specific_user' THEN a.person WHEN 'ticket_creator' THEN t.created_by END
            UNION ALL
            SELECT f.* FROM profiles f WHERE f.org_id = :org
             AND f.role = CASE a.target WHEN 'role' THEN a.role WHEN 'org_admins' THEN 'admin' END
        ) p
        WHERE p.deleted_at IS NULL AND p.id <> h.changed_by AND CASE p.role
            WHEN 'admin' THEN true
            WHEN 'agent' THEN NOT s.department_isolation OR p.department_id = t.department_id OR p.id = t.assigned_to
            WHEN 'customer' THEN p.id = t.created_by OR EXISTS (
                SELECT FROM ticket_participants c
                WHERE c.org_id = t.org_id AND c.ticket_id = t.id AND c.profile_id = p.id)
            ELSE false END
        RETURNING ticket_id
    )
    SELECT ticket_id, count(*) AS people FROM told GROUP BY 1
""")


def read(run: Run) -> Row:
    """Whom to tell what."""
    config = run.config
    return {
        "target": config["target_type"],
        "person": (named := identifier(config, "target_user_id")) and named.hex,
        "role": config.get("target_role"),
        "message": str(config["message"]),
    }


def carry(connection: Connection, org: UUID, asked: Sequence[tuple[Run, Row]]) -> list[Result]:
    """Write the notices."""
    said = json.dumps([run.key | row for run, row in asked])
    told = {row.ticket_id: row.people for row in connection.execute(_TELL, {"org": org, "asked": said})}
    return [_told(run, told.get(run.ticket, 0)) for run, _ in asked]


def _told(run: Run, number: int) -> Result:
    if number:
        return Result(run, RunState.DONE, f"{number} told")
    return Result(run, RunState.SKIPPED, "nobody is there to be told but who moved the ticket")


KIND = Kind(read, carry)
