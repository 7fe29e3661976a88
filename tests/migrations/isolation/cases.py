"""One case: somebody tries one statement inside a savepoint, and what came of it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.sql import SQL, Composed, Identifier

from tests.migrations.isolation.catalogue import Admin, Table, privileges, words
from tests.migrations.isolation.contexts import LOGINS, Context
from tests.migrations.isolation.filled import Filler, Row, insert
from tests.migrations.isolation.world import World

_IDENTIFIER = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_TELLING = 5  # a shorter value may be a word of the message itself

_LOUD = ("description", "name", "title", "text", "content")  # free text, so that another value breaks no CHECK

REFUSED = "42501"
DUPLICATE = "23505"
REFERRED_TO = ("23503", "23001")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a statement answered (rows, or an error's SQLSTATE and words) and what it left."""

    count: int = 0
    state: str = ""
    message: str = ""
    rows: tuple[tuple[Any, ...], ...] = ()
    left: object = None

    def like(self, *values: str | None) -> "Outcome":
        """The same with these values, and every identifier, taken out of the words and rows."""
        said = self.message
        for value in sorted((it for it in values if it and len(it) >= _TELLING), key=len, reverse=True):
            said = said.replace(value, "?")
        rows = tuple((re.sub(_IDENTIFIER, "?", repr(row)),) for row in self.rows)
        return Outcome(self.count, self.state, re.sub(_IDENTIFIER, "?", said), rows, self.left)


class Stage:
    """A filled database in one transaction of its administrator, with the tables and who may write which column."""

    def __init__(self, admin: Admin, tables: dict[str, Table]) -> None:
        self.admin = admin
        self.tables = tables
        self.filler = Filler(tables)
        self._may = {login: privileges(admin, login) for login in LOGINS}
        self.cases = 0

    def attempt(
        self,
        context: Context,
        statement: Composed | SQL,
        values: Sequence[Any] = (),
        *,
        after: Callable[[], Any] | None = None,
    ) -> Outcome:
        """Run a statement as somebody and undo it.

        Args:
            context: who.
            statement: what.
            values: its parameters.
            after: looked at before it is undone, as the administrator, if it was not refused.
        """
        self.cases += 1
        self.admin.execute(words(f"SAVEPOINT attempt; {context.enter()}"))
        try:
            cursor = self.admin.execute(statement, values or None)
            rows = tuple(cursor.fetchall()) if cursor.description else ()
            if after:
                self.admin.execute("RESET ROLE")
            return Outcome(cursor.rowcount, rows=rows, left=after() if after else None)
        except psycopg.Error as error:
            said = f"{error.diag.message_primary}|{error.diag.message_detail}"
            return Outcome(state=error.sqlstate or "?", message=said)
        finally:
            self.admin.execute("ROLLBACK TO SAVEPOINT attempt; RELEASE SAVEPOINT attempt")

    def allowed(self, privilege: str, table: str, login: str) -> set[str]:
        """The columns for which a login has a privilege."""
        return self._may.get(login, {}).get((privilege, table), set())

    def put(self, table: Table, row: Row, login: str) -> tuple[Composed, list[Any]]:
        """The INSERT of what a login may give of a row; all of it where it may give nothing."""
        may = self.allowed("INSERT", table.name, login)
        return insert(table, {name: value for name, value in row.items() if name in may} or row)

    def change(self, table: Table, row: Row, login: str, *, loud: bool = False) -> tuple[Composed, list[Any]]:
        """An UPDATE, without WHERE, that gives a column its value in this row; `loud`, another value if it may."""
        may = self.allowed("UPDATE", table.name, login) & row.keys() or row.keys()
        quiet = may - table.unique - table.references or may - table.unique or may
        name = min(quiet, key=lambda column: (table.columns[column].base != "jsonb", column))
        heard = next((column for column in _LOUD if loud and column in may), None)
        column = table.columns[heard or name]
        statement = SQL("UPDATE {} SET {} = CAST(%s AS {})").format(
            Identifier(table.name), Identifier(column.name), words(column.type)
        )
        return statement, ["another" if heard else row[name]]

    def where(self, table: Table, kind: str, world: World) -> tuple[Composed, list[Any]]:
        """The condition that names one row, and its parameters."""
        key = self.filler.key(table.name, kind, world)
        tests = [SQL("{} = CAST(%s AS {})").format(Identifier(name), words(table.columns[name].type)) for name in key]
        return SQL(" WHERE ") + SQL(" AND ").join(tests), list(key.values())
