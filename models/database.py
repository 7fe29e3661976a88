"""The only place that begins, commits or rolls back; the tenant context is set here, for one transaction."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg
from sqlalchemy import Connection, Engine, NullPool, create_engine, text
from sqlalchemy.exc import OperationalError

from models.settings import Login, settings
from models.standing import STANDING, trust

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

DEADLINE = 4.0  # seconds; the door promises an answer within five
SLOWEST = 4_000_000  # bytes a second; so much longer it may take to store a large mail
# Generic plans: with their policies the statements of a batch take longer to plan than to run, and a plan for one
# organization is as good for any other.
_CONTEXT = text(
    "SELECT set_config('app.org_id', :org, true), set_config('app.profile_id', :profile, true),"
    " set_config('app.role', :role, true), set_config('app.department_id', '', true),"
    " set_config('app.home_org_id', :home, true), set_config('plan_cache_mode', 'force_generic_plan', true)"
)
# Where an organization keeps its departments apart, an agent's own is part of the context; who has none, or is nobody
# there, sees nothing by it.
_DEPARTMENT = text(
    "SELECT set_config('app.department_id',"
    " coalesce((SELECT p.department_id FROM profiles p WHERE p.id = :profile), :nowhere)::text, true)"
    " FROM organization_settings s WHERE s.department_isolation"
)
_NOWHERE = UUID(int=0)
# No space, no connection left, a lock that somebody holds for long, a server that is shut down. A server that dies is
# not among them: a statement may have killed it, and would again.
_BLAMELESS = {"53100", "53300", "55P03", "57P01", "57P02", "57P03"}
_POOL: dict[str, Any] = {
    "pool_pre_ping": True,
    "hide_parameters": True,  # an error is logged, and its parameters are somebody's mail
    "pool_size": 8,
}


@cache
def engine(url: str, login: Login = "app") -> Engine:
    """The pooled engine of this process for one libpq URL, whose connections are trusted before they are used."""
    return create_engine("postgresql+psycopg://", creator=lambda: _trusted(url, login), **_POOL)


def _trusted(url: str, login: Login) -> psycopg.Connection[Any]:
    made = _connect(url)
    try:
        trust(login, made.execute(STANDING).fetchone())
        made.rollback()
    except BaseException:
        made.close()
        raise
    return made


def _connect(url: str) -> psycopg.Connection[Any]:
    return psycopg.connect(url, connect_timeout=int(DEADLINE))


async def _trusted_async(url: str, login: Login, *, autocommit: bool = False) -> psycopg.AsyncConnection[Any]:
    made = await psycopg.AsyncConnection.connect(url, connect_timeout=int(DEADLINE), autocommit=autocommit)
    try:
        trust(login, await (await made.execute(STANDING)).fetchone())
        await made.rollback()
    except BaseException:
        await made.close()
        raise
    return made


def standing(login: Login) -> Sequence[Any]:
    """The answer to `STANDING`, over a connection of its own that is refused to nobody.

    Raises:
        sqlalchemy.exc.OperationalError: the database does not answer.
        LookupError: the embedded server of this data folder was never started.
    """
    url = settings().url(login)
    fresh = create_engine("postgresql+psycopg://", creator=lambda: _connect(url), poolclass=NullPool)
    with fresh.connect() as connection:
        return connection.execute(text(STANDING)).one()


def blameless(error: BaseException) -> bool:
    """Whether the database could not do it for a reason that lies in no row, so that the same will do later."""
    return isinstance(error, OperationalError) and getattr(error.orig, "sqlstate", None) in _BLAMELESS


def enter(
    connection: Connection,
    org: UUID | None,
    *,
    role: str = "system",
    profile: UUID | None = None,
    home: UUID | None = None,
) -> None:
    """Set the tenant context of the transaction that `connection` is in.

    Args:
        connection: from `transaction`.
        org: the organization, None for none (then no tenant row is seen).
        role: what the policies let this transaction do.
        profile: who acts; with role `system` the organization's own profile is used by the doors.
        home: the own organization of a guest.
    """
    told = {"org": str(org or ""), "profile": str(profile or ""), "role": role if org else "", "home": str(home or "")}
    connection.execute(_CONTEXT, told)
    if role == "agent":
        connection.execute(_DEPARTMENT, {"nowhere": _NOWHERE, "profile": profile})


@contextmanager
def transaction(
    org: UUID | None = None,
    *,
    role: str = "system",
    profile: UUID | None = None,
    home: UUID | None = None,
    login: Login = "app",
    snapshot: bool = False,
) -> Iterator[Connection]:
    """One transaction: committed at the end of the block, rolled back by any exception.

    Args:
        org: the organization it works for; None sees no tenant row and may only call registrar functions.
        role: customer, agent, admin, guest or system.
        profile: the acting profile.
        home: the own organization of a guest.
        login: database login.
        snapshot: all statements see the database as it was at the first one.

    Raises:
        Unsafe: the server could lose what is committed, or the login is above the policies.
    """
    with engine(settings().url(login), login).begin() as connection:
        _begin(connection, org, role, profile, home, snapshot=snapshot)
        yield connection


@asynccontextmanager
async def transaction_async(
    org: UUID | None = None,
    *,
    role: str = "system",
    profile: UUID | None = None,
    home: UUID | None = None,
    login: Login = "app",
    snapshot: bool = False,
) -> AsyncIterator["AsyncConnection"]:
    """`transaction` for a process that lives in an event loop; a task that is cancelled rolls back, too.

    All of a process's come from one loop, which ends with `hang_up`.
    """
    async with _async_engine(settings().url(login), login).begin() as connection:
        await connection.run_sync(_begin, org, role, profile, home, snapshot=snapshot)
        yield connection


def _begin(
    connection: Connection, org: UUID | None, role: str, profile: UUID | None, home: UUID | None, *, snapshot: bool
) -> None:
    if snapshot:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    if org:
        enter(connection, org, role=role, profile=profile, home=home)


_async_engines: dict[str, "AsyncEngine"] = {}


def _async_engine(url: str, login: Login) -> "AsyncEngine":
    if url not in _async_engines:
        from sqlalchemy.ext.asyncio import create_async_engine  # noqa: PLC0415  costs who needs none 0.1 s

        _async_engines[url] = create_async_engine(
            "postgresql+psycopg://", async_creator=lambda: _trusted_async(url, login), **_POOL
        )
    return _async_engines[url]


Line = psycopg.AsyncConnection[tuple[Any, ...]]
_lines: dict[str, Line] = {}
_turns: dict[str, asyncio.Lock] = {}


async def _line(name: str, login: Login) -> Line:
    kept = _lines.get(name)
    if kept is None or kept.closed:
        kept = _lines[name] = await _trusted_async(settings().url(login), login, autocommit=True)
    return kept


@asynccontextmanager
async def door_statements(line: str, login: Login = "gateway", size: int = 0) -> AsyncIterator[Line]:
    """A kept connection of a door on which each statement commits by itself: one trip instead of three.

    All of the block has to end within `DEADLINE` and what its size adds; blocks on one line wait for each other.

    Args:
        line: name of the connection to use, so that a hanging commit holds up no look-up.
        login: whose door it is; a process is one of them.
        size: bytes that it sends.

    Raises:
        TimeoutError: the deadline passed; the connection is given up, its commit may or may not have happened.
        psycopg.Error: the database refused or is away; the next call connects anew.
        Unsafe: the server could lose what is committed, or the login is above the policies.
    """
    turn = _turns.setdefault(line, asyncio.Lock())
    try:
        async with asyncio.timeout(DEADLINE + size / SLOWEST), turn:
            yield await _line(line, login)
    except BaseException as error:
        if not isinstance(error, psycopg.Error) or isinstance(error, psycopg.OperationalError):
            await _give_up(line)
        raise


@asynccontextmanager
async def door_transaction(line: str, login: Login, size: int = 0) -> AsyncIterator[Line]:
    """`door_statements` that commit together at the end of the block, or not at all; arguments and errors as there."""
    async with door_statements(line, login, size) as connection, connection.transaction():
        yield connection


async def _give_up(line: str) -> None:
    if kept := _lines.pop(line, None):
        await kept.close()


async def hang_up() -> None:
    """Close what is kept for this event loop, at its end."""
    while _lines:
        await _lines.popitem()[1].close()
    while _async_engines:
        await _async_engines.popitem()[1].dispose()
    _turns.clear()
