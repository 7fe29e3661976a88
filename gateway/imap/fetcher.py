"""The life of a mailbox in this process: log in, go through it, wait for mail; after a failure again, later."""

import asyncio
from collections import deque
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import count

import psycopg
import structlog

from gateway.imap import leases, tokens, trouble, watch
from gateway.imap import login as logins
from gateway.imap.folder import Folder
from gateway.imap.leases import Figures
from gateway.imap.means import Means, Memory
from gateway.imap.session import Refused, Session, connect
from gateway.imap.values import Lease, Login
from gateway.pop import session as pop
from gateway.pop.maildrop import Maildrop

log = structlog.get_logger()
LEAST_PAUSE = 0.5  # seconds between two looks, whatever the server says
TELL_EVERY = 30.0  # seconds between two notes of what is well and has not changed


class Fetcher:
    """A leased mailbox."""

    def __init__(self, lease: Lease, means: Means) -> None:
        self.lease = lease
        self._means = means
        self._memory = Memory()
        self._login: Login | None = None
        self._failures = 0
        self._was_refused = False
        self._secrets: deque[str] = deque(maxlen=2)  # a token that was renewed may be repeated as well
        self._told: Figures | None = None
        self._told_at = 0.0
        self._loop = asyncio.get_running_loop()

    async def run(self) -> None:
        """Fetch until it is cancelled, or the mailbox was paused."""
        while True:
            try:
                if not await self._live():
                    return
            except Exception as error:  # noqa: BLE001  whatever a server does, it must not end the others
                self._failures += 1
                await self._tell_failure(error)
                await asyncio.sleep(trouble.pause(self._failures, error))

    async def _live(self) -> bool:
        rows = await leases.login_rows(self.lease)
        if not rows:
            return False
        self._login = login = logins.read(self.lease, rows)
        session = await self._means.crew.open(self.lease.org, partial(self._connect, login), lambda late: late.close())
        telling = asyncio.create_task(self._tell_progress())
        try:
            await (self._work(session, login) if isinstance(session, Session) else self._visit(session, login))
        finally:
            telling.cancel()
            session.close()
        return True

    def _connect(self, login: Login) -> Session | pop.Session:
        """In a thread."""
        store = partial(tokens.keep, self.lease)
        secret = logins.secret(login, store, anew=self._was_refused)
        if secret not in self._secrets:
            self._secrets.append(secret)
        self._was_refused = False
        try:
            return (pop.connect if login.protocol == "pop3" else connect)(login, secret)
        except Refused:
            self._was_refused = login.auth in logins.TOKENS  # it may have been withdrawn before its time
            raise

    async def _work(self, session: Session, login: Login) -> None:
        folders = [Folder(name, self._means, session, login, self._memory) for name in reversed(login.folders)]
        due = self._loop.time()
        for rounds in count():
            looked_at = self._loop.time()
            is_due = looked_at >= due
            for folder in folders:
                await (folder.survey() if is_due else folder.look())
            if is_due:
                due = looked_at + self._means.settings.imap_survey_seconds
            if rounds or not self._failures:  # who fails after each beginning is not well in between
                await self._tell_success()
            seconds = min(self._means.settings.imap_poll_seconds, max(0.0, due - self._loop.time()))
            await watch.news(self._means.crew, session, login, seconds)
            await asyncio.sleep(max(0.0, looked_at + LEAST_PAUSE - self._loop.time()))

    async def _visit(self, session: pop.Session, login: Login) -> None:
        """A maildrop shows to a new connection only what is new."""
        more = await Maildrop(self._means, session, login, self._memory).look()
        await self._tell_success()
        await asyncio.sleep(LEAST_PAUSE if more else self._means.settings.imap_poll_seconds)

    async def _tell_success(self) -> None:
        memory, now = self._memory, self._loop.time()
        figures = self._figures()
        if not self._failures and figures == self._told and now < self._told_at + TELL_EVERY:
            return
        await leases.note_health(self.lease, None)
        await leases.note_figures(self.lease, figures)
        memory.gaps, memory.lag = 0, None
        self._failures, self._told_at, self._told = 0, now, replace(figures, gaps=0, lag=None)

    def _figures(self) -> Figures:
        memory = self._memory
        return Figures(memory.lag, memory.oldest, memory.gaps, sum(memory.set_aside.values()))

    async def _tell_progress(self) -> None:
        """A backlog takes its time, and whoever looks should see it become less."""
        while True:
            await asyncio.sleep(TELL_EVERY)
            if self._memory.oldest:
                with suppress(psycopg.Error, TimeoutError):
                    await leases.note_figures(self.lease, replace(self._figures(), gaps=0))

    async def _tell_failure(self, error: Exception) -> None:
        secrets = tuple(self._secrets)
        said, trace = trouble.sentence(error, self._login, secrets), trouble.trace(error, secrets)
        log.warning("mailbox fails", mailbox=str(self.lease.mailbox), times=self._failures, error=said, **trace)
        with suppress(psycopg.Error, TimeoutError):
            await leases.note_health(self.lease, said, permanent=trouble.is_permanent(error))
            await leases.note_figures(self.lease, replace(self._figures(), gaps=0))
