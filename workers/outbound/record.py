"""Writes down what tries became (commit 4), so that a crash after it repeats nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, text

from models.outgoing import State
from workers.outbound.backoff import GIVE_UP, next_try
from workers.outbound.letter import Outcome
from workers.outbound.load import Claimed

# A letter that did go out is written down even when our lease ran out meanwhile; anything else needs our own claim. A
# report about it may have been quicker than we were: what that says stands.
_RECORD = text("""
    WITH said AS (
        SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:attempts AS integer[]), CAST(:states AS text[]),
                             CAST(:answers AS text[]), CAST(:pauses AS float8[]))
            AS s (id, attempt, state, answer, pause)
    ), done AS (
        UPDATE outgoing o SET leased_until = NULL,
            state = CASE WHEN o.state IN ('delivered', 'bounced') THEN o.state ELSE s.state END,
            answer = CASE WHEN o.state IN ('delivered', 'bounced') THEN o.answer ELSE s.answer END,
            sent_at = CASE WHEN s.state IN ('sent', 'captured') THEN now() ELSE o.sent_at END,
            next_try_at = now() + make_interval(secs => s.pause)
        FROM said s
        WHERE o.org_id = :org AND o.id = s.id AND (
            o.state = 'sending' AND o.attempts = s.attempt
            OR s.state = 'sent' AND o.state IN ('sending', 'queued', 'deferred')
            OR s.state IN ('sent', 'captured') AND o.state IN ('delivered', 'bounced') AND o.attempts = s.attempt
               AND o.sent_at IS NULL
        )
        RETURNING o.org_id, o.id, s.state, s.answer
    )
    INSERT INTO deliveries (org_id, outgoing_id, outcome, answer) SELECT org_id, id, state, answer FROM done
""")


@dataclass(frozen=True, slots=True)
class Result:
    """What one try means for its row: the new state, the words to show, seconds until it may be tried again.

    `gone` is as of `Outcome`.
    """

    id: UUID
    attempt: int
    state: State
    answer: str
    pause: float = 0.0
    gone: bool = False


def result(claimed: Claimed, outcome: Outcome) -> Result:
    """Pure: a deferred letter is due again after a pause, or failed when it is too old."""
    letter, attempt = claimed.draft.id, claimed.attempt
    if outcome.state is not State.DEFERRED:
        return Result(letter, attempt, outcome.state, outcome.answer, gone=outcome.gone)
    pause = next_try(attempt, claimed.age, letter)
    if pause is None:
        return Result(letter, attempt, State.FAILED, f"given up after {GIVE_UP.days} days: {outcome.answer}")
    return Result(letter, attempt, State.DEFERRED, outcome.answer, pause.total_seconds())


def record(connection: Connection, org: UUID, results: Sequence[Result]) -> None:
    """Write down results and one delivery row for each, in one statement.

    Args:
        connection: of a transaction of this organization.
        org: the organization.
        results: at most one for each letter.
    """
    said = {
        "org": org,
        "ids": [one.id for one in results],
        "attempts": [one.attempt for one in results],
        "states": [str(one.state) for one in results],
        "answers": [one.answer for one in results],
        "pauses": [one.pause for one in results],
    }
    connection.execute(_RECORD, said)
