"""The shell of letters about notices: each organization where some wait, a commit each."""

from sqlalchemy import text

from models.database import transaction
from models.failpoint import reach
from workers.app import app, ring
from workers.clock.notices.mailing import mail

_WAITING = text("SELECT organizations_with_notices()")


@app.task(name="clock.notify")  # type: ignore[untyped-decorator]  # celery ships no types
def notify() -> None:
    """Write letters about notices that have waited long enough."""
    with transaction() as connection:
        waiting = list(connection.scalars(_WAITING))
    for org in waiting:
        with transaction(org) as connection:
            letters = mail(connection, org)
            reach("notices.mailing")
        ring("outbound.send", letters)
