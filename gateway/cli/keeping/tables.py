"""Tables out of the database and into it, each as the bytes of one COPY in the order of its key."""

from collections.abc import Callable
from hashlib import sha256
from typing import IO, Any
from zipfile import ZipFile

from sqlalchemy import Connection, text

from gateway.cli.keeping.archive import PORTION, Kept
from gateway.cli.problems import Problem

# What a role may read of is read whole only if a policy of its own shows it everything.
_TABLES = text("""
    SELECT c.relname AS name, ARRAY(
        SELECT a.attname::text FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum
    ) AS columns, ARRAY(
        SELECT a.attname::text FROM pg_index i, unnest(i.indkey::smallint[]) WITH ORDINALITY AS k (number, place)
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number
        WHERE i.indrelid = c.oid AND i.indisprimary ORDER BY k.place
    ) AS key, EXISTS (
        SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polpermissive AND p.polcmd IN ('r', '*')
          AND 'postern_backup'::regrole = ANY (p.polroles) AND pg_get_expr(p.polqual, p.polrelid) = 'true'
    ) AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND NOT p.polpermissive) AS is_shown
    FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
      AND pg_get_userbyid(c.relowner) = 'postern_owner' ORDER BY c.relname
""")


def listed(connection: Connection) -> dict[str, Any]:
    """Every table of the schema by name: `columns`, `key`, and whether the role of backups is shown all of it."""
    return {row.name: row for row in connection.execute(_TABLES)}


def dump(connection: Connection, archive: ZipFile, done: Callable[[int], None]) -> dict[str, Kept]:
    """Write every table into an archive.

    Args:
        connection: in a snapshot, as the administrator.
        archive: to write into.
        done: told how many tables are written.

    Raises:
        Problem: a table would be read in part only.
    """
    tables = listed(connection)
    if hidden := [name for name, table in tables.items() if not table.is_shown]:
        raise Problem(f"the backup would lack rows of {', '.join(hidden)}; run `postern migrate`")
    connection.exec_driver_sql("SET LOCAL ROLE postern_backup")
    kept: dict[str, Kept] = {}
    for number, (name, table) in enumerate(tables.items(), 1):
        with archive.open(f"tables/{name}", "w", force_zip64=True) as target:
            kept[name] = _out(connection, name, tuple(table.columns), table.key, target)
        done(number)
    return kept


def load(connection: Connection, archive: ZipFile, tables: dict[str, Kept], done: Callable[[int], None]) -> None:
    """Read every table of an archive, and compare what came of it.

    Args:
        connection: as the owner, with neither policies nor triggers nor foreign keys in the way.
        archive: to read from.
        tables: what is in it.
        done: told how many tables are read.

    Raises:
        Problem: there are other tables, or what is in them now is not what was kept.
    """
    found = listed(connection)
    if differing := {name for name in found.keys() | tables.keys() if name not in found or name not in tables}:
        raise Problem(f"the backup and this schema differ in {', '.join(sorted(differing))}")
    for number, (name, kept) in enumerate(tables.items(), 1):
        into = f"COPY {name} ({_names(kept.columns)}) FROM STDIN (FORMAT binary)"
        with (
            archive.open(f"tables/{name}") as source,
            _cursor(connection) as cursor,
            cursor.copy(into.encode()) as copy,
        ):
            while portion := source.read(PORTION):
                copy.write(portion)
        if _out(connection, name, kept.columns, found[name].key, None) != kept:
            raise Problem(f"table {name} is not what was kept; nothing was restored")
        done(number)


def filled(connection: Connection) -> list[str]:
    """The tables in which something is; asked as the owner, with no policies in the way."""
    each = " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})"  # noqa: S608  names from the catalogue
        for name in listed(connection)
    )
    return sorted(connection.exec_driver_sql(each).scalars())


def empty(connection: Connection, names: list[str]) -> None:
    """Throw away what is in these tables; as `filled`."""
    if names:
        connection.exec_driver_sql(f"TRUNCATE {_names(names)}")


def _out(connection: Connection, name: str, columns: tuple[str, ...], key: list[str], target: IO[bytes] | None) -> Kept:
    digest = sha256()
    rows = f"SELECT {_names(columns)} FROM {name} ORDER BY {_names(key)}"  # noqa: S608  as above
    with _cursor(connection) as cursor:
        with cursor.copy(f"COPY ({rows}) TO STDOUT (FORMAT binary)".encode()) as copy:
            for portion in copy:
                digest.update(portion)
                if target:
                    target.write(portion)
        return Kept(columns, cursor.rowcount, digest.hexdigest())


def _cursor(connection: Connection) -> Any:  # noqa: ANN401  the driver's own, which alone knows COPY
    return connection.connection.cursor()


def _names(columns: tuple[str, ...] | list[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)
