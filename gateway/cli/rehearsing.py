"""A changed rule tried on the mails of the last days: for how many it holds, and which tickets it would have changed.

Read-only and portion by portion, so it may run beside live mail and over any number of mails.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from gateway.cli import find, ruling, tried
from gateway.cli.problems import Problem
from gateway.cli.progress import progress
from gateway.cli.statements import statement
from models.database import transaction
from workers.inbound.facts import Received, observe
from workers.inbound.reading import Sandbox
from workers.inbound.routing import kept, rules

PORTION, PORTION_BYTES = 200, 8_000_000  # mails looked at in one transaction, and what they may hold
EXAMPLES = 10
_COUNT = text(
    "SELECT count(*) FROM raw_mail WHERE received_at >= :since AND stage = 'filed'"
    """ AND trace @> '[{"step": "thread", "verdict": "new ticket"}]'"""
)


@dataclass(frozen=True, slots=True)
class Change:
    """The rule that is tried, and the one that what there is is taken without."""

    rule: rules.Rule
    without: UUID | None

    def tables(self, table: rules.Table) -> tuple[rules.Table, rules.Table]:
        """The rules before and after."""
        kept = tuple(one for one in table.rules if one.id != self.without)
        return replace(table, rules=kept), table.with_rule(self.rule)


@dataclass(frozen=True, slots=True)
class Counted:
    """How far a rehearsal has come."""

    mails: int = 0
    unread: int = 0
    holds: int = 0
    changes: int = 0
    examples: tuple[dict[str, Any], ...] = ()


def rehearsed(owner: find.Org, name: str, asked: ruling.Asked, days: int) -> dict[str, Any]:
    """What a rule would have changed; see `rules.REHEARSAL` for the keys.

    Args:
        owner: the organization.
        name: of the rule.
        asked: the rule as it is to be; with nothing said, the one there is is tried against its absence.
        days: mails of how many days are looked at.

    Raises:
        Problem: there is no such rule, or it cannot be one.
    """
    since = datetime.now(UTC) - timedelta(days=days)
    change, total = _change(owner, name, asked), _total(owner, since)
    begun, counted = time.monotonic(), Counted()
    with closing(Sandbox()) as sandbox, progress() as shown, shown.step("rehearsing", total, unit="mails") as tell:
        for portion, read in _read(owner, since, sandbox):
            counted = _more(tried.look(owner, read), change, counted, portion)
            tell(counted.mails)
    seconds = time.monotonic() - begun
    took = {"seconds": round(seconds, 3), "rate": round(counted.mails / seconds)}
    told = {"mails": counted.mails, "unread": counted.unread, "holds": counted.holds, "changes": counted.changes}
    return {"rule": change.rule.name, "org": owner.slug, "days": days, **told, **took, "examples": counted.examples}


def _change(owner: find.Org, name: str, asked: ruling.Asked) -> Change:
    with transaction(owner.id, role="admin") as connection:
        there = observe(connection, owner.id, []).routing.rules
        row = ruling.built(connection, owner, name, asked)
    old = next((one for one in there if one.name.lower() == row["name"].lower()), None)
    if asked.is_new:
        return Change(kept.rule(row | {"id": old.id if old else row["id"]}), None)
    if old is None:
        raise Problem(f"{owner.slug} has no rule {name!r} in force; say what it is to be, as for `postern rules add`")
    return Change(old, old.id)


def _total(owner: find.Org, since: datetime) -> int:
    with transaction(owner.id, role="admin") as connection:
        return connection.scalar(_COUNT, {"since": since}) or 0


def stored(owner: find.Org, since: datetime) -> Iterator[list[Received]]:
    """The mails that opened tickets, oldest first, a portion in a transaction each, so that memory is bounded.

    Args:
        owner: whose.
        since: when the first of them came.
    """
    after = UUID(int=int(since.timestamp() * 1000) << 80)
    while True:
        asked = {"since": since, "after": after, "most": PORTION, "bytes": PORTION_BYTES}
        with transaction(owner.id, role="admin") as connection:
            found = [tried.received(row) for row in connection.execute(statement("rehearsal"), asked)]
        if not found:
            return
        after = found[-1].id
        yield found


def _read(owner: find.Org, since: datetime, sandbox: Sandbox) -> Iterator[tuple[int, list[Received]]]:
    """Each portion's size and what could be read of it; the next is read while one is looked at."""
    portions = stored(owner, since)

    def one() -> tuple[int, list[Received]] | None:
        portion = next(portions, None)
        return None if portion is None else (len(portion), tried.read(portion, sandbox))

    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(one)
        while found := coming.result():
            coming = reader.submit(one)
            yield found


def _more(seen: tried.Seen, change: Change, counted: Counted, looked_at: int) -> Counted:
    now, then = (replace(seen.facts, routing=table) for table in change.tables(seen.facts.routing))
    holds, differ = 0, []
    for mail in seen.mails:
        asking = seen.said(mail)
        before, after = seen.way(asking, mail, now), seen.way(asking, mail, then)
        holds += change.rule.holds(asking)
        if replace(before, trace=()) != replace(after, trace=()):
            differ.append(_example(mail, seen.told(before), seen.told(after)))
    return Counted(
        counted.mails + looked_at,
        counted.unread + looked_at - len(seen.mails),
        counted.holds + holds,
        counted.changes + len(differ),
        (*counted.examples, *differ)[:EXAMPLES],
    )


def _example(mail: Received, before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    sender = mail.mail.sender.address if mail.mail.sender else None
    told = {"mail": mail.id, "received_at": mail.received_at, "sender": sender, "subject": mail.mail.subject}
    return told | {"before": before, "after": after}
