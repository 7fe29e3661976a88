"""The sweep: whatever waits although its doorbell rang in vain (Redis wiped, worker killed) is rung for again."""

from sqlalchemy import text

from models.database import transaction
from workers.app import app, ring

MOST = 1000  # rows of each kind in one sweep, so that a backlog does not flood the queue


@app.task(name="clock.sweep")  # type: ignore[untyped-decorator]  # celery ships no types
def sweep() -> None:
    """Ring for mails whose lease ran out or whose hint was lost, and for letters that are due."""
    with transaction() as connection:
        mails = connection.scalars(text("SELECT waiting_raw_mail(:most)"), {"most": MOST}).all()
        letters = connection.scalars(text("SELECT waiting_outgoing(:most)"), {"most": MOST}).all()
    ring("inbound.receive", mails)
    ring("outbound.send", letters)
