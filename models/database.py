"""The only place that begins, commits or rolls back; the tenant context is set here, for one transaction."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import Connection, Engine, create_engine, text

from models.settings import Login, settings

DEADLINE = 4.0  # seconds; the door promises an answer within five
_CONTEXT = text(
    "SELECT set_config('app.org_id', :org, true), set_config('app.profile_id', :profile, true),"
    " set_config('app.role', :role, true), set_config('app.department_id', '', true),"
    " set_config('app.home_org_id', '', true)"
)


@cache
def engine(url: str) -> Engine:
    """The pooled engine of this process for one libpq URL."""
    return create_engine(
        "postgresql+psycopg://",
        creator=lambda: psycopg.connect(url, connect_timeout=int(DEADLINE)),
        pool_pre_ping=True,
        hide_parameters=True,  # an error is logged, and its parameters are somebody's mail
        pool_size=4,
    )


def enter(connection: Connection, org: UUID | None, *, role: str = "system", profile: UUID | None = None) -> None:
    """Set the tenant context of the transaction that `connection` is in.

    Args:
        connection: from `transaction`.
        org: the organization, None for none (then no tenant row is seen).
        role: what the policies let this transaction do.
        profile: who acts; with role `system` the organization's own profile is used by the doors.
    """
    said = {"org": str(org or ""), "profile": str(profile or ""), "role": role if org else ""}
    connection.execute(_CONTEXT, said)


@contextmanager
def transaction(
    org: UUID | None = None,
    *,
    role: str = "system",
    profile: UUID | None = None,
    login: Login = "app",
    snapshot: bool = False,
) -> Iterator[Connection]:
    """One transaction: committed at the end of the block, rolled back by any exception.

    Args:
        org: the organization it works for; None sees no tenant row and may only call registrar functions.
        role: customer, agent, admin or system.
        profile: the acting profile.
        login: database login.
        snapshot: all statements see the database as it was at the first one.
    """
    with engine(settings().url(login)).begin() as connection:
        if snapshot:
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        if org:
            enter(connection, org, role=role, profile=profile)
        yield connection


AsyncConnection = psycopg.AsyncConnection[tuple[Any, ...]]
_lines: dict[str, AsyncConnection] = {}
_turns: dict[str, asyncio.Lock] = {}


async def _line(name: str) -> AsyncConnection:
    kept = _lines.get(name)
    if kept is None or kept.closed:
        url = settings().url("gateway")
        kept = _lines[name] = await psycopg.AsyncConnection.connect(url, connect_timeout=int(DEADLINE), autocommit=True)
    return kept


@asynccontextmanager
async def door_statements(line: str) -> AsyncIterator[AsyncConnection]:
    """A kept connection as `gateway` on which each statement commits by itself: one trip instead of three.

    All of the block has to end within `DEADLINE`; blocks on one line wait for each other.

    Args:
        line: name of the connection to use, so that a hanging commit holds up no look-up.

    Raises:
        TimeoutError: the deadline passed; the connection is given up, its commit may or may not have happened.
        psycopg.Error: the database refused or is away; the next call connects anew.
    """
    turn = _turns.setdefault(line, asyncio.Lock())
    try:
        async with asyncio.timeout(DEADLINE), turn:
            yield await _line(line)
    except BaseException as error:
        if not isinstance(error, psycopg.Error) or isinstance(error, psycopg.OperationalError):
            await _give_up(line)
        raise


async def _give_up(line: str) -> None:
    if kept := _lines.pop(line, None):
        await kept.close()


async def hang_up() -> None:
    """Close the door's connections, at the end of its process."""
    while _lines:
        await _lines.popitem()[1].close()
