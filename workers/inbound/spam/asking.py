"""Scanners outside are asked about a batch, side by side and for a short time, before its transaction begins.

One that is away or hangs costs a batch `SECONDS` once; then it is left alone for a while, and each trace says so.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from time import monotonic

import structlog

from models.settings import Settings
from workers.inbound.facts import Received
from workers.inbound.spam import rspamd, spamassassin
from workers.inbound.spam.sight import Finding

SECONDS = 2.0  # for one answer, and twice that for a batch
PAUSE_SECONDS = 15.0
LARGEST = 1_048_576  # bytes; spam is small, and a scanner reads no more of it either
AT_ONCE = 8
Ask = Callable[[Received], Finding]
log = structlog.get_logger()


class Scanners:
    """Those that an installation has; one for a process and all its threads.

    Args:
        rspamd_url: `http://host:port`, None for no rspamd.
        spamd: `host:port` of SpamAssassin's, None for none.
        seconds: see `SECONDS`.
    """

    def __init__(self, rspamd_url: str | None, spamd: str | None, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._asks: dict[str, Ask] = {}
        if rspamd_url:
            self._asks[rspamd.NAME] = lambda one: rspamd.ask(
                rspamd_url, one.content, one.mail_from, one.recipients, seconds
            )
        if spamd:
            self._asks[spamassassin.NAME] = lambda one: spamassassin.ask(spamd, one.content, seconds)
        self._rests: dict[str, float] = {}
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="scan") if self._asks else None

    @classmethod
    def of(cls, settings: Settings) -> "Scanners":
        """Those of an installation."""
        return cls(settings.rspamd, settings.spamassassin)

    def asked(self, batch: Sequence[Received]) -> list[Received]:
        """The batch with what they said; imported and released mails, and very large ones, are not asked about.

        Args:
            batch: any mails.
        """
        if self._pool is None:
            return list(batch)
        wanted = [one for one in batch if _is_asked_about(one)]
        found = zip(*(self._ask_all(name, wanted) for name in self._asks), strict=True)
        return [replace(one, scanned=next(found)) if _is_asked_about(one) else one for one in batch]

    def _ask_all(self, name: str, wanted: Sequence[Received]) -> list[Finding]:
        if monotonic() < self._rests.get(name, 0.0):
            return [Finding(name, None, "it did not answer a moment ago")] * len(wanted)
        assert self._pool is not None
        asked = [self._pool.submit(self._ask, name, one) for one in wanted]
        done, late = wait(asked, timeout=2 * self._seconds)
        for one in late:
            one.cancel()
        found = [_finding(name, one, late=one not in done) for one in asked]
        if any(one.share is None for one in found):
            log.warning("scanner not heard", scanner=name, mails=sum(one.share is None for one in found))
        return found

    def _ask(self, name: str, one: Received) -> Finding:
        if monotonic() < self._rests.get(name, 0.0):
            return Finding(name, None, "it did not answer a moment ago")
        try:
            return self._asks[name](one)
        except (OSError, ValueError) as error:
            if isinstance(error, OSError):
                self._rests[name] = monotonic() + PAUSE_SECONDS
            return Finding(name, None, _why(error))


def _is_asked_about(one: Received) -> bool:
    return not one.imported and not one.released and len(one.content) <= LARGEST


def _why(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    return "it is away" if isinstance(error, OSError) else "its answer was not understood"


def _finding(name: str, asked: Future[Finding], *, late: bool) -> Finding:
    return Finding(name, None, "it did not answer in time") if late else asked.result()
