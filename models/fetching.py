"""What becomes of a mail that was fetched, and how far back mail is fetched: `mailboxes.settings`, key `fetch`."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

HEADSTART = timedelta(minutes=10)  # a server's clock is not ours, and whoever makes a mailbox has just sent it a test


class After(StrEnum):
    """What is done with a mail on the server once it is committed here; `leave` is the default and changes nothing."""

    LEAVE = "leave"
    SEEN = "seen"
    MOVE = "move"
    DELETE = "delete"


AFTER_POP3 = (After.LEAVE, After.DELETE)


class Unclear(ValueError):  # noqa: N818  it reads as the sentence it carries
    """A mailbox's settings cannot be followed; the sentence says which and what is possible."""


@dataclass(frozen=True, slots=True)
class Fetching:
    """The wishes of a mailbox.

    Attributes:
        after: what is done with a mail that was taken.
        folder: where it is moved to.
        since: older mails that were there before are left alone.
    """

    after: After
    folder: str
    since: datetime


def read(said: dict[str, Any], made: datetime, protocol: str = "imap") -> Fetching:
    """The wishes as they stand in the settings: `after`, `folder`, `since` (ISO 8601; UTC unless it says otherwise).

    By POP3 there is one place and no time: a mail may be left or deleted, and what was there before is known by its id.

    Args:
        said: the value of `fetch`.
        made: when the mailbox was made: mail from then on is fetched unless `since` says an earlier time.
        protocol: `imap` or `pop3`.

    Raises:
        Unclear: something else stands there; guessing could delete mail.
    """
    after, folder, since = said.get("after", After.LEAVE), said.get("folder", ""), said.get("since")
    if after not in tuple(After):
        raise Unclear(f"fetch.after is {after!r}; it may be {', '.join(After)}")
    if protocol == "pop3" and after not in AFTER_POP3:
        raise Unclear(f"fetch.after is {after!r}; by POP3 it may be {' or '.join(AFTER_POP3)}")
    if not isinstance(folder, str) or (after == After.MOVE and not folder):
        raise Unclear("fetch.after is 'move', so fetch.folder must name a folder")
    return Fetching(After(after), folder, made - HEADSTART if since is None else _time(since))


def _time(said: object) -> datetime:
    try:
        found = datetime.fromisoformat(str(said))
    except ValueError:
        raise Unclear(f"fetch.since is {said!r}; write a date such as 2026-01-31") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


_SINCE = text(
    "UPDATE mailboxes SET settings = settings || jsonb_build_object("
    "'fetch', coalesce(settings -> 'fetch', '{}') || jsonb_build_object('since', CAST(:since AS text)))"
    " WHERE org_id = :org AND id = :mailbox AND kind = 'imap'"
)


def fetch_since(connection: Connection, org: UUID, mailbox: UUID, since: datetime) -> bool:
    """Have older mail fetched, too, while the door runs; what is there already is known by its UID or its digest.

    Args:
        connection: in the context of `org`, as admin or system; the caller ends it.
        org: whose mailbox it is.
        mailbox: which.
        since: mail that the server received then or later, with its zone.

    Returns:
        Whether there is such a mailbox that is fetched.
    """
    said = {"org": org, "mailbox": mailbox, "since": since.isoformat()}
    return connection.execute(_SINCE, said).rowcount == 1
