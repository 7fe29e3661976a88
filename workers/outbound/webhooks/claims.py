"""Who makes which calls: claimed by lease over all organizations, given back, put off, tried anew."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Connection, text

_CLAIM = text("SELECT org_id, id FROM claim_webhook_calls(CAST(:webhooks AS uuid[]), :most, :lease)")
_GIVE_BACK = text("""
    UPDATE webhook_calls c SET state = 'queued', attempts = c.attempts - 1, leased_until = NULL, next_try_at = now()
    FROM unnest(CAST(:ids AS uuid[]), CAST(:attempts AS integer[])) AS ours (id, attempt)
    WHERE c.org_id = :org AND c.id = ours.id AND c.attempts = ours.attempt AND c.state = 'sending'
""")
_PUT_OFF = text("""
    UPDATE webhook_calls SET next_try_at = now() + :pause
    WHERE org_id = :org AND webhook_id = :webhook AND state IN ('queued', 'deferred') AND next_try_at < now() + :pause
""")
_RETRY = text("""
    UPDATE webhook_calls SET state = 'queued', next_try_at = now()
    WHERE org_id = :org AND id = ANY (CAST(:ids AS uuid[])) AND state IN ('failed', 'deferred', 'withheld')
    RETURNING webhook_id
""")
_RESUME = text("""
    UPDATE webhook_calls SET state = 'queued', next_try_at = now()
    WHERE org_id = :org AND webhook_id = :webhook AND state = 'withheld'
""")


def claim(connection: Connection, webhooks: Sequence[UUID], most: int, lease: timedelta) -> dict[UUID, list[UUID]]:
    """Take the calls of these webhooks that are due; each is `sending` from here on and its attempt is counted.

    Args:
        connection: of a transaction without an organization.
        webhooks: what the doorbell named; one that somebody talks with already is passed over.
        most: calls of each.
        lease: how long nobody else may take them.

    Returns:
        Calls by organization.
    """
    claimed: dict[UUID, list[UUID]] = {}
    for org, call in connection.execute(_CLAIM, {"webhooks": list(webhooks), "most": most, "lease": lease}):
        claimed.setdefault(org, []).append(call)
    return claimed


def give_back(connection: Connection, org: UUID, attempts: Mapping[UUID, int]) -> None:
    """Calls that we claimed and did not begin wait again, as if they had not been claimed.

    Args:
        connection: of a transaction of this organization.
        org: the organization.
        attempts: the attempt that our claim counted, for each call.
    """
    connection.execute(_GIVE_BACK, {"org": org, "ids": list(attempts), "attempts": list(attempts.values())})


def put_off(connection: Connection, org: UUID, webhook: UUID, pause: timedelta) -> None:
    """Whoever does not answer is not asked by each of its calls: those that wait, wait at least so long."""
    connection.execute(_PUT_OFF, {"org": org, "webhook": webhook, "pause": pause})


def retry(connection: Connection, org: UUID, ids: Sequence[UUID]) -> list[UUID]:
    """A person wants these calls made after all: failed, deferred or withheld ones are due at once.

    The caller rings `outbound.call` with what this returns, after the commit.
    """
    return list(connection.scalars(_RETRY, {"org": org, "ids": list(ids)}))


def resume(connection: Connection, org: UUID, webhook: UUID) -> None:
    """What was withheld while a webhook was paused is due."""
    connection.execute(_RESUME, {"org": org, "webhook": webhook})
