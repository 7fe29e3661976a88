"""Words that nobody teaches any more fade from what organizations know about spam."""

from time import monotonic

from models.database import transaction
from models.teaching import forget as let_go
from workers.clock.retention import organizations


def forget(seconds: float) -> None:
    """Let go of them in all organizations; what is not done after so many seconds is for the next time."""
    end = monotonic() + seconds
    for org in organizations():
        if monotonic() > end:
            return
        with transaction(org) as connection:
            let_go(connection, org)
