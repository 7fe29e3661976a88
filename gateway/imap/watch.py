"""Waiting for mail without a thread: the loop watches the socket of a connection that asked to be told (IDLE)."""

import asyncio

from gateway.imap.crew import Crew
from gateway.imap.session import Session
from gateway.imap.values import Login


async def news(crew: Crew, session: Session, login: Login, seconds: float) -> None:
    """Return when the server says something, or after a while anyway: one that is half dead never does.

    Args:
        crew: threads for asking.
        session: in the folder to be watched.
        login: whose.
        seconds: how long at most; a server that cannot tell is asked again then.
    """
    if not session.can_idle:
        await asyncio.sleep(seconds)
        return
    await crew.run(login.lease.org, session.idle)
    if not session.has_words:
        await _readable(session.fileno(), seconds)
    await crew.run(login.lease.org, session.done)


async def _readable(number: int, seconds: float) -> None:
    loop = asyncio.get_running_loop()
    told = asyncio.Event()
    loop.add_reader(number, told.set)
    try:
        async with asyncio.timeout(seconds):
            await told.wait()
    except TimeoutError:
        pass
    finally:
        loop.remove_reader(number)
