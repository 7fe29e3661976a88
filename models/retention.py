"""How long an organization keeps what, and letting go of it in portions."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Connection, text

PORTION = 100
_FIRST = UUID(int=0)
_END = text("SELECT last, number, letters FROM end_retention(:kind, :after, :most, :really)")


class Kept(StrEnum):
    """What a retention is for: a key of `policies -> 'retention'` in an organization's settings, with a number of days.

    MAILS are the original bytes of filed mails, QUARANTINE those of mails that were not filed; TICKETS is what was said
    on tickets that have been closed for so long. What has no number is kept for ever.
    """

    MAILS = "mails"
    QUARANTINE = "quarantine"
    TICKETS = "tickets"


@dataclass(frozen=True, slots=True)
class Portion:
    """What was let go at once.

    Attributes:
        last: where the next portion begins; None if there is none.
        number: how many rows.
        letters: that went with them; copies may lie in a capture folder.
    """

    last: UUID | None
    number: int
    letters: tuple[UUID, ...]


def end(
    connection: Connection, kind: Kept, after: UUID | None = None, *, most: int | None = PORTION, really: bool = True
) -> Portion:
    """Let go one portion of what is kept no longer.

    Args:
        connection: in the context of the organization.
        kind: of what.
        after: the `last` of the portion before.
        most: rows at once; None for all of them.
        really: else they are only counted.

    Raises:
        sqlalchemy.exc.DBAPIError: one of them is being worked on in this moment; the next time will do.
    """
    values = {"kind": kind, "after": after or _FIRST, "most": most, "really": really}
    row = connection.execute(_END, values).one()
    return Portion(row.last if row.number == most else None, row.number, tuple(row.letters))


def kinds() -> Iterator[Kept]:
    """All of them; tickets first, since their mails go with them."""
    yield from (Kept.TICKETS, Kept.MAILS, Kept.QUARANTINE)
