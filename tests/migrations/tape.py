"""A tape: what a program said to PostgreSQL, in order, as lines of JSON; and what takes it down from psycopg."""

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any, Self

import psycopg
import pytest
from psycopg.abc import Buffer
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

from models.settings import ROLES, Login

# What the database may name anew each time: identifiers that it made, and the month in a ticket's number.
NAME = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[A-Z][A-Z0-9]{0,9}-\d{4}-\d{2}-\d{5,}\b")
OURS = 16_384  # types from this number on have another one in each database
# SQLAlchemy's own, said to any database
DRIVER = (b";", b"select pg_catalog.", b"select current_schema()", b"show standard_", b"show transaction")
TYPE_OF_NAME = b"FROM pg_type t"  # psycopg asks for the number of hstore
Value = str | dict[str, str] | None


@dataclass
class Step:
    """One statement, or one end of a transaction or connection.

    Attributes:
        line: number of the connection. login: whose it is. auto: each statement commits by itself.
        sql: as sent; '' for an end, which `end` then names.
        values: text as such, binary as `{"b64": …}`. types: their PostgreSQL types, 0 is unsaid.
        rows: returned, or changed where none are returned. names: those in the result, in order.
        error: SQLSTATE with which it failed, '' for success.
        end: `commit` or `rollback`; `close` for the end of the connection.
    """

    line: int = 0
    login: str = ""
    auto: bool = False
    sql: str = ""
    values: list[Value] = field(default_factory=list)
    types: list[int] = field(default_factory=list)
    rows: int = 0
    names: list[str] = field(default_factory=list)
    error: str = ""
    end: str = ""


@dataclass
class Tape:
    """Steps in order, and for which revision of the schema they were said."""

    revision: str
    steps: list[Step] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """The tape as text: a text of SQL stands where it is said first, later its number stands for it."""
        yield json.dumps({"revision": self.revision, "steps": len(self.steps)})
        texts: dict[str, int] = {}
        for step in self.steps:
            said = {name: value for name, value in asdict(step).items() if value not in ("", [], False)}
            if step.sql:
                said["sql"] = texts.get(step.sql, step.sql)
                texts.setdefault(step.sql, len(texts))
            yield json.dumps(said, separators=(",", ":"), ensure_ascii=False)

    @classmethod
    def read(cls, lines: Iterable[str]) -> Self:
        """What `lines` wrote."""
        first, *rest = (json.loads(line) for line in lines)
        tape, texts = cls(first["revision"]), list[str]()
        for said in rest:
            if isinstance(known := said.get("sql"), int):
                said["sql"] = texts[known]
            elif known:
                texts.append(known)
            tape.steps.append(Step(**said))
        return tape


def names_in(result: PGresult) -> list[str]:
    """Names in a result, by row and column; bytes are not looked into."""
    cells = (result.get_value(row, column) for row in range(result.ntuples) for column in range(result.nfields))
    return [name.decode() for cell in cells if cell and not cell.startswith(b"\\x") for name in NAME.findall(cell)]


def rows_of(result: PGresult) -> int:
    """How many rows it returned, or changed where it returns none."""
    return result.ntuples if result.status == ExecStatus.TUPLES_OK else result.command_tuples or 0


def packed(values: Iterable[Buffer | None], formats: Iterable[int]) -> list[Value]:
    """Values as they stand on a tape."""
    return [
        one if one is None else {"b64": b64encode(bytes(one)).decode()} if binary else bytes(one).decode()
        for one, binary in zip(values, formats, strict=True)
    ]


def unpacked(value: Value) -> bytes | None:
    """A value as libpq takes it; a binary one is a dictionary on the tape."""
    return b64decode(value["b64"]) if isinstance(value, dict) else value.encode() if value is not None else None


class _Ear:
    """Hears statements; the administrator's are none of the tape's."""

    def __init__(self, tape: Tape) -> None:
        self._tape = tape
        self._lines: list[object] = []  # kept, so that no identity is used twice
        self._logins: dict[str, Login] = {role: login for login, role in ROLES.items() if login != "admin"}

    def step(self, connection: "psycopg.Connection[Any] | psycopg.AsyncConnection[Any]") -> Step | None:
        login = self._logins.get(connection.info.user)
        if login is None:
            return None
        if not any(one is connection for one in self._lines):
            self._lines.append(connection)
        number = next(at for at, one in enumerate(self._lines) if one is connection)
        return Step(number, login, connection.autocommit)

    def heard(self, cursor: "psycopg.Cursor[Any] | psycopg.AsyncCursor[Any]", error: psycopg.Error | None) -> None:
        query, step = cursor._query, self.step(cursor.connection)
        if query is None or step is None or query.query.startswith(DRIVER) or TYPE_OF_NAME in query.query:
            return
        step.sql, step.types = query.query.decode(), list(query.types)
        assert max(step.types, default=0) < OURS, f"a type that has another number elsewhere: {step.sql}"
        step.values = packed(query.params or (), query.formats or ())
        step.error = error.sqlstate or "unknown" if error else ""
        if (result := cursor.pgresult) and not error:
            step.rows, step.names = rows_of(result), names_in(result)
        self._tape.steps.append(step)

    def ended(
        self,
        connection: "psycopg.Connection[Any] | psycopg.AsyncConnection[Any]",
        word: str,
        error: psycopg.Error | None,
    ) -> None:
        if step := self.step(connection):
            step.end, step.error = word, error.sqlstate or "unknown" if error else ""
            self._tape.steps.append(step)


@contextmanager
def instead(place: object, name: str, value: object) -> Iterator[None]:
    """Something else under a name, for a while."""
    with pytest.MonkeyPatch.context() as patches:
        patches.setattr(place, name, value)
        yield


@contextmanager
def recording(tape: Tape) -> Iterator[None]:
    """Take down what this process says to PostgreSQL through psycopg, whoever says it."""
    ear = _Ear(tape)
    with ExitStack() as patches:
        patches.enter_context(instead(psycopg.Cursor, "execute", _said(ear)))
        patches.enter_context(instead(psycopg.AsyncCursor, "execute", _said_later(ear)))
        for kind in (psycopg.Cursor, psycopg.AsyncCursor):
            for other in ("executemany", "copy", "stream"):
                patches.enter_context(instead(kind, other, _unheard(other)))
        for word in ("commit", "rollback"):
            patches.enter_context(instead(psycopg.Connection, word, _ended(ear, word)))
            patches.enter_context(instead(psycopg.AsyncConnection, word, _ended_later(ear, word)))
        patches.enter_context(instead(psycopg.AsyncConnection, "close", _closed(ear)))
        yield


def _said(ear: _Ear) -> Any:
    execute = psycopg.Cursor.execute

    def said(cursor: psycopg.Cursor[Any], query: Any, params: Any = None, **how: Any) -> Any:
        try:
            execute(cursor, query, params, **how | {"prepare": False})
        except psycopg.Error as error:
            ear.heard(cursor, error)
            raise
        ear.heard(cursor, None)
        return cursor

    return said


def _said_later(ear: _Ear) -> Any:
    execute = psycopg.AsyncCursor.execute

    async def said(cursor: psycopg.AsyncCursor[Any], query: Any, params: Any = None, **how: Any) -> Any:
        try:
            await execute(cursor, query, params, **how | {"prepare": False})
        except psycopg.Error as error:
            ear.heard(cursor, error)
            raise
        ear.heard(cursor, None)
        return cursor

    return said


def _ended(ear: _Ear, word: str) -> Any:
    end: Callable[[psycopg.Connection[Any]], None] = getattr(psycopg.Connection, word)

    def ended(connection: psycopg.Connection[Any]) -> None:
        if connection.closed or connection.info.transaction_status == TransactionStatus.IDLE:
            return end(connection)
        try:
            end(connection)
        except psycopg.Error as error:
            ear.ended(connection, word, error)
            raise
        return ear.ended(connection, word, None)

    return ended


def _ended_later(ear: _Ear, word: str) -> Any:
    end: Callable[[psycopg.AsyncConnection[Any]], Awaitable[None]] = getattr(psycopg.AsyncConnection, word)

    async def ended(connection: psycopg.AsyncConnection[Any]) -> None:
        if connection.closed or connection.info.transaction_status == TransactionStatus.IDLE:
            return await end(connection)
        try:
            await end(connection)
        except psycopg.Error as error:
            ear.ended(connection, word, error)
            raise
        return ear.ended(connection, word, None)

    return ended


def _closed(ear: _Ear) -> Any:
    close = psycopg.AsyncConnection.close

    async def closed(connection: psycopg.AsyncConnection[Any]) -> None:
        if not connection.closed:
            ear.ended(connection, "close", None)
        await close(connection)

    return closed


def _unheard(name: str) -> Any:
    def refused(*_: object, **__: object) -> None:
        raise NotImplementedError(f"the recorder does not know {name}(): teach it, see tests/migrations/tape.py")

    return refused
