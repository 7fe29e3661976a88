"""Rows for every table, made from the catalogue: each kind of row of each table in each organization."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any
from zlib import crc32

import psycopg
from psycopg.sql import SQL, Composed, Identifier

from tests.migrations.isolation.catalogue import EXEMPT, Admin, ForeignKey, Table, words
from tests.migrations.isolation.kinds import BY_NAME, KINDS, To
from tests.migrations.isolation.world import BASE, WORLDS, D, World, made

Row = dict[str, str | None]
"""Values in PostgreSQL's text form; a column that is not there takes its default."""

NEW = "+"
"""Starts the name of a kind of row that is not there and only tried."""

FRESH = "untaken"
"""What a row that is not there is made from."""

TIME = "2026-01-01 00:00:00+00"
_DEFAULTED = {
    "boolean",
    "jsonb",
    "integer",
    "smallint",
    "bigint",
    "numeric",
    "interval",
    "int8multirange",
    "int4range",
    "double precision",
}
_SAMPLES = {
    "boolean": "false",
    "jsonb": "{}",
    "numeric": "0.5",
    "double precision": "0.5",
    "interval": "1 hour",
    "inet": "192.0.2.1",
    "cidr": "192.0.2.0/24",
    "date": "2026-01-01",
    "time without time zone": "09:00",
    "int8multirange": "{[1,10]}",
    "timestamp with time zone": TIME,
}


def kinds(table: str) -> list[str]:
    """The kinds of rows that a table has in each organization, the plain one first."""
    listed = [kind for kind in KINDS.get(table, {}) if kind != BASE and not kind.startswith(NEW)]
    return [BASE, *listed]


class Filler:
    """Makes rows; knows every table, since a foreign key takes its value from the row it refers to."""

    def __init__(self, tables: dict[str, Table]) -> None:
        self.tables = tables

    def row(self, table: str, kind: str, world: World, name: str | None = None) -> Row:
        """One row.

        Args:
            table: its table.
            kind: which of the table's kinds.
            world: its organization.
            name: what its generated values are made from; a name that is no kind makes a row that is not there yet.
        """
        found = {column: self._value(table, column, kind, world, name or kind) for column in self.tables[table].columns}
        return {column: value for column, value in found.items() if value != ""}

    def key(self, table: str, kind: str, world: World) -> Row:
        """The values of a row's primary key."""
        return {column: self._value(table, column, kind, world, kind) for column in self.tables[table].key}

    def _value(self, table: str, column: str, kind: str, world: World, name: str) -> str | None:
        said = KINDS.get(table, {})
        for values in (said.get(kind, {}), said.get(BASE, {})):
            if column in values:
                return self._said(values[column], table, column, world, name)
        if column == "org_id":
            return str(world.org)
        if column in self.tables[table].references:
            return self._parent(table, column, world)
        if column in BY_NAME:
            return self._said(BY_NAME[column], table, column, world, name)
        return self._made(table, column, world, name)

    def _said(self, value: str | To | None, table: str, column: str, world: World, name: str) -> str | None:
        if not isinstance(value, To):
            label = name if table not in EXEMPT else f"{name}-{world.letter.lower()}"
            number = str(crc32(f"{world.salt} {label}".encode()) % 90000 + 10000)
            return value and value.replace("{label}", label).replace("{n}", number)
        target = value.world(world)
        unsaid = "id" if "id" in self.tables[value.table].columns else column
        refers = next((key.refers(column) for key in self._keys(table, column) if key.target == value.table), unsaid)
        return self._value(value.table, refers, value.kind, target, value.kind)

    def _keys(self, table: str, column: str) -> Iterator[ForeignKey]:
        return (key for key in self.tables[table].foreign if column in key.own)

    def _parent(self, table: str, column: str, world: World) -> str | None:
        foreign = [key for key in self._keys(table, column) if key.target != table]
        if not foreign:
            return None  # the first of a tree has nobody above it
        first = foreign[0]
        kind = "customer" if first.target == "profiles" else BASE
        return self._value(first.target, first.refers(column), kind, world, kind)

    def _made(self, table: str, column: str, world: World, name: str) -> str | None:
        about = self.tables[table].columns[column]
        shared = table not in EXEMPT
        if column == "id":
            return str(world.identifier(table, name, shared=shared))
        if about.base == "timestamp with time zone":
            return None if about.nullable else TIME
        if about.has_default and (about.words or about.base in _DEFAULTED or about.base.endswith("[]")):
            return ""
        if (table, column) == ("blobs", "sha256"):  # its check knows the content
            content = self._made(table, "content", world, name)
            return "\\x" + sha256(bytes.fromhex((content or "")[2:])).hexdigest()
        words = f"{column} {name}" if shared else f"{column} {name} {world.letter}"
        return about.words[0] if about.words else _sample(about.base, f"{world.salt} {table} ", words)


def _sample(kind: str, salt: str, words: str) -> str:
    """A value of a type, another for other words."""
    seed = f"{salt}{words}"
    if kind == "uuid":
        return str(made(seed))
    if kind in ("integer", "smallint", "bigint"):
        return str(crc32(seed.encode()) % 9000 + 1)
    if kind == "bytea":
        return "\\x" + sha256(seed.encode()).hexdigest()
    return "{}" if kind.endswith("[]") else _SAMPLES.get(kind, words)


def insert(table: Table, row: Row) -> tuple[Composed, list[Any]]:
    """The statement that puts a row in, and its parameters."""
    names = list(row)
    casts = [SQL("CAST(%s AS {})").format(words(table.columns[name].type)) for name in names]
    statement = SQL("INSERT INTO {} ({}) VALUES ({})").format(
        Identifier(table.name), SQL(", ").join(map(Identifier, names)), SQL(", ").join(casts)
    )
    return statement, [row[name] for name in names]


def fill(admin: Admin, tables: dict[str, Table]) -> None:
    """Put every kind of row of every table into each organization.

    Triggers rest meanwhile and foreign keys wait for the end, so that tables may be filled in any order.
    """
    filler = Filler(tables)
    rigid = [key for table in tables.values() for key in table.foreign if not key.deferrable]
    _alter(admin, rigid, "DEFERRABLE INITIALLY DEFERRED")
    _triggers(admin, tables, "DISABLE")
    wrong = [
        f"{table.name}.{kind} of {world.letter}: {complaint}"
        for table in tables.values()
        for world in WORLDS
        for kind in kinds(table.name)
        if (complaint := _put(admin, insert(table, filler.row(table.name, kind, world))))
    ]
    bystander = {**filler.row("organizations", BASE, D), "created_by": None}  # nobody of it is there
    wrong.append(_put(admin, insert(tables["organizations"], bystander)))
    assert not any(wrong), "\n".join(("rows that want a line in kinds.py:", *wrong))
    admin.execute("SET CONSTRAINTS ALL IMMEDIATE")
    _triggers(admin, tables, "ENABLE")
    _alter(admin, rigid, "NOT DEFERRABLE")


def _put(admin: Admin, statement: tuple[Composed, list[Any]]) -> str:
    try:
        with admin.transaction():
            admin.execute(*statement)
    except psycopg.Error as error:
        return str(error)
    return ""


def _alter(admin: Admin, keys: list[ForeignKey], how: str) -> None:
    for key in keys:
        statement = SQL("ALTER TABLE {} ALTER CONSTRAINT {} {}")
        admin.execute(statement.format(Identifier(key.table), Identifier(key.name), words(how)))


def _triggers(admin: Admin, tables: dict[str, Table], how: str) -> None:
    for name in tables:
        admin.execute(SQL("ALTER TABLE {} {} TRIGGER USER").format(Identifier(name), words(how)))
