"""What every table shares: the metadata, identifiers ordered by time, the closed sets."""

import os
import time
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, ForeignKeyConstraint, MetaData, Text, Uuid, text
from sqlalchemy.dialects.postgresql import DOMAIN, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Root of all models; tables are documented where they stand."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        UUID: Uuid(),
        str: Text(),
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB(),
    }


def domain(name: str, *words: str) -> DOMAIN:
    """A closed set as a domain over text (SCHEMA.md rule 8: enum operators are not leakproof).

    Args:
        name: of the domain in the database.
        words: the values it admits.
    """
    listed = ", ".join(f"'{word}'" for word in words)
    return DOMAIN(name, Text(), check=f"VALUE IN ({listed})", create_type=False)


def uuid7() -> UUID:
    """A time-ordered identifier (RFC 9562, section 5.7), for writers that may not read back.

    As PostgreSQL's own: 12 bits below the millisecond hold its fraction, so those of one process are in order.
    """
    millisecond, rest = divmod(time.time_ns(), 1_000_000)
    time_part = millisecond << 16 | 0x7 << 12 | (rest << 12) // 1_000_000
    random_part = int.from_bytes(os.urandom(8), "big") >> 2
    return UUID(int=time_part << 64 | 0x2 << 62 | random_part)


def now() -> Mapped[datetime]:
    """A column that starts as the time of the transaction."""
    return mapped_column(server_default=text("now()"))


def belongs_to(table: str, column: str, on_delete: str | None = None) -> ForeignKeyConstraint:
    """A foreign key inside one organization (SCHEMA.md rule 1), so that no row can point at another tenant's.

    Args:
        table: the table referred to.
        column: our column that names its `id`.
        on_delete: `CASCADE`, or `SET NULL`, which names its column so that `org_id` stays.
    """
    action = f"SET NULL ({column})" if on_delete == "SET NULL" else on_delete
    return ForeignKeyConstraint(["org_id", column], [f"{table}.org_id", f"{table}.id"], ondelete=action)


def organization() -> Mapped[UUID]:
    """The tenant column, first in every key."""
    return mapped_column(ForeignKey("organizations.id", ondelete="CASCADE"), primary_key=True)


def identifier() -> Mapped[UUID]:
    """The row's own identifier, ordered by time (uuidv7)."""
    return mapped_column(primary_key=True, server_default=text("uuidv7()"))
