"""One command that brings all of Postern up on this machine and takes it down again, losing no mail on the way."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any

from gateway.embedded import EmbeddedPostgres, EmbeddedRedis, ServerError
from gateway.embedded.server import POLL_SECONDS, START_SECONDS, Server, last_lines
from gateway.supervisor import greeting, instance, leftovers, logs, waiting
from gateway.supervisor.keeper import Keeper
from gateway.supervisor.processes import PROCESSES, Child, Process, children
from models.settings import Settings
from models.standing import Unsafe

DOOR_SECONDS = 30.0  # until the doors listen
# Seconds after the wish to stop. The door may take 25 for a mail under way; the workers need not wait for all of it.
WORKERS_AFTER, CHILDREN_UNTIL, SERVERS_UNTIL = 5.0, 26.0, 29.5
SECOND_CHANCES = 1  # a server may stumble over what its predecessor left
RESTART_PATIENCE = 1.0  # a restart may be tried again, and must not keep us from hearing a signal
TRIM_EVERY = 60.0

Say = Callable[[str], None]


def _print(line: str) -> None:
    logs.show(f"{line}\n")


def up(
    settings: Settings,
    *,
    prepare: Callable[[], None],
    table: Sequence[Process] = PROCESSES,
    recipient: str = "support@demo.test",
    say: Say = _print,
) -> int:
    """Run everything until SIGINT or SIGTERM; call it in the main thread.

    Args:
        settings: of this instance.
        prepare: migrates, and fills a new database; called in a thread when PostgreSQL is up.
        table: what to run beside the embedded servers.
        recipient: an address of ours, for the example that is printed.
        say: prints one line.

    Returns:
        The exit code: 0 when it was asked to stop, 1 when it could not start (and has said why).
    """
    addresses = instance.Addresses()
    try:
        with instance.lock(settings.home):
            killed = leftovers.take_over(settings.home / "processes.json")
            if killed:
                say(f"Ended what the last run left behind: {', '.join(killed)}.")
            addresses.settle(settings)
            chosen = settings.model_copy(update=addresses.chosen)
            settings.instance_file.unlink(missing_ok=True)
            return asyncio.run(_Run(chosen, addresses, table, recipient, say).run(prepare))
    except (instance.InstanceError, ServerError, Unsafe, LookupError, OSError) as error:
        say(f"postern: {error}")
        return 1
    except KeyboardInterrupt:  # before there was anything to stop
        return 0
    finally:
        addresses.close()


class _Run:
    """One life of the instance, from the first process to the last."""

    def __init__(
        self, chosen: Settings, addresses: instance.Addresses, table: Sequence[Process], recipient: str, say: Say
    ) -> None:
        self.settings, self.addresses, self.recipient = chosen, addresses, recipient
        self.say = logs.Voice(say, chosen.home / "logs" / "supervisor.log")
        self.began = time.monotonic()
        said = {name.upper(): getattr(chosen, name) for name in ("smtp", "http")}
        environment = {**chosen.child_environment(), **{f"POSTERN_{name}": value for name, value in said.items()}}
        self.children = children(table, chosen.home, environment)
        self.servers: list[Server] = []
        self.servers += [] if chosen.redis_url else [EmbeddedRedis(chosen.data)]
        self.servers += [] if chosen.database_url else [EmbeddedPostgres(chosen.data)]

    async def run(self, prepare: Callable[[], None]) -> int:
        """Bring up, wait, take down."""
        record = self.settings.home / "processes.json"
        logs.begin(self.settings.home / "logs")
        self.keeper = Keeper(self.say, lambda running: leftovers.record(record, running))
        try:
            await self._unless_stopped(self._bring_up(prepare))
            await self.keeper.stopping.wait()
        finally:
            await self._take_down()
            record.unlink(missing_ok=True)
            self.settings.instance_file.unlink(missing_ok=True)
            with suppress(OSError):  # none was made, or something else is in it
                self.settings.socket_folder.rmdir()
        return 0

    async def _unless_stopped(self, work: Coroutine[Any, Any, None]) -> None:
        task, stopping = asyncio.ensure_future(work), asyncio.ensure_future(self.keeper.stopping.wait())
        await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not task.done():
            task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    async def _bring_up(self, prepare: Callable[[], None]) -> None:
        """The door first: it takes longest to load, and runs when its database can take a mail."""
        self._trim_logs()
        early = [child for child in self.children if child.row.preload or not child.row.needs]
        late = [child for child in self.children if child not in early]
        self._start(early)
        self._start(self.servers)
        await asyncio.gather(*(self._ready(server) for server in self.servers))
        await waiting.in_thread(prepare)
        for child in early:
            child.run()
        await asyncio.gather(*(self._listening(child) for child in early))
        instance.announce(self.settings, self.addresses.configured)
        self._start(late)
        for line in greeting.lines(self.settings, self.addresses.moved, self.recipient, time.monotonic() - self.began):
            self.say(line)

    def _start(self, some: Sequence[Child] | Sequence[Server]) -> None:
        for one in some:
            if self.settings.verbose:
                one.open_log = logs.open_mirrored
            self.keeper.start(one)

    async def _ready(self, server: Server) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not server.ready():
            if self.keeper.failures(server) > SECOND_CHANCES or time.monotonic() > deadline:
                raise ServerError(f"{server.name} does not start:\n{server.last_words()}")
            await asyncio.sleep(POLL_SECONDS)
        server.patience = RESTART_PATIENCE

    async def _listening(self, child: Child) -> None:
        deadline = time.monotonic() + DOOR_SECONDS
        for name in child.row.listens:
            address = getattr(self.settings, name)
            while address and not await waiting.answers(address):
                if time.monotonic() > deadline or not child.process or child.process.poll() is not None:
                    raise ServerError(f"{child.name} does not listen on {address}:\n{last_lines(child.log)}")
                await asyncio.sleep(POLL_SECONDS)

    async def _take_down(self) -> None:
        """The door, then the rest of the table, then the servers."""
        began = asyncio.get_running_loop().time()
        door = [child for child in self.children if child.row.listens]
        rest = [child for child in self.children if not child.row.listens]
        closing = asyncio.ensure_future(self.keeper.end(door, began + CHILDREN_UNTIL))
        await asyncio.wait({closing}, timeout=WORKERS_AFTER)
        await asyncio.gather(closing, self.keeper.end(rest, began + CHILDREN_UNTIL))
        self.keeper.hurry.clear()  # a server that is killed only takes longer to start again
        await self.keeper.end(self.servers, began + SERVERS_UNTIL)

    def _trim_logs(self) -> None:
        with suppress(OSError):
            logs.trim(self.settings.home / "logs")
        asyncio.get_running_loop().call_later(TRIM_EVERY, self._trim_logs)
