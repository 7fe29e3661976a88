"""The keys of organizations as the desk lists and changes them."""

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, text

from gateway.cli import find
from gateway.cli.problems import Usage
from models.dkim import Algorithm, put_key
from workers.errors import Permanent
from workers.outbound.envelope import deliverable

KEYS = ("domain", "selector", "algorithm", "state", "created_at", "org")
Row = dict[str, Any]
_LIST = text(
    "SELECT k.id, k.domain, k.selector, k.algorithm, k.public_key, k.created_at, CASE WHEN k.is_active THEN 'signs'"
    " WHEN EXISTS (SELECT FROM signing_keys n WHERE n.org_id = k.org_id AND n.domain = k.domain"
    " AND n.algorithm = k.algorithm AND n.is_active AND n.id > k.id) THEN 'retired' ELSE 'waits' END AS state"
    " FROM signing_keys k WHERE k.domain = coalesce(:domain, k.domain) ORDER BY k.domain, k.id"
)
# One statement after the other: of one algorithm, no two may sign at any moment.
_REST = text(
    "UPDATE signing_keys k SET is_active = false FROM signing_keys n WHERE n.org_id = k.org_id AND n.id = :key"
    " AND k.domain = n.domain AND k.algorithm = n.algorithm AND k.is_active AND k.id <> n.id"
)
_SIGN = text("UPDATE signing_keys SET is_active = true WHERE id = :key")


def rows(org: str | None, domain: str | None = None) -> list[Row]:
    """Keys, oldest first for each domain: what signs, what waits for its record, what signed before.

    Args:
        org: slug of the only organization to look at.
        domain: only of this one.
    """
    return find.everywhere(_LIST, {"domain": domain and spelled(domain)}, org)


def spelled(domain: str) -> str:
    """A domain as it stands in the From of letters: lower case, ASCII.

    Raises:
        Usage: it is none.
    """
    try:
        return deliverable(f"x@{domain.strip().rstrip('.').lower()}").partition("@")[2]
    except Permanent:
        raise Usage(f"{domain!r} is no domain") from None


def add(connection: Connection, org: find.Org, domain: str, algorithms: Iterable[Algorithm], *, now: bool) -> None:
    """Make keys for a domain.

    Args:
        connection: in the context of `org`.
        org: whose letters they sign.
        domain: from `spelled`.
        algorithms: one key for each.
        now: they sign at once, whether their records are published or not.
    """
    for algorithm in algorithms:
        key = put_key(connection, org.id, domain, _selector(algorithm), algorithm)
        if now:
            sign(connection, key)


def sign(connection: Connection, key: object) -> None:
    """From now on this key signs, and the one before it does not."""
    connection.execute(_REST, {"key": key})
    connection.execute(_SIGN, {"key": key})


def _selector(algorithm: Algorithm) -> str:
    """Told apart by day and chance, since resolvers remember what a selector meant before."""
    return f"{algorithm.key_type[0]}{datetime.now(UTC):%Y%m%d}{secrets.token_hex(2)}"
