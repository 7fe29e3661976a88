"""The IMAP door as a process, `python -m gateway.imap`: fetches for all mailboxes that are kept elsewhere."""

import asyncio
import signal
import sys

import structlog

from gateway.accept import Acceptor
from gateway.health import refuse_unsafe
from gateway.imap.crew import Crew
from gateway.imap.house import House
from gateway.imap.means import Means
from gateway.imap.room import Room
from gateway.metrics import Metrics
from gateway.nudge import Nudge
from models import logs
from models.database import hang_up
from models.settings import Settings, settings
from models.standing import Unsafe

log = structlog.get_logger()
LAST_HINTS = 2.0  # seconds to tell the workers about the last mails
MOST_ROOM = 67_108_864  # bytes of mails under way, of all mailboxes; one of the largest allowed fits in


async def serve(chosen: Settings) -> int:
    """Fetch for every mailbox that can be leased, until SIGTERM or SIGINT.

    Args:
        chosen: the settings of this process.

    Returns:
        The exit code.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await refuse_unsafe("fetcher")
    crew = Crew()
    metrics = Metrics()
    nudge = Nudge(chosen.broker(), metrics)

    def means() -> Means:
        nudge.start()
        acceptor = Acceptor(metrics, nudge.ring, max_queued_bytes=chosen.max_queued_bytes, login="fetcher")
        return Means(chosen, crew, Room(max(MOST_ROOM, chosen.max_message_bytes)), acceptor)

    keeping = asyncio.create_task(House(chosen.imap_mailboxes, means).keep())
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({keeping, stopping}, return_when=asyncio.FIRST_COMPLETED)
    log.info("closing")
    await _end(keeping)
    crew.close()
    nudge.close(LAST_HINTS)
    await hang_up()
    return 0


async def _end(keeping: "asyncio.Task[None]") -> None:
    """Have the mailboxes given back; an error that ended it before is raised."""
    keeping.cancel()
    await asyncio.wait({keeping})
    if not keeping.cancelled():
        keeping.result()


def main() -> int:
    """Run the process; what keeps it from running is said in one line."""
    chosen = settings()
    logs.configure(verbose=chosen.verbose)
    try:
        return asyncio.run(serve(chosen))
    except (OSError, Unsafe) as error:
        log.error("cannot fetch", error=str(error))  # noqa: TRY400  the operator wants the reason, no trace
        return 1


if __name__ == "__main__":
    sys.exit(main())
