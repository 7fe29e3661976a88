"""Webhooks of organizations as the desk lists and changes them."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from gateway.cli import find
from gateway.cli.problems import Problem, Usage
from models.base import uuid7
from models.database import transaction
from models.webhook import Event, new_secret
from workers.outbound.webhooks.claims import resume
from workers.outbound.webhooks.place import place

KEYS = ("id", "org", "name", "url", "events", "state", "waiting", "failed", "created_at")
Row = dict[str, Any]
_LIST = text(
    "SELECT w.id, w.name, w.url, w.events, CASE WHEN NOT w.is_active THEN 'paused'"
    " WHEN w.key_id IS NULL THEN 'has no secret' ELSE 'is called' END AS state, w.created_at,"
    " count(c.id) FILTER (WHERE c.state IN ('queued', 'sending', 'deferred', 'withheld')) AS waiting,"
    " count(c.id) FILTER (WHERE c.state = 'failed') AS failed"
    " FROM webhooks w LEFT JOIN webhook_calls c ON c.org_id = w.org_id AND c.webhook_id = w.id"
    " GROUP BY w.org_id, w.id ORDER BY lower(w.name)"
)
_ADD = text(
    "INSERT INTO webhooks (org_id, id, name, url, events) VALUES (:org, :id, :name, :url, CAST(:events AS text[]))"
    " ON CONFLICT DO NOTHING RETURNING id"
)
_SWITCH = text("UPDATE webhooks SET is_active = :on WHERE id = :id")
_REMOVE = text("DELETE FROM webhooks WHERE id = :id")


def rows(slug: str | None) -> list[Row]:
    """Webhooks by name, with how many of their calls wait or have failed.

    Args:
        slug: of the only organization to look at.
    """
    return [{name: row[name] for name in KEYS} for row in find.everywhere(_LIST, {}, slug)]


def named(name: str, slug: str | None) -> tuple[find.Org, Row]:
    """The webhook of that name, in any case, and whose it is.

    Raises:
        Problem: there is none.
    """
    owner = find.one_organization(slug)
    found = next((row for row in rows(owner.slug) if row["name"].lower() == name.lower()), None)
    if found is None:
        raise Problem(f"{owner.slug} has no webhook {name!r}; see `postern webhooks list`")
    return owner, found


def add(connection: Connection, org: UUID, name: str, url: str, events: list[str]) -> str:
    """Make a webhook; its secret.

    Args:
        connection: in the context of `org`, as admin.
        org: whose it is.
        name: by which it is known.
        url: where it is.
        events: that it is told of by itself.

    Raises:
        Usage: the URL is none that is called, or an event is none.
        Problem: there is one of that name.
    """
    try:
        place(url)
    except ValueError as refused:
        raise Usage(str(refused)) from None
    if unknown := [one for one in events if one not in set(Event)]:
        raise Usage(f"{unknown[0]!r} is none of {', '.join(Event)}")
    webhook = uuid7()
    made = {"org": org, "id": webhook, "name": name, "url": url, "events": list(dict.fromkeys(events))}
    if connection.scalar(_ADD, made) is None:
        raise Problem(f"there is a webhook {name!r} already; see `postern webhooks list`")
    return new_secret(connection, org, webhook)


def switch(org: UUID, webhook: UUID, *, on: bool) -> None:
    """Pause a webhook, or go on with what was withheld meanwhile."""
    with transaction(org, role="admin") as connection:
        connection.execute(_SWITCH, {"id": webhook, "on": on})
        if on:
            resume(connection, org, webhook)


def remove(org: UUID, webhook: UUID) -> None:
    """Forget a webhook and its calls."""
    with transaction(org, role="admin") as connection:
        connection.execute(_REMOVE, {"id": webhook})
