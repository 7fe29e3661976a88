"""Whose a ticket is in this stage: an agent's, a queue's, or a team's: the least busy of it, who is there first."""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from models.hook import RunState
from workers.clock.hooks.changing import change
from workers.clock.hooks.config import identifier
from workers.clock.hooks.run import Kind, Result, Row, Run

_PEOPLE = text("""
    SELECT named.id AS named, p.id, p.name, p.status = 'away' AS is_away,
           (SELECT count(*) FROM tickets t WHERE t.org_id = :org AND t.assigned_to = p.id
             AND t.status NOT IN ('resolved', 'closed')) AS load
    FROM unnest(CAST(:named AS uuid[])) AS named (id)
    CROSS JOIN LATERAL (
        SELECT f.* FROM profiles f WHERE f.org_id = :org AND f.id = named.id
        UNION ALL
        SELECT f.* FROM team_members m JOIN profiles f ON f.org_id = m.org_id AND f.id = m.profile_id
        WHERE m.org_id = :org AND m.team_id = named.id
    ) p
    WHERE p.role IN ('agent', 'admin') AND p.deleted_at IS NULL ORDER BY p.created_at, p.id
""")
_QUEUES = text("SELECT id, name FROM departments WHERE org_id = :org AND id = ANY (CAST(:named AS uuid[]))")


def read(run: Run) -> Row:
    """An agent or a team, a department, or one of each."""
    person = identifier(run.config, "profile_id") or identifier(run.config, "team_id")
    return {"person": person, "department": identifier(run.config, "department_id")}


def carry(connection: Connection, org: UUID, asked: Sequence[tuple[Run, Row]]) -> list[Result]:
    """Assign them, each ticket counting for the next."""
    named = [[row[key].hex for _, row in asked if row[key]] for key in ("person", "department")]
    people = connection.execute(_PEOPLE, {"org": org, "named": named[0]}).all() if named[0] else []
    found = connection.execute(_QUEUES, {"org": org, "named": named[1]}).all() if named[1] else []
    queues = {row.id: row.name for row in found}
    load = Counter({one.id: one.load for one in people})
    results, patches = [], {}
    for run, row in asked:
        whose = [one for one in people if one.named == row["person"]]
        patch, said = _patch(row, min(whose, key=lambda one: (one.is_away, load[one.id]), default=None), queues, load)
        if patch:
            patches[run.ticket] = (patch, f"a hook of stage {run.stage!r}")
        results.append(Result(run, RunState.DONE if patch else RunState.FAILED, said))
    change(connection, patches)
    return results


def _patch(
    row: Row,
    agent: Any,  # noqa: ANN401  a row of the database
    queues: dict[UUID, str],
    load: Counter[UUID],
) -> tuple[Row, str]:
    patch: Row = {}
    if (row["person"] and not agent) or (row["department"] and row["department"] not in queues):
        return patch, "whom or what it names answers for nobody here any more"
    if agent:
        load[agent.id] += 1
        patch["assigned_to"] = str(agent.id)
    if row["department"]:
        patch["department_id"] = str(row["department"])
    return patch, " in ".join(filter(None, (agent and agent.name, queues.get(row["department"]))))


KIND = Kind(read, carry)
