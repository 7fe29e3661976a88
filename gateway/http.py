"""The door's window: is it alive, is it ready, what did it count. Served by the same loop, opened after the door."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from gateway import health, metrics
from gateway.failures import told
from gateway.http_unsubscribe import unsubscribe
from gateway.metrics import MOST_MAILBOXES, Counted, Metrics
from gateway.smtp import Door
from models.database import door_statements
from models.one_click import PATH
from models.settings import Settings

log = structlog.get_logger()
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
QUERY_SECONDS = 2.0
_MAILBOXES = "SELECT org_id, mailbox_id, name, value FROM mailbox_metrics(%b)"


@dataclass(frozen=True, slots=True)
class Pages:
    """What is shown.

    Attributes:
        settings: of this process. door, metrics: what is looked at.
    """

    settings: Settings
    door: Door
    metrics: Metrics

    async def healthz(self, request: Request) -> Response:
        """The loop is alive, or this would not be answered."""
        return JSONResponse({"status": "alive"})

    async def readyz(self, request: Request) -> Response:
        """200 when mail should be sent here, 503 when not; what is merely slow is named as degraded."""
        found = await health.examine(self.settings.home, self.settings.broker(), draining=self.door.draining)
        status = "not ready" if found.problems else "degraded" if found.degraded else "ready"
        said = {"status": status, "problems": found.problems, "degraded": found.degraded}
        return JSONResponse(said, status_code=503 if found.problems else 200)

    async def metrics_page(self, request: Request) -> Response:
        """Prometheus' text format; without the database's part when that is away."""
        return PlainTextResponse(metrics.text(self.metrics, await _database_part()), media_type=CONTENT_TYPE)

    async def unsubscribe(self, request: Request) -> Response:
        """The link in a letter, see `gateway.http_unsubscribe`."""
        return await unsubscribe(request, self.door)

    def application(self) -> Starlette:
        """The pages under their paths."""
        return Starlette(
            routes=[
                Route("/healthz", self.healthz),
                Route("/readyz", self.readyz),
                Route("/metrics", self.metrics_page),
                Route(f"{PATH}/{{address}}", self.unsubscribe, methods=["GET", "POST"]),
            ]
        )


async def _database_part() -> Counted:
    try:
        async with asyncio.timeout(QUERY_SECONDS), door_statements("health") as connection:
            totals = await (await connection.execute("SELECT name, value FROM postern_metrics()")).fetchall()
            mailboxes = await (await connection.execute(_MAILBOXES, [MOST_MAILBOXES])).fetchall()
    except (psycopg.Error, TimeoutError, LookupError) as error:
        log.warning("no metrics from the database", **told(error))
        return Counted()
    return Counted(dict(totals), [(org, mailbox, name, value) for org, mailbox, name, value in mailboxes])


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the door's: it drains first."""
        yield


class Window:
    """The HTTP server of this process."""

    def __init__(self, pages: Pages) -> None:
        host, _, port = pages.settings.http.rpartition(":")
        self._address = (host.strip("[]"), int(port))
        self._server = _Server(
            uvicorn.Config(
                pages.application(),
                log_config=None,
                access_log=False,
                lifespan="off",
                timeout_graceful_shutdown=1,
                server_header=False,
            )
        )
        self._task: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Begin to serve, in the running loop.

        Raises:
            OSError: the address is in use.
        """
        family = socket.AF_INET6 if ":" in self._address[0] else socket.AF_INET
        listening = socket.create_server(self._address, family=family)
        self._task = asyncio.get_running_loop().create_task(self._server.serve([listening]))

    async def close(self) -> None:
        """Stop serving."""
        self._server.should_exit = True
        if self._task:
            await self._task
