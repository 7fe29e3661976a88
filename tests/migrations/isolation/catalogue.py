"""What the database says about its own tables, so that a new one is tested without being named here."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import psycopg
from psycopg.sql import SQL

Admin = psycopg.Connection[tuple[Any, ...]]

EXEMPT = {
    "organizations",
    "accounts",
    "account_identities",
    "admin_invite_codes",
    "receiving_addresses",
    "door_limits",
}
"""Tables whose keys do not start with `org_id` (SCHEMA.md rule 1)."""

_COLUMNS = """
    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
           format_type(coalesce(nullif(t.typbasetype, 0), t.oid), -1),
           NOT a.attnotnull, a.atthasdef OR a.attidentity <> '', pg_get_constraintdef(d.oid)
    FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_constraint d ON d.contypid = t.oid AND d.contype = 'c'
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND c.relname <> 'alembic_version'
    ORDER BY 1, a.attnum
"""
_NAMES = """ARRAY(SELECT a.attname::text FROM unnest({keys}) WITH ORDINALITY k (num, place)
                 JOIN pg_attribute a ON a.attrelid = {of} AND a.attnum = k.num ORDER BY k.place)"""
_FOREIGN_KEYS = f"""
    SELECT f.conname, f.conrelid::regclass::text, {_NAMES.format(keys="f.conkey", of="f.conrelid")},
           f.confrelid::regclass::text, {_NAMES.format(keys="f.confkey", of="f.confrelid")}, f.condeferrable
    FROM pg_constraint f WHERE f.contype = 'f' AND f.connamespace = 'public'::regnamespace AND f.conparentid = 0
    ORDER BY 2, 1
"""
_KEYS = f"""
    SELECT i.indrelid::regclass::text, i.indisprimary, {_NAMES.format(keys="i.indkey::smallint[]", of="i.indrelid")},
           ARRAY(SELECT a.attname::text FROM pg_depend d JOIN pg_attribute a ON a.attrelid = d.refobjid
                 AND a.attnum = d.refobjsubid WHERE d.objid = i.indexrelid AND d.refobjid = i.indrelid)
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
    WHERE i.indisunique AND c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
"""


@dataclass(frozen=True, slots=True)
class Column:
    """A column that can be written; `words` are what its domain admits."""

    name: str
    type: str
    base: str
    nullable: bool
    has_default: bool
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A foreign key; `columns` refer to `target_columns` one by one."""

    name: str
    table: str
    columns: tuple[str, ...]
    target: str
    target_columns: tuple[str, ...]
    deferrable: bool

    @property
    def own(self) -> tuple[str, ...]:
        """The columns that name the other row inside the organization."""
        return tuple(column for column in self.columns if column not in ("org_id", "id"))

    def refers(self, column: str) -> str:
        """The column of the target that `column` refers to."""
        return self.target_columns[self.columns.index(column)]


@dataclass(frozen=True)
class Table:
    """A table with its keys."""

    name: str
    columns: dict[str, Column]
    key: tuple[str, ...]
    foreign: tuple[ForeignKey, ...]
    unique: frozenset[str]

    @property
    def is_tenant(self) -> bool:
        """Whether each row belongs to one organization."""
        return self.name not in EXEMPT

    @cached_property
    def references(self) -> frozenset[str]:
        """The columns of foreign keys, `org_id` and the row's own `id` apart."""
        return frozenset(column for key in self.foreign for column in key.own)


def words(text: str) -> SQL:
    """Text of ours, or of the catalogue's own, as a piece of a statement."""
    return SQL(text)


def read(connection: Admin) -> dict[str, Table]:
    """All tables of the schema by name."""
    columns: dict[str, dict[str, Column]] = {}
    for table, name, kind, base, nullable, default, check in connection.execute(_COLUMNS):
        admitted = tuple(re.findall(r"'((?:[^']|'')*)'::text", check or ""))
        columns.setdefault(table, {})[name] = Column(name, kind, base, nullable, default, admitted)
    foreign = [
        ForeignKey(name, table, tuple(own), target, tuple(theirs), deferrable)
        for name, table, own, target, theirs, deferrable in connection.execute(_FOREIGN_KEYS)
    ]
    keys = connection.execute(_KEYS).fetchall()
    return {
        table: Table(
            table,
            found,
            next(tuple(names) for of, primary, names, _ in keys if of == table and primary),
            tuple(key for key in foreign if key.table == table),
            frozenset(name for of, _, *names in keys if of == table for name in (*names[0], *names[1])),
        )
        for table, found in columns.items()
    }


def share(things: Iterable[str], part: int, parts: int) -> list[str]:
    """One of several nearly equal parts, so that test processes can divide the work."""
    return sorted(things)[part::parts]


def privileges(connection: Admin, login: str) -> dict[tuple[str, str], set[str]]:
    """Columns that a login may INSERT, UPDATE or SELECT, by privilege and table."""
    query = """
        SELECT p.it, c.relname, a.attname
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped,
             unnest(ARRAY['SELECT', 'INSERT', 'UPDATE']) AS p (it)
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
          AND has_column_privilege(%s, c.oid, a.attnum, p.it)
    """
    found: dict[tuple[str, str], set[str]] = {}
    for privilege, table, column in connection.execute(query, (login,)):
        found.setdefault((privilege, table), set()).add(column)
    return found
