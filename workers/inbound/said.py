"""What customers' mails cite that had not come when they were filed: it is kept with their comments as `awaits`."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from workers.inbound.statements import statement


@dataclass(frozen=True, slots=True)
class Said:
    """A customer's comment that came as a mail, while no agent has said anything on its ticket since.

    Attributes:
        name: its Message-ID.
        author: whose it is.
        awaits: Message-IDs that it cites and that had not come; none where it answers words of ours, too.
    """

    name: str
    ticket: UUID
    comment: UUID
    author: UUID
    awaits: frozenset[str]


def look_up(connection: Connection, org: UUID, wanted: Collection[tuple[str, UUID]]) -> dict[tuple[str, UUID], Said]:
    """What is kept of those Message-IDs on those tickets; nothing is asked where none is wanted.

    Args:
        connection: in the context of `org`.
        org: the organization.
        wanted: Message-IDs, each with a ticket.
    """
    if not wanted:
        return {}
    pairs = json.dumps([{"message_id": name, "ticket_id": str(ticket)} for name, ticket in wanted])
    return {
        (row.message_id, row.ticket_id): Said(
            row.message_id, row.ticket_id, row.comment_id, row.author_id, frozenset(row.awaits)
        )
        for row in connection.execute(statement("said"), {"org": org, "wanted": pairs})
    }
