"""Who works on which letters: claimed by lease over all organizations, given back, kept longer, tried anew."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Connection, text

_CLAIM = text("SELECT org_id, id FROM claim_outgoing(CAST(:ids AS uuid[]), :lease)")
_GIVE_BACK = text("""
    UPDATE outgoing o SET state = 'queued', attempts = o.attempts - 1, leased_until = NULL, next_try_at = now()
    FROM unnest(CAST(:ids AS uuid[]), CAST(:attempts AS integer[])) AS ours (id, attempt)
    WHERE o.org_id = :org AND o.id = ours.id AND o.attempts = ours.attempt AND o.state = 'sending'
    RETURNING o.id
""")
_HOLD = text("""
    UPDATE outgoing SET leased_until = now() + :lease, next_try_at = now() + :lease
    WHERE org_id = :org AND id = :id AND state = 'sending' AND attempts = :attempt AND leased_until > now()
    RETURNING id
""")
_RETRY = text("""
    UPDATE outgoing SET state = 'queued', leased_until = NULL, next_try_at = now()
    WHERE org_id = :org AND id = ANY (CAST(:ids AS uuid[])) AND state IN ('failed', 'unknown', 'deferred')
    RETURNING id
""")


def claim(connection: Connection, ids: Sequence[UUID], lease: timedelta) -> dict[UUID, list[UUID]]:
    """Take those letters that are due; each is `sending` from here on and its attempt is counted.

    Args:
        connection: of a transaction without an organization.
        ids: what the doorbell named; letters of others or of nobody are passed over in silence.
        lease: how long nobody else may take them.

    Returns:
        Letters by organization, the oldest first.
    """
    claimed: dict[UUID, list[UUID]] = {}
    taken = connection.execute(_CLAIM, {"ids": list(ids), "lease": lease}).all()
    for org, letter in sorted(taken, key=lambda row: row.id):
        claimed.setdefault(org, []).append(letter)
    return claimed


def give_back(connection: Connection, org: UUID, attempts: Mapping[UUID, int]) -> list[UUID]:
    """Letters that we claimed and did not begin wait again, as if they had not been claimed.

    Args:
        connection: of a transaction of this organization.
        org: the organization.
        attempts: the attempt that our claim counted, for each letter.

    Returns:
        Those that were still ours, the oldest first.
    """
    said = {"org": org, "ids": list(attempts), "attempts": list(attempts.values())}
    return sorted(connection.scalars(_GIVE_BACK, said))


def hold(connection: Connection, org: UUID, letter: UUID, attempt: int, lease: timedelta) -> bool:
    """Prolong the lease on one letter that will take long; False when it is no longer ours."""
    said = {"org": org, "id": letter, "attempt": attempt, "lease": lease}
    return connection.scalar(_HOLD, said) is not None


def retry(connection: Connection, org: UUID, ids: Sequence[UUID]) -> list[UUID]:
    """A person wants these sent after all: failed, unknown or deferred letters are due at once.

    The caller rings `outbound.send` with what this returns, after the commit.
    """
    return list(connection.scalars(_RETRY, {"org": org, "ids": list(ids)}))
