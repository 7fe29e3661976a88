"""Words that are put on a ticket in this stage, or taken off it."""

import json
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, text

from models.hook import RunState
from workers.clock.hooks.config import words
from workers.clock.hooks.run import Kind, Result, Row, Run

# In one order for all, so that two who make the same new words never wait for each other crosswise.
_MAKE = text("""
    INSERT INTO tags (org_id, name)
    SELECT DISTINCT ON (lower(name)) :org, name FROM unnest(CAST(:names AS text[])) AS a (name)
    ORDER BY lower(name), name
    ON CONFLICT DO NOTHING
""")
_TAG = text("""
    WITH asked AS MATERIALIZED (
        SELECT a.ticket_id, a.adds, g.id FROM jsonb_to_recordset(CAST(:asked AS jsonb)) AS a (
            ticket_id uuid, name text, adds boolean)
        JOIN tags g ON g.org_id = :org AND lower(g.name) = lower(a.name)
    ), taken AS (
        DELETE FROM ticket_tags t USING asked a
        WHERE t.org_id = :org AND t.ticket_id = a.ticket_id AND t.tag_id = a.id AND NOT a.adds
    )
    INSERT INTO ticket_tags (org_id, ticket_id, tag_id, added_by)
    SELECT :org, a.ticket_id, a.id, acting_profile() FROM asked a WHERE a.adds
    ON CONFLICT DO NOTHING
""")


def read(run: Run) -> Row:
    """The words; one that is put on is not taken off."""
    adds = words(run.config, "add")
    return {"add": adds, "remove": tuple(one for one in words(run.config, "remove") if one not in adds)}


def carry(connection: Connection, org: UUID, asked: Sequence[tuple[Run, Row]]) -> list[Result]:
    """Put them on and take them off."""
    connection.execute(_MAKE, {"org": org, "names": sorted({name for _, row in asked for name in row["add"]})})
    said = [
        {"ticket_id": run.ticket.hex, "name": name, "adds": key == "add"}
        for run, row in asked
        for key in ("add", "remove")
        for name in row[key]
    ]
    connection.execute(_TAG, {"org": org, "asked": json.dumps(said)})
    return [Result(run, RunState.DONE, _said(row)) for run, row in asked]


def _said(row: Row) -> str:
    named = [f"{sign}{name}" for sign, key in (("+", "add"), ("-", "remove")) for name in row[key]]
    return ", ".join(named) or "it names no words"


KIND = Kind(read, carry)
