"""Waiting without holding up the loop that listens for signals and for the end of processes."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress

from gateway.supervisor.instance import reachable, split


async def answers(address: str) -> bool:
    """Whether somebody listens at `HOST:PORT`."""
    host, port = split(address)
    try:
        _, writer = await asyncio.open_connection(reachable(host).strip("[]"), port)
    except OSError:
        return False
    writer.close()
    return True


async def in_thread(work: Callable[[], None]) -> None:
    """Run work in a thread that ends with it: a process with several threads should not start children.

    Args:
        work: what to do; what it raises is raised here.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()

    def tell(error: BaseException | None) -> None:
        if not done.done():
            done.set_exception(error) if error else done.set_result(None)

    def run() -> None:
        problem: BaseException | None = None
        try:
            work()
        except BaseException as error:  # noqa: BLE001  raised again by whoever waits
            problem = error
        with suppress(RuntimeError):  # the loop is gone: we were stopped meanwhile
            loop.call_soon_threadsafe(tell, problem)

    threading.Thread(target=run, name="prepare", daemon=True).start()
    await done
