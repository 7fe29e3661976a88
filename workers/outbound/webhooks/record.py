"""Writes down what a try came to, so that a crash after it repeats nothing."""

from uuid import UUID

from sqlalchemy import Connection, text

from workers.outbound.webhooks.talk import Result

# What was said and taken is written down even when our lease ran out meanwhile; anything else needs our own claim.
_RECORD = text("""
    WITH done AS (
        UPDATE webhook_calls c SET state = :state, answer = :answer, leased_until = NULL,
            sent_at = CASE WHEN :state = 'sent' THEN now() ELSE c.sent_at END,
            next_try_at = now() + make_interval(secs => :pause)
        WHERE c.org_id = :org AND c.id = :id
          AND (c.state = 'sending' AND c.attempts = :attempt
               OR :state = 'sent' AND c.state IN ('queued', 'sending', 'deferred'))
        RETURNING c.org_id, c.id
    )
    INSERT INTO deliveries (org_id, call_id, outcome, answer)
    SELECT org_id, id, CAST(:outcome AS text), :answer FROM done WHERE :outcome <> 'withheld'
""")


def record(connection: Connection, org: UUID, result: Result) -> None:
    """Write down a result and its delivery row, in one statement.

    Args:
        connection: of a transaction of this organization.
        org: the organization.
        result: of a call that was claimed.
    """
    said = {name: getattr(result, name) for name in ("id", "attempt", "answer", "pause")}
    connection.execute(_RECORD, {"org": org, "state": str(result.state), "outcome": str(result.outcome), **said})
