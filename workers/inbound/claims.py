"""Taking mails from the ledger and putting them back: leases, attempts, failures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from models.database import enter
from workers.inbound.statements import statement

LEASE = "60 seconds"
LOCKED = "20s"  # so long we wait for a lock: less than the worker lives, and for no fault of the mail
ATTEMPTS = 3
LARGE_BYTES = 8_388_608  # of one mail; a megabyte costs about 0.1 s to file, and others would wait for it
MOST_BYTES = 16_777_216  # of content read and filed at once, in about two seconds


@dataclass(frozen=True, slots=True)
class Claim:
    """A mail that is ours to file until the lease ends."""

    org: UUID
    id: UUID
    attempts: int
    size: int


def claim(connection: Connection, ids: Sequence[UUID], *, fresh: bool) -> list[Claim]:
    """Take the lease on mails and count the attempt.

    Args:
        connection: without a tenant context.
        ids: mails that wait, perhaps.
        fresh: only those never tried before; else one of the others, since its attempt is its own.

    Returns:
        The oldest first: the database gives them in whatever order its plan has today.
    """
    said = {"ids": list(ids), "lease": LEASE, "fresh": fresh}
    query = text("SELECT * FROM claim_raw_mail(:ids, CAST(:lease AS interval), :fresh)")
    return sorted((Claim(*row) for row in connection.execute(query, said)), key=lambda one: one.id)


def portions(claims: Sequence[Claim]) -> list[list[Claim]]:
    """Split claims so that no portion holds more than `MOST_BYTES` of content, unless a single mail does."""
    found: list[list[Claim]] = [[]]
    held = 0
    for one in claims:
        held += one.size
        if found[-1] and held > MOST_BYTES:
            found.append([])
            held = one.size
        found[-1].append(one)
    return [portion for portion in found if portion]


def read(connection: Connection, claims: Sequence[Claim]) -> list[Any]:
    """The stored rows of claimed mails, in the context of one organization after the other.

    Args:
        connection: its context is changed.
        claims: of any organizations.
    """
    rows: list[Any] = []
    for org in dict.fromkeys(one.org for one in claims):
        enter(connection, org)
        said = {"org": org, "ids": [one.id for one in claims if one.org == org]}
        rows.extend(connection.execute(statement("read"), said))
    return rows


def wait_briefly(connection: Connection) -> None:
    """In this transaction a lock that is not to be had within `LOCKED` is an error."""
    connection.execute(text("SELECT set_config('lock_timeout', :locked, true)"), {"locked": LOCKED})


def put_back(connection: Connection, org: UUID, attempts: Mapping[UUID, int]) -> None:
    """Undo a claim: the attempt is not counted, and the next one follows in a moment.

    Args:
        connection: in the context of `org`.
        org: the organization.
        attempts: the attempt that our claim counted, for each mail.
    """
    said = {"org": org, "ids": list(attempts), "attempts": list(attempts.values())}
    connection.execute(statement("put_back"), said)


def let_go(connection: Connection, claims: Sequence[Claim], *, tried: bool) -> None:
    """End the lease on mails that are not filed yet, so that they can be claimed again at once.

    Args:
        connection: its context is changed.
        claims: from a first attempt, of any organizations.
        tried: whether that attempt counts.
    """
    for org in dict.fromkeys(one.org for one in claims):
        enter(connection, org)
        said = {"org": org, "ids": [one.id for one in claims if one.org == org], "attempts": int(tried)}
        connection.execute(statement("let_go"), said)


def fail(connection: Connection, org: UUID, mail: UUID, reason: str) -> None:
    """Record a failed attempt: tried again a little later, after the last one in quarantine.

    Args:
        connection: in the context of `org`.
        org: the organization.
        mail: the stored mail.
        reason: for the person who looks.
    """
    connection.execute(statement("fail"), {"org": org, "id": mail, "reason": reason, "attempts": ATTEMPTS})
