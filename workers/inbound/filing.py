"""Write a plan, set-based: a handful of statements whatever the size of the batch."""

import json
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, text

from workers.errors import Temporary
from workers.inbound import verification
from workers.inbound.plan import Plan
from workers.inbound.ring import WHY, Parted
from workers.inbound.routing import turns
from workers.inbound.statements import statement


def write(connection: Connection, org: UUID, plan: Plan) -> None:
    """Write all rows of a plan; the counter behind ticket numbers is taken as late as the keys allow.

    Args:
        connection: in the context of `org`.
        org: the organization.
        plan: what to write.

    Raises:
        Temporary: another worker met the same new person, or took one of these mails over; do the batch again.
    """
    if plan.people:
        met = connection.scalar(statement("people"), {"org": org, "people": json.dumps(plan.people)})
        if met != len(plan.people) + sum(bool(one["address"]) for one in plan.people):
            raise Temporary("another worker met the same person in this moment")
    if plan.blobs:
        _store(connection, org, plan.blobs)
    if plan.tickets:
        connection.execute(text("SELECT create_tickets(CAST(:rows AS jsonb))"), {"rows": json.dumps(plan.tickets)})
    if plan.links:
        connection.execute(statement("links"), {"org": org, "links": json.dumps(plan.links)})
    _file(connection, org, plan)
    if plan.rings:
        _part(connection, org, plan.rings)
    if plan.left:
        connection.execute(statement("leave"), {"org": org, "left": json.dumps(plan.left)})
    if plan.questions:
        verification.ask(connection, plan.questions)
    _route(connection, org, plan)
    if plan.updates:
        updates = json.dumps(list(plan.updates.values()))
        connection.execute(text("SELECT update_tickets(CAST(:rows AS jsonb))"), {"rows": updates})


def _part(connection: Connection, org: UUID, rings: Sequence[Parted]) -> None:
    connection.execute(statement("disbelieve"), {"org": org, "rings": json.dumps([one.row for one in rings])})
    for one in rings:
        if one.into != one.home:
            said = {"home": one.home, "into": one.into, "comments": list(one.comments), "why": WHY}
            connection.execute(text("SELECT part_ticket(:home, :into, :comments, :why)"), said)


def _route(connection: Connection, org: UUID, plan: Plan) -> None:
    """Tags of new tickets, answers to fields, and after whom it goes on in each pool; for most batches none of it."""
    if plan.tags:
        tags = {"org": org, "tags": json.dumps(plan.tags)}
        connection.execute(statement("make_tags"), tags)
        connection.execute(statement("put_tags"), tags)
    if plan.fields:
        fields = json.dumps(list(plan.fields.values()))
        connection.execute(statement("fill_fields"), {"org": org, "fields": fields})
    if moved := turns.rows(plan.ahead.turns):
        connection.execute(statement("file_turns"), {"org": org, "turns": json.dumps(moved)})


def _store(connection: Connection, org: UUID, blobs: dict[bytes, bytes]) -> None:
    connection.execute(
        text(
            "INSERT INTO blobs (org_id, sha256, content)"
            " SELECT :org, * FROM unnest(CAST(:digests AS bytea[]), CAST(:contents AS bytea[])) ON CONFLICT DO NOTHING"
        ),
        {"org": org, "digests": sorted(blobs), "contents": [blobs[digest] for digest in sorted(blobs)]},
    )


def _file(connection: Connection, org: UUID, plan: Plan) -> None:
    rows = {
        "comments": plan.comments,
        "attachments": plan.attachments,
        "outgoing": plan.outgoing,
        "message_ids": plan.message_ids,
        "news": list(plan.news.values()),
        "done": plan.done,
    }
    said = {name: json.dumps(found) for name, found in rows.items()}
    finished = connection.scalar(statement("file"), {"org": org, **said})
    if finished != len(plan.done):
        raise Temporary("another worker has taken one of these mails over")
