"""Teaching an organization's filter what is spam: counts go up, halve when they grow large, and fade when unused."""

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Connection, text

MOST_MAILS = 20_000  # taught in all; above, every count is halved, so that what is new weighs more
MOST_TOKENS = 200_000  # of one organization; above, the rarest go
KEPT = "spam score"  # what the reason of a mail that was kept as spam begins with
LEARN = "learn"  # step of the trace that says as what a mail was taught

_MODEL = text(
    "INSERT INTO spam_models AS m (org_id, spam, ham, trained_at) VALUES (:org, :spam, :ham, now())"
    " ON CONFLICT (org_id) DO UPDATE SET spam = m.spam + excluded.spam, ham = m.ham + excluded.ham, trained_at = now()"
    " RETURNING spam + ham"
)
_TOKENS = text(
    "INSERT INTO spam_tokens AS t (org_id, token, spam, ham)"
    " SELECT :org, said.*"
    " FROM unnest(CAST(:tokens AS text[]), CAST(:spam AS integer[]), CAST(:ham AS integer[])) AS said"
    " ON CONFLICT (org_id, token)"
    " DO UPDATE SET spam = t.spam + excluded.spam, ham = t.ham + excluded.ham, seen_at = now()"
)
_LESS_MODEL = text(
    "UPDATE spam_models SET spam = greatest(spam - :spam, 0), ham = greatest(ham - :ham, 0) WHERE org_id = :org"
)
_LESS_TOKENS = text(
    "UPDATE spam_tokens SET spam = greatest(spam - :spam, 0), ham = greatest(ham - :ham, 0)"
    " WHERE org_id = :org AND token = ANY (CAST(:tokens AS text[]))"
)
_HALF_MODEL = text("UPDATE spam_models SET spam = spam / 2, ham = ham / 2 WHERE org_id = :org")
_HALF_TOKENS = text("UPDATE spam_tokens SET spam = spam / 2, ham = ham / 2 WHERE org_id = :org")
_EMPTY = text("DELETE FROM spam_tokens WHERE org_id = :org AND spam = 0 AND ham = 0")
_RAREST = text(
    "DELETE FROM spam_tokens WHERE org_id = :org AND token IN ("
    " SELECT token FROM spam_tokens WHERE org_id = :org ORDER BY spam + ham, seen_at"
    " LIMIT greatest((SELECT count(*) FROM spam_tokens WHERE org_id = :org) - :most, 0))"
)
_UNSEEN = text(  # by the index over the time they were seen
    "DELETE FROM spam_tokens WHERE org_id = :org AND seen_at < now() - interval '90 days'"
    " AND (spam + ham <= 2 OR seen_at < now() - interval '1 year')"
)


class Sort(StrEnum):
    """As what a mail is taught."""

    SPAM = "spam"
    HAM = "ham"


def teach(connection: Connection, org: UUID, mails: Sequence[tuple[str, ...]], sort: Sort) -> None:
    """Count the tokens of mails; whoever teaches the same organization at the same time waits.

    Args:
        connection: in the context of `org`, with role system.
        org: the organization.
        mails: the distinct tokens of each.
        sort: of all of them.
    """
    if not mails:
        return
    taught = connection.execute(_MODEL, {"org": org, **_shares(sort, len(mails))}).scalar_one()
    counted = sorted(Counter(token for tokens in mails for token in tokens).items())
    numbers, nought = [number for _, number in counted], [0] * len(counted)
    is_spam = sort is Sort.SPAM
    shares = {"spam": numbers if is_spam else nought, "ham": nought if is_spam else numbers}
    connection.execute(_TOKENS, {"org": org, "tokens": [token for token, _ in counted], **shares})
    if taught > MOST_MAILS:
        for statement in (_HALF_MODEL, _HALF_TOKENS, _EMPTY):
            connection.execute(statement, {"org": org})
    connection.execute(_RAREST, {"org": org, "most": MOST_TOKENS})


def take_back(connection: Connection, org: UUID, tokens: tuple[str, ...], sort: Sort) -> None:
    """Uncount one mail that was taught as something it is not; arguments as `teach`."""
    connection.execute(_LESS_MODEL, {"org": org, **_shares(sort, 1)})
    connection.execute(_LESS_TOKENS, {"org": org, "tokens": list(tokens), **_shares(sort, 1)})
    connection.execute(_EMPTY, {"org": org})


def forget(connection: Connection, org: UUID) -> int:
    """Let go of tokens that were not taught for long, rare ones sooner; how many there were."""
    return connection.execute(_UNSEEN, {"org": org}).rowcount


def _shares(sort: Sort, number: int) -> dict[str, int]:
    return {"spam": number * (sort is Sort.SPAM), "ham": number * (sort is Sort.HAM)}
