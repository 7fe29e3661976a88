"""Who sends so much at once that their mail may wait behind everybody else's: counted in memory, for one process.

It refuses nothing and is no limit. A sender may write `BURST` mails at once and `RATE` a second for ever; who writes
more is listened to more slowly, so that the machine has time for the others.
"""

import time
from collections.abc import Callable

BURST = 20.0
RATE = 1.0  # mails a second
MOST = 10_000  # senders that are remembered; the one longest silent is forgotten first


class Floods:
    """A leaky bucket for each return path; that of bounces, '', is one of them.

    Args:
        now: seconds by any clock that never goes back.
        burst, rate: at once, and a second.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic, *, burst: float = BURST, rate: float = RATE) -> None:
        self._now = now
        self._burst, self._rate = burst, rate
        self._levels: dict[str, tuple[float, float]] = {}

    def adds_to_one(self, sender: str) -> bool:
        """Count a mail; whether it is one of too many.

        Args:
            sender: return path of the mail.
        """
        now, key = self._now(), sender.lower()
        level, since = self._levels.pop(key, (0.0, now))
        level = min(max(0.0, level - (now - since) * self._rate) + 1.0, 2 * self._burst)
        self._levels[key] = (level, now)
        if len(self._levels) > MOST:
            del self._levels[next(iter(self._levels))]
        return level > self._burst

    def rises(self, sender: str) -> bool:
        """Whether a sender is flooding us at present; nothing is counted.

        Args:
            sender: as above.
        """
        level, since = self._levels.get(sender.lower(), (0.0, 0.0))
        return level - (self._now() - since) * self._rate > self._burst

    def forget(self, sender: str) -> None:
        """Begin anew with a sender."""
        self._levels.pop(sender.lower(), None)
