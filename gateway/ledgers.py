"""What the commit of fetched mails writes into the ledgers of their mailboxes, so that none is fetched again."""

from collections.abc import Sequence
from itertools import groupby

from models.database import Line
from models.mailbox_login import Mark, Place, Taken, TakenUidl

ADVANCE = """
    SELECT advance_cursor(mailbox, holder, folder, uidvalidity, highest, seen::int8multirange)
    FROM unnest(%b::uuid[], %b::text[], %b::text[], %b::bigint[], %b::bigint[], %b::text[])
         AS a (mailbox, holder, folder, uidvalidity, highest, seen)
"""
NOTE = """
    SELECT note_uidls(mailbox, holder, string_to_array(uidls, ' '), string_to_array(sizes, ' ')::bigint[])
    FROM unnest(%b::uuid[], %b::text[], %b::text[], %b::text[]) AS a (mailbox, holder, uidls, sizes)
"""


async def note(connection: Line, marks: Sequence[Mark]) -> None:
    """Write down mails that are stored in the same transaction.

    Mailboxes come in the order in which their leases are renewed, so that the two never wait for each other.

    Args:
        connection: in that transaction, with the fetcher's login.
        marks: of the mails.

    Raises:
        psycopg.errors.InsufficientPrivilege: a lease has run out.
    """
    for kind, some in groupby(sorted(marks, key=_order), key=type):
        if kind is Taken:
            await connection.execute(ADVANCE, _advances([one for one in some if isinstance(one, Taken)]))
        else:
            await connection.execute(NOTE, _notes([one for one in some if isinstance(one, TakenUidl)]))


def _order(mark: Mark) -> tuple[bytes, str]:
    return mark.place.mailbox.bytes, mark.place.folder


def _advances(taken: Sequence[Taken]) -> tuple[list[object], ...]:
    """The UIDs of each folder together: a row that was changed once cannot be changed again by the same statement."""
    folders: dict[Place, list[int]] = {}
    for one in taken:
        folders.setdefault(one.place, []).append(one.uid)
    return (
        [place.mailbox for place in folders],
        [place.holder for place in folders],
        [place.folder for place in folders],
        [place.uidvalidity for place in folders],
        [max(uids) for uids in folders.values()],
        ["{" + ",".join(f"[{uid},{uid + 1})" for uid in uids) + "}" for uids in folders.values()],
    )


def _notes(taken: Sequence[TakenUidl]) -> tuple[list[object], ...]:
    """The unique-ids of each maildrop together; they hold no space. Of mails without one the lease is looked at."""
    drops: dict[Place, list[TakenUidl]] = {}
    for one in taken:
        drops.setdefault(one.place, []).append(one)
    named = [[mail for mail in mails if mail.uidl] for mails in drops.values()]
    return (
        [place.mailbox for place in drops],
        [place.holder for place in drops],
        [" ".join(mail.uidl for mail in mails) for mails in named],
        [" ".join(str(mail.size) for mail in mails) for mails in named],
    )
