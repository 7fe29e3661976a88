"""The door as a process, `python -m gateway`: mail can be handed in as soon as its ports are open."""

import asyncio
import importlib
import signal
import sys

import structlog

from gateway.accept import Acceptor
from gateway.addresses import Addresses
from gateway.health import refuse_unsafe
from gateway.metrics import Metrics
from gateway.nudge import Nudge
from gateway.smtp import Door
from gateway.smtp.loop import run
from models import logs
from models.database import hang_up
from models.settings import Settings, settings
from models.standing import Unsafe

log = structlog.get_logger()
LAST_HINTS = 2.0  # seconds to tell the workers about the last mails


async def serve(chosen: Settings) -> int:
    """Open the door, and keep it open until SIGTERM or SIGINT.

    Args:
        chosen: the settings of this process.

    Returns:
        The exit code.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    metrics = Metrics()
    nudge = Nudge(chosen.broker(), metrics)
    acceptor = Acceptor(metrics, nudge.ring, max_queued_bytes=chosen.max_queued_bytes)
    door = Door(chosen, Addresses(), acceptor, metrics)
    await refuse_unsafe()
    await door.open()
    nudge.start()
    sharing = asyncio.create_task(door.callers.keep())
    http = await asyncio.to_thread(importlib.import_module, "gateway.http")  # the door need not wait for it
    window = http.Window(http.Pages(chosen, door, metrics))
    window.open()
    await stop.wait()
    log.info("closing")
    await door.close()
    sharing.cancel()
    await window.close()
    nudge.close(LAST_HINTS)
    await hang_up()
    return 0


def main() -> int:
    """Run the process; an address that is in use is said in one line."""
    chosen = settings()
    logs.configure(verbose=chosen.verbose)
    try:
        return run(serve(chosen))
    except (OSError, Unsafe) as error:
        log.error("cannot open the door", error=str(error))  # noqa: TRY400  the operator wants the reason, no trace
        return 1


if __name__ == "__main__":
    sys.exit(main())
