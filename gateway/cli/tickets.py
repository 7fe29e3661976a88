"""What the desk reads about tickets: rows for a listing, and one ticket with all that was said on it."""

from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping

from gateway.cli import find
from gateway.cli.statements import statement
from models.database import transaction

LIST = (
    "number", "org", "subject", "status", "stage", "priority", "requester", "assignee", "department", "created_at",
    "last_activity_at",
)  # fmt: skip
SEARCH = ("number", "org", "subject", "status", "requester", "last_activity_at", "rank", "excerpt")
SHOW = (
    "number", "org", "id", "subject", "status", "stage", "priority", "requester", "requester_name", "assignee",
    "assignee_name", "participants", "watchers", "department", "type", "event", "tags", "fields", "mailbox",
    "created_at", "last_activity_at", "first_response_at", "resolved_at", "closed_at", "goes_on_in", "joined", "linked",
    "withheld", "letters", "comments",
)  # fmt: skip
COMMENT = (
    "id", "author", "author_name", "sender_type", "type", "is_internal", "text", "full_text", "html", "attachments",
    "message_id", "mail", "created_at",
)  # fmt: skip
LETTER = ("id", "letter", "recipient", "state", "answer", "created_at", "sent_at", "comment")
WITHHELD = ("id", "letter", "recipient", "reason")
ATTACHMENT = ("name", "type", "size", "sha256", "is_inline")


def listed(
    slug: str | None, statuses: list[str] | None, assignee: str | None, words: str | None, most: int
) -> list[dict[str, Any]]:
    """Tickets with the keys of `LIST`, latest activity first.

    Args:
        slug: only of this organization.
        statuses: only in one of these.
        assignee: only of this address, or of nobody for 'none'.
        words: only those in which they stand.
        most: how many at most.
    """
    values = {"statuses": statuses or None, "assignee": assignee, "words": words, "most": most}
    rows = find.newest(find.everywhere(statement("tickets"), values, slug), "last_activity_at", most)
    return [{name: row[name] for name in LIST} for row in rows]


def searched(slug: str | None, words: str, most: int) -> list[dict[str, Any]]:
    """Tickets with the keys of `SEARCH`, those that fit best first.

    Args:
        slug: only of this organization.
        words: what is looked for, see `search_query`.
        most: how many at most.
    """
    rows = find.newest(find.everywhere(statement("search"), {"words": words, "most": most}, slug), "rank", most)
    return [{name: row[name] for name in SEARCH} for row in rows]


def shown(org: find.Org, ticket: UUID) -> dict[str, Any]:
    """One ticket with the keys of `SHOW`, its comments oldest first with those of `COMMENT`."""
    with transaction(org.id, role="admin", snapshot=True) as connection:
        row = connection.execute(statement("ticket"), {"ticket": ticket}).mappings().one()
        said = connection.execute(statement("comments"), {"ticket": ticket}).mappings().all()
    full = {"org": org.slug, **row, "comments": [_comment(one) for one in said]}
    return {name: full[name] for name in SHOW}


def _comment(row: RowMapping) -> dict[str, Any]:
    files = [{name: file[name] for name in ATTACHMENT} for file in row["attachments"]]
    return {name: files if name == "attachments" else row[name] for name in COMMENT}
