"""What the desk reads about stored mails, whatever their stage."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from gateway.cli import find
from gateway.cli.statements import statement
from models.database import transaction

LIST = (
    "id", "org", "mailbox", "received_at", "stage", "reason", "ticket", "digest", "size", "mail_from", "recipients",
    "attempts", "repeats",
)  # fmt: skip
SHOW = (
    *LIST, "last_repeat_at", "peer", "helo", "protocol", "leased_until", "processed_at", "comment", "trace",
)  # fmt: skip
EXPLAIN = ("id", "mailbox", "received_at", "stage", "reason", "ticket", "trace")
TRACE = ("step", "verdict", "reason")
_TRACE = text("SELECT trace FROM raw_mail WHERE id = :mail")
_CONTENT = text("SELECT content FROM raw_mail WHERE id = :mail")


def listed(slug: str | None, stages: list[str] | None, most: int) -> list[dict[str, Any]]:
    """Mails with the keys of `LIST`, latest first.

    Args:
        slug: only of this organization.
        stages: only in one of these.
        most: how many at most.
    """
    values = {"stages": stages or None, "mail": None, "most": most}
    rows = find.newest(find.everywhere(statement("mails"), values, slug), "received_at", most)
    return [{name: row[name] for name in LIST} for row in rows]


def shown(org: find.Org, mail: UUID) -> dict[str, Any]:
    """One mail with the keys of `SHOW`; its trace is a list with those of `TRACE`."""
    with transaction(org.id, role="admin") as connection:
        row = connection.execute(statement("mails"), {"stages": None, "mail": mail, "most": 1}).mappings().one()
        trace = connection.execute(_TRACE, {"mail": mail}).scalar_one()
    full = {"org": org.slug, **row, "trace": [{name: step[name] for name in TRACE} for step in trace]}
    return {name: full[name] for name in SHOW}


def content(org: find.Org, mail: UUID) -> bytes:
    """The bytes of a mail exactly as received."""
    with transaction(org.id, role="admin") as connection:
        return bytes(connection.execute(_CONTENT, {"mail": mail}).scalar_one())
