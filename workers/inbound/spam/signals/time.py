"""When it says that it was written: after it came, or long before it was sent."""

from datetime import timedelta

from workers.inbound.spam.hint import Hint
from workers.inbound.spam.sight import Sight, Standing

_AHEAD = timedelta(days=2)
_CLOCKS_DIFFER, _AT_ONCE = timedelta(minutes=10), timedelta(days=1)


def is_dated_ahead(standing: Standing) -> Hint | None:
    """From the future, to stand above all others."""
    date = standing.date
    return Hint(1.5, "it is dated in the future") if date and date - standing.at > _AHEAD else None


def is_written_after_it_came(sight: Sight) -> Hint | None:
    """Dated later than its first server took it, by more than clocks differ."""
    late = _late(sight)
    if late is not None and late < -_CLOCKS_DIFFER:
        return Hint(1.5, "its date is later than its first server took it")
    return None


def has_waited(sight: Sight) -> Hint | None:
    """Programs of people send at once what they date."""
    late = _late(sight)
    return Hint(1.2, "its first server took it a day or more after its date") if late and late > _AT_ONCE else None


def _late(sight: Sight) -> timedelta | None:
    """How long after its own date the first server on its way took it; None where either is unknown.

    Where it has none, `Mail.date` is the last server's.
    """
    date, taken = sight.mail.date, sight.head.taken(-1)
    return taken - date if taken and date and "date" in sight.head.values else None
