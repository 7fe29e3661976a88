"""What the IMAP door asks and tells PostgreSQL: leases, logins, cursors, health; each its own commit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from gateway.imap.uids import Uids, read
from gateway.imap.values import Cursor, Lease
from models.base import uuid7
from models.database import door_statements
from models.mailbox_login import Place

LINE = "leases"  # of `door_statements`
LEASE = timedelta(seconds=90)  # a process that died is followed after so long

_LEASE = "SELECT org_id, mailbox_id FROM lease_mailbox(%b, %b)"
_RENEW = "SELECT mailbox_id, mark FROM renew_mailboxes(%b::uuid[], %b::text[], %b)"
_RELEASE = "SELECT release_mailbox(%b, %b)"
_LOGIN = (
    "SELECT address, imap_settings, kind, sealed, key_id, expires_at, fetching, created_at, protocol"
    " FROM mailbox_login(%b, %b)"
)
_CURSOR = "SELECT uidvalidity, highest_uid, ledger, set_aside, complete_since FROM read_cursor(%b, %b, %b)"
_ADVANCE = "SELECT advance_cursor(%b, %b, %b, %b, %b, '{}'::int8multirange)"
_SURVEY = "SELECT note_survey(%b, %b, %b, %b, %b::text::int8multirange, %b)"
_HEALTH = "SELECT note_mailbox_health(%b, %b, %b, %b)"
_UIDLS = "SELECT uidl, size, taken FROM match_uidls(%b, %b, %b::text[])"
_FETCHING = "SELECT note_fetching(%b, %b, %b, %b, %b, %b)"


@dataclass(frozen=True, slots=True)
class Figures:
    """How fetching from a mailbox goes.

    Attributes:
        lag: seconds from the server's date of the newest mail to our commit, None: none came.
        oldest: the server's date of the oldest mail that waits there, None: none waits.
        gaps: mails found missing since the last figures.
        set_aside: mails that could not be taken.
    """

    lag: float | None
    oldest: datetime | None
    gaps: int
    set_aside: int


async def lease() -> Lease | None:
    """Lease the longest neglected mailbox, None if all are leased."""
    holder = uuid7().hex
    rows = await _ask(_LEASE, holder, LEASE)
    return Lease(rows[0][0], rows[0][1], holder) if rows else None


async def renew(held: Sequence[Lease]) -> dict[UUID, str]:
    """Go on leasing; the marks of those that are still ours and still to be fetched.

    A mark that is another than before says that the mailbox has to be logged in to anew.
    """
    rows = await _ask(_RENEW, [one.mailbox for one in held], [one.holder for one in held], LEASE)
    return dict(rows)


async def release(lease: Lease) -> None:
    """Give a mailbox back."""
    await _ask(_RELEASE, lease.mailbox, lease.holder)


async def login_rows(lease: Lease) -> list[tuple[Any, ...]]:
    """How to log in, one row for each secret; none if the mailbox was paused."""
    return await _ask(_LOGIN, lease.mailbox, lease.holder)


async def cursor(lease: Lease, folder: str) -> Cursor:
    """How far a folder was read."""
    rows = await _ask(_CURSOR, lease.mailbox, lease.holder, folder)
    if not rows:
        return Cursor()
    uidvalidity, highest, ledger, set_aside, since = rows[0]
    return Cursor(uidvalidity, highest, read(ledger), read(set_aside), since)


async def advance(place: Place, highest: int) -> None:
    """Write down that there was nothing to take up to a UID."""
    await _ask(_ADVANCE, place.mailbox, place.holder, place.folder, place.uidvalidity, highest)


async def surveyed(place: Place, set_aside: Uids, since: datetime) -> None:
    """Write down that all of a folder dated since a time was taken, but for what is set aside."""
    told = (place.mailbox, place.holder, place.folder, place.uidvalidity, set_aside.literal(), since)
    await _ask(_SURVEY, *told)


async def uidls(lease: Lease, there: Sequence[str]) -> dict[str, tuple[int, bool]]:
    """What is known of mails in a maildrop: the size each had, and whether it was taken or is left alone.

    Args:
        lease: of its mailbox.
        there: unique-ids of all that lies there; others are forgotten.
    """
    rows = await _ask(_UIDLS, lease.mailbox, lease.holder, list(there))
    return {uidl: (size, taken) for uidl, size, taken in rows}


async def note_health(lease: Lease, error: str | None, *, permanent: bool = False) -> None:
    """Write down how the mailbox fares.

    Args:
        lease: of the mailbox.
        error: what went wrong, None: it is well.
        permanent: whether that stays so until somebody does something.
    """
    await _ask(_HEALTH, lease.mailbox, lease.holder, error, permanent)


async def note_figures(lease: Lease, found: Figures) -> None:
    """Write down how fetching goes."""
    await _ask(_FETCHING, lease.mailbox, lease.holder, found.lag, found.oldest, found.gaps, found.set_aside)


async def _ask(query: str, *values: object) -> list[tuple[Any, ...]]:
    async with door_statements(LINE, "fetcher") as connection:
        return await (await connection.execute(query, values)).fetchall()
