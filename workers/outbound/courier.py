"""Takes letters to one relay over a connection that is kept between them, and between tasks for a while."""

from threading import Lock, Timer, local
from time import monotonic

import structlog

from models.outgoing import State
from workers.outbound.deliver import Lost, Patience, Session, Unreachable
from workers.outbound.letter import Outcome, Written
from workers.outbound.relay import Relay, parse_relay

IDLE_SECONDS = 30.0
"""A connection unused for this long is closed."""
CHECK_SECONDS = 5.0
"""A connection unused for this long is asked before it is trusted with a letter."""

log = structlog.get_logger()
_here = local()


class Courier:
    """Holds at most one connection; safe to share, one letter at a time."""

    def __init__(self, relay: Relay, hostname: str, patience: Patience | None = None) -> None:
        """Nothing is connected yet.

        Args:
            relay: where letters go.
            hostname: what we call ourselves.
            patience: how long a letter may take.
        """
        self._relay, self._hostname, self._patience = relay, hostname, patience or Patience()
        self._session: Session | None = None
        self._at_once = True
        self._used = 0.0
        self._lock = Lock()
        self._closing: Timer | None = None

    def deliver(self, letter: Written) -> Outcome:
        """Try once to hand over a letter; a kept connection found dead costs a new connection, not the letter."""
        with self._lock:
            try:
                return self._deliver(letter)
            except BaseException:
                self._drop()  # whatever it was, we no longer know where the conversation stands
                raise
            finally:
                self._keep()

    def close(self) -> None:
        """Hang up."""
        with self._lock:
            self._drop()

    def _deliver(self, letter: Written) -> Outcome:
        deadline = monotonic() + self._patience.until_dot(len(letter.content))
        kept = self._kept()
        try:
            if kept:
                try:
                    return kept.deliver(letter, self._patience, deadline)
                except Lost:
                    log.info("relay.ended", relay=self._relay.host)
            return self._connect().deliver(letter, self._patience, deadline)
        except Lost as lost:
            self._drop()
            return Outcome(letter.id, State.DEFERRED, str(lost))
        except Unreachable as away:
            return Outcome(letter.id, State.DEFERRED, f"{self._relay.host}: {away}", reached=False)

    def _kept(self) -> Session | None:
        idle = monotonic() - self._used
        if self._session and idle > CHECK_SECONDS and not self._session.is_alive(CHECK_SECONDS):
            self._drop()
        return self._session

    def _connect(self) -> Session:
        self._drop()
        self._session = Session(self._relay, self._hostname, self._patience.start, at_once=self._at_once)
        log.info("relay.connected", relay=self._relay.host)
        return self._session

    def _keep(self) -> None:
        self._used = monotonic()
        if self._session and self._session.is_confused:
            self._at_once = False
            self._drop()
        if self._session and self._closing is None:
            self._close_in(IDLE_SECONDS)

    def _close_in(self, seconds: float) -> None:
        self._closing = Timer(seconds, self._close_if_idle)
        self._closing.daemon = True
        self._closing.start()

    def _close_if_idle(self) -> None:
        with self._lock:
            self._closing = None
            left = self._used + IDLE_SECONDS - monotonic()
            if self._session and left > 0:
                self._close_in(left)
            else:
                self._drop()

    def _drop(self) -> None:
        if self._session:
            self._session.close()
            self._session = None


def courier(relay: str | Relay, hostname: str) -> Courier:
    """The courier of this process (and thread) for a relay; made on first use.

    Args:
        relay: where to, or its URL as `parse_relay` takes it.
        hostname: what we call ourselves.

    Raises:
        ValueError: the URL names no relay.
    """
    kept: dict[str | Relay, Courier] = _here.__dict__.setdefault("couriers", {})
    if relay not in kept:
        kept[relay] = Courier(relay if isinstance(relay, Relay) else parse_relay(relay), hostname)
    return kept[relay]
