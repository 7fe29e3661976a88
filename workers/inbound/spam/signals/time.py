"""When it says that it was written."""

from datetime import timedelta

from workers.inbound.spam.hint import Hint
from workers.inbound.spam.sight import Standing

_AHEAD = timedelta(days=2)


def is_dated_ahead(standing: Standing) -> Hint | None:
    """From the future, to stand above all others."""
    date = standing.date
    return Hint(1.5, "it is dated in the future") if date and date - standing.at > _AHEAD else None
