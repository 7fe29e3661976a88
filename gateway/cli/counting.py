"""What the desk counts of an organization: tickets, mails and letters of some days, in a statement for each."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from gateway.cli import find
from gateway.cli.statements import statement
from gateway.cli.stats import TICKETS
from models.database import transaction
from workers.clock import calendars
from workers.clock.hours import Hours

NOW = ("backlog", "waiting")
_STANDING = text("""
    SELECT now() AS now, s.timezone, (
        SELECT min(t.created_at) FROM tickets t WHERE t.org_id = :org AND t.status NOT IN ('resolved', 'closed')
           OR coalesce(t.resolved_at, t.closed_at) >= now() - make_interval(days => :days)) AS earliest
    FROM organization_settings s WHERE s.org_id = :org
""")


def counted(org: find.Org, days: int, by: str | None) -> dict[str, Any]:
    """All counts of an organization, with the keys of `stats.SHOW`; times are in seconds.

    By day there is a row for each, with the sums of `mails` and `letters`, and nothing of what is so now (`NOW`).

    Args:
        org: which one.
        days: how many, today included, by its own clock.
        by: what rows of tickets are for: day, department, type or agent; None for one row.
    """
    with transaction(org.id, role="admin", snapshot=True) as connection:
        said = connection.execute(_STANDING, {"org": org.id, "days": days}).one()
        zone = ZoneInfo(said.timezone)
        today = said.now.astimezone(zone).date()
        since = datetime.combine(today - timedelta(days=days - 1), datetime.min.time(), zone)
        first = UUID(int=int(since.timestamp() * 1000) << 80)
        values = {"org": org.id, "since": since, "first": first, "by": by or "", "zone": said.timezone}
        spans = _spans(connection, org.id, min(said.earliest or since, since), said.now)
        rows = connection.execute(statement("stats_tickets"), values | {"calendars": json.dumps(spans)}).mappings()
        tickets = [dict(row) for row in rows]
        mails, letters = (
            connection.execute(statement(name), values).all() for name in ("stats_mails", "stats_letters")
        )
    if by == "day":
        every = [(today - timedelta(days=back)).isoformat() for back in reversed(range(days))]
        tickets = _by_day(every, tickets, {"mails": mails, "letters": letters})
    return {
        "org": org.slug, "since": since, "by": by, "tickets": tickets, "mails": _sums(mails), "letters": _sums(letters),
    }  # fmt: skip


def _spans(connection: Connection, org: UUID, since: datetime, until: datetime) -> list[dict[str, Any]]:
    """The spans of each calendar, with how much time those before them have; every hour counts where it is no good."""
    found = []
    for identifier, week in calendars.known(connection, org).items():
        if identifier and isinstance(week, Hours):
            begins, ends = [], []
            for begin, end in week.spans(since):
                if begin >= until:
                    break
                begins.append(begin)
                ends.append(end)
            lasted = [(end - begin).total_seconds() for begin, end in zip(begins, ends, strict=True)]
            before = [0.0, *accumulate(lasted)][: len(begins)]
            moments = {"begins": [str(one) for one in begins], "ends": [str(one) for one in ends]}
            found.append({"id": str(identifier), **moments, "before": before})
    return found


def _by_day(days: Iterable[str], rows: Iterable[Mapping[str, Any]], more: Mapping[str, Any]) -> list[dict[str, Any]]:
    known = {row["key"]: row for row in rows}
    sums = {name: _sums(found, "day") for name, found in more.items()}
    empty = dict.fromkeys(TICKETS) | dict.fromkeys(("opened", "solved", "promises_kept", "promises_broken"), 0)
    return [
        {**empty, **known.get(day, {}), "key": day, **dict.fromkeys(NOW)}
        | {name: found.get(day, 0) for name, found in sums.items()}
        for day in days
    ]


def _sums(rows: Iterable[Any], by: str = "outcome") -> dict[str, int]:
    found: dict[str, int] = {}
    for row in rows:
        found[getattr(row, by)] = found.get(getattr(row, by), 0) + row.number
    return found
