"""The shell of letters about notices: each organization where some wait, a commit each."""

import structlog
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from models.database import transaction
from models.failpoint import reach
from workers.app import app, ring
from workers.clock.notices.mailing import mail

_WAITING = text("SELECT organizations_with_notices()")

log = structlog.get_logger()


@app.task(name="clock.notify")  # type: ignore[untyped-decorator]  # celery ships no types
def notify() -> None:
    """Write letters about notices that have waited long enough."""
    with transaction() as connection:
        waiting = list(connection.scalars(_WAITING))
    for org in waiting:
        try:
            with transaction(org) as connection:
                letters = mail(connection, org)
                reach("notices.mailing")
        except OperationalError:  # the database is away for all of them
            raise
        except Exception as error:  # noqa: BLE001  it rolled back, and keeps no other organization waiting
            log.warning("notices not mailed", org=str(org), error=type(error).__name__)
            continue
        ring("outbound.send", letters)
