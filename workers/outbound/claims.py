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
# Tries that were interrupted are written down now, or the letter would be given up for them once more. Whose letter was
# withheld is answered anew: what was counted so far counts no more.
_RETRY = text("""
    WITH again AS (
        UPDATE outgoing SET state = 'queued', leased_until = NULL, next_try_at = now(),
                            correspondent_id = CASE WHEN state <> 'withheld' THEN correspondent_id END
        WHERE org_id = :org AND id = ANY (CAST(:ids AS uuid[]))
          AND state IN ('failed', 'unknown', 'deferred', 'withheld')
        RETURNING org_id, id, attempts
    ), let_go AS MATERIALIZED (
        SELECT DISTINCT mailbox_id, correspondent_id FROM outgoing
        WHERE org_id = :org AND id = ANY (CAST(:ids AS uuid[])) AND state = 'withheld' AND correspondent_id IS NOT NULL
    ), uncounted AS (
        UPDATE outgoing o SET correspondent_id = NULL FROM let_go l
        WHERE o.org_id = :org AND o.correspondent_id = l.correspondent_id AND o.mailbox_id = l.mailbox_id
          AND o.id <> ALL (CAST(:ids AS uuid[]))
    ), settled AS (
        INSERT INTO deliveries (org_id, outgoing_id, outcome, answer)
        SELECT a.org_id, a.id, 'unknown', 'the worker was interrupted while it sent this'
        FROM again a CROSS JOIN LATERAL generate_series(1, a.attempts - (
            SELECT count(*) FROM deliveries d WHERE d.org_id = a.org_id AND d.outgoing_id = a.id
                                                AND d.outcome NOT IN ('delivered', 'bounced')))
    )
    SELECT id FROM again
""")
_TAKE_BACK = text("""
    UPDATE outgoing SET state = 'withheld', answer = 'a person took it back before it was sent', leased_until = NULL
    WHERE org_id = :org AND id = ANY (CAST(:ids AS uuid[])) AND state IN ('queued', 'deferred')
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
    """A person wants these sent after all: failed, unknown, deferred or withheld letters are due at once.

    The caller rings `outbound.send` with what this returns, after the commit.
    """
    return list(connection.scalars(_RETRY, {"org": org, "ids": list(ids)}))


def take_back(connection: Connection, org: UUID, ids: Sequence[UUID]) -> list[UUID]:
    """A person does not want these sent after all: those that wait are withheld; `retry` lets them go again."""
    return list(connection.scalars(_TAKE_BACK, {"org": org, "ids": list(ids)}))
