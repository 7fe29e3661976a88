"""A look at all rows, which no login of an installation has: what migrations kept is compared with it."""

from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.pool import NullPool

from models.settings import Settings

Rows = dict[str, list[dict[str, Any]]]

_TABLES = text(
    "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
    " AND relname <> 'alembic_version' ORDER BY relname"
)


def above(settings: Settings) -> Engine:
    """Connections of the embedded server's superuser, who is above row level security."""
    secret = settings.passwords()["superuser"]
    address = f"postgresql://superuser:{secret}@{settings.url('admin').partition('@')[2]}"
    return create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(address), poolclass=NullPool)


def all_rows(connection: Connection) -> Rows:
    """Every row of every table."""
    tables = connection.scalars(_TABLES).all()
    return {
        table: list(connection.exec_driver_sql(f'SELECT to_jsonb(t) FROM "{table}" t ORDER BY t').scalars())
        for table in tables
    }


def missing(before: Rows, after: Rows) -> list[str]:
    """The rows that are not there any more, as they were: columns may have come since."""
    return [
        f"{table}: {row}"
        for table, rows in before.items()
        for row in rows
        if not any(row.items() <= it.items() for it in after.get(table, []))
    ]
