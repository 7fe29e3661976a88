"""Taking out what was said: tried first and counted by table, then done for good, files and all."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, TextClause, text

from gateway.cli import printing
from gateway.cli.find import Org
from models import captured
from models.database import transaction

TABLE = ("table", "changed", "removed")
MENTION = ("place", "rows")
BLOBS = 1000  # at once
_COUNTS = text(
    "SELECT coalesce(jsonb_object_agg(relname, jsonb_build_array(n_tup_upd, n_tup_del)), '{}')"
    " FROM pg_stat_xact_user_tables WHERE schemaname = 'public'"
)
_DROP = text("SELECT drop_blobs(:most)")
_MENTIONS = text("SELECT place, number FROM mentions(CAST(:spans AS text[])) ORDER BY place")
_RECOUNT = text("SELECT refresh_ticket_stats()")


@dataclass(frozen=True, slots=True)
class Erasure:
    """What went, or would go.

    Attributes:
        changed, removed: rows by table.
        files: captured letters.
        done: whether it was, or was only tried.
    """

    changed: Mapping[str, int]
    removed: Mapping[str, int]
    files: int
    done: bool

    @property
    def tables(self) -> list[dict[str, Any]]:
        """Rows with the keys of `TABLE`."""
        names = sorted(name for name in {*self.changed, *self.removed} if self.changed[name] or self.removed[name])
        return [{"table": name, "changed": self.changed[name], "removed": self.removed[name]} for name in names]


class _TriedError(Exception):
    """Undoes what was only tried."""


def erase(org: Org, statement: TextClause, values: Mapping[str, object], *, really: bool) -> Erasure:
    """Carry out an erasure, or try it and undo it.

    Args:
        org: whose.
        statement: calls a function that answers the letters that went.
        values: its parameters.
        really: else nothing is changed, and what would be is counted.

    Raises:
        sqlalchemy.exc.DBAPIError: a legal hold is on it, or it is being worked on in this moment.
    """
    changed, removed = Counter[str](), Counter[str]()
    letters: list[UUID] = []
    with suppress(_TriedError), transaction(org.id) as connection:
        with _counting(connection, changed, removed):
            letters += connection.scalars(statement, values).all()
            if not really:
                connection.execute(_DROP, {"most": None})
        if not really:
            raise _TriedError
    if not really:
        return Erasure(changed, removed, len(captured.files(letters)), done=False)
    files = captured.forget(letters)
    _settle(org, changed, removed)
    return Erasure(changed, removed, files, done=True)


@contextmanager
def _counting(connection: Connection, changed: Counter[str], removed: Counter[str]) -> Iterator[None]:
    """Add what happens in a block; the server still counts what this connection did a moment ago."""
    before: dict[str, list[int]] = connection.execute(_COUNTS).scalar_one()
    yield
    for name, (updated, deleted) in connection.execute(_COUNTS).scalar_one().items():
        was = before.get(name, (0, 0))
        changed[name] += updated - was[0]
        removed[name] += deleted - was[1]


def _settle(org: Org, changed: Counter[str], removed: Counter[str]) -> None:
    """What may follow later, and does if it is interrupted here: the clock does it, too."""
    gone = BLOBS
    while gone >= BLOBS:
        with transaction(org.id) as connection, _counting(connection, changed, removed):
            gone = connection.execute(_DROP, {"most": BLOBS}).scalar_one()
    with transaction() as connection:
        connection.execute(_RECOUNT)


def mentions(org: Org, spans: list[str]) -> list[dict[str, Any]]:
    """Where any of these texts still stands, with the keys of `MENTION`; reads everything that the organization has."""
    with transaction(org.id) as connection:
        found = connection.execute(_MENTIONS, {"spans": spans}).all()
    return [dict(zip(MENTION, row, strict=True)) for row in found]


def report(found: Erasure, left: list[dict[str, Any]]) -> None:
    """Say what went by table, and what is left.

    Args:
        found: the erasure.
        left: with the keys of `MENTION`.
    """
    printing.table(found.tables, TABLE, none="there is nothing to take out")
    if found.files:
        printing.say(f"and {found.files} captured letters")
    if not found.done:
        printing.say("nothing was changed; add --yes to do it, which cannot be undone")
    elif left:
        printing.say("\nstill mentioned here, by others:")
        printing.table(left, MENTION, none="")
