"""When a letter that could not go out is tried again, and when Postern gives up on it."""

from datetime import timedelta
from uuid import UUID
from zlib import crc32

STEPS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60))
LATER = timedelta(hours=2)
GIVE_UP = timedelta(days=5)
"""RFC 5321 section 4.5.4.1 asks for at least four to five days."""
JITTER = 0.1


def delay(attempts: int, letter: UUID) -> timedelta:
    """The pause after a failed try, up to a tenth longer or shorter, always the same for the same letter and try.

    Args:
        attempts: tries so far, at least 1.
        letter: identifier of the outbox row; spreads letters that failed together.
    """
    step = STEPS[attempts - 1] if attempts <= len(STEPS) else LATER
    spread = crc32(letter.bytes + attempts.to_bytes(4, "big")) / 0xFFFFFFFF * 2 - 1
    return step * (1 + JITTER * spread)


def next_try(attempts: int, age: timedelta, letter: UUID) -> timedelta | None:
    """The pause until the next try, or None to give up; the last try falls on the fifth day exactly.

    Args:
        attempts: tries so far, at least 1.
        age: how long ago the letter was queued, by the database's clock.
        letter: identifier of the outbox row.
    """
    left = GIVE_UP - age
    return min(delay(attempts, letter), left) if left > timedelta() else None
