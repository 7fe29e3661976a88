"""Can this door keep its promise now? Asked by whoever decides where mail is sent."""

import asyncio
import shutil
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg

from models.database import door_statements
from models.settings import Login
from models.standing import Unsafe

LINE = "health"  # of `door_statements`
PATIENCE = 2.0  # seconds for each part
LEAST_SHARE, LEAST_BYTES = 0.1, 1_073_741_824  # the disk is short when less than both is free
REDIS_PORT = 6379


@dataclass(frozen=True, slots=True)
class Health:
    """What was found.

    Attributes:
        problems: why no mail should be sent here, by part; none means ready.
        degraded: what is wrong but costs delay only.
    """

    problems: dict[str, str]
    degraded: dict[str, str]


async def refuse_unsafe(login: Login = "gateway") -> None:
    """Hear before the door opens whether the database may be used; one that is away may come (till then: 451).

    Args:
        login: whose door it is.

    Raises:
        Unsafe: it must not be.
    """
    with suppress(psycopg.Error, TimeoutError, LookupError):
        async with door_statements(LINE, login):
            pass


async def examine(home: Path, broker: str, *, draining: bool) -> Health:
    """Look at all parts at once, each for at most `PATIENCE` seconds.

    Args:
        home: the data folder.
        broker: Redis URL.
        draining: whether the process is about to end.
    """
    database, redis = await asyncio.gather(_outcome(_schema()), _outcome(_ping(broker)))
    found = {"door": "draining" if draining else "", "database": database, "disk": _disk(home)}
    return Health(
        problems={part: said for part, said in found.items() if said}, degraded={"redis": redis} if redis else {}
    )


async def _outcome(probe: Awaitable[str]) -> str:
    try:
        return await asyncio.wait_for(probe, PATIENCE)
    except TimeoutError:
        return "no answer"
    except Unsafe as refusal:
        return str(refusal)
    except Exception as error:  # noqa: BLE001  whatever it is, that part is not well; the page says which
        return f"unreachable ({type(error).__name__})"


async def _schema() -> str:
    expected = await asyncio.to_thread(_head)
    async with door_statements(LINE) as connection:
        row = await (await connection.execute("SELECT version_num FROM alembic_version")).fetchone()
    return "" if row and row[0] == expected else "schema is not the one this program expects; run `postern migrate`"


def _head() -> str:
    from migrations.run import head  # noqa: PLC0415  loads Alembic, which only this page needs

    return head()


async def _ping(broker: str) -> str:
    """Say PING to Redis; an error as answer (it may want a password) is an answer."""
    reader, writer = await _connect(broker)
    try:
        writer.write(b"PING\r\n")
        return "" if (await reader.readline())[:1] in {b"+", b"-"} else "no answer"
    finally:
        writer.close()


async def _connect(broker: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    parts = urlsplit(broker)
    if parts.scheme == "redis+socket":
        return await asyncio.open_unix_connection(unquote(parts.path))
    tls = True if parts.scheme == "rediss" else None
    return await asyncio.open_connection(parts.hostname or "localhost", parts.port or REDIS_PORT, ssl=tls)


def _disk(home: Path) -> str:
    try:
        usage = shutil.disk_usage(home)
    except OSError as error:
        return f"cannot be read ({type(error).__name__})"
    return "too little space" if usage.free < min(LEAST_SHARE * usage.total, LEAST_BYTES) else ""
