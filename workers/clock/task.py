"""What the clock does: ring for what waits (Redis wiped, worker killed), make words and counts, remove what is over."""

from itertools import groupby
from time import monotonic

from sqlalchemy import text

from models.database import transaction
from workers.app import BULK, CALLS, app, queued, ring
from workers.clock import digests, forgetting, retention, trouble

MOST = 1000  # rows of one kind at once
MAILS = 3000  # in one sweep: what workers were kept from for long is caught up with at 600 a second
LIFTED = 25  # mails of a sweep that wait no longer behind others, so that none waits for ever while others keep coming
FLOOD_BATCH = 5  # one more who comes waits for one such message at most
WEBHOOKS = 8  # of one message: as many as are called at once
FULL = 100  # messages that wait behind the others already; no more are rung for then

PORTION = 10  # statements whose words one transaction makes, each of fifty tickets at most
PATIENCE = 2.0  # seconds; then the sweep has its turn, and the rest of the words the next
_PAST = (text("SELECT cleanup_old_notifications(:most)"), text("SELECT remove_past_limits(:most)"))


@app.task(name="clock.sweep")  # type: ignore[untyped-decorator]  # celery ships no types
def sweep() -> None:
    """Ring for mails whose lease ran out or whose hint was lost, for letters that are due, and for due calls."""
    full = queued(BULK) >= FULL
    most = MOST if full else MAILS
    with transaction() as connection:
        mails = connection.execute(text("SELECT id, of_flood FROM waiting_raw_mail(:most)"), {"most": most}).all()
        letters = connection.scalars(text("SELECT waiting_outgoing(:most)"), {"most": MOST}).all()
        webhooks = connection.scalars(text("SELECT webhooks_due(:most)"), {"most": MOST}).all()
    crowd, flood = ([one.id for one in mails if one.of_flood is said] for said in (False, True))
    lifted = [*crowd, *flood][:LIFTED]
    ring("inbound.receive", lifted)
    if not full:
        ring("inbound.receive", crowd[LIFTED:], queue=BULK)
        ring("inbound.receive", [one for one in flood if one not in lifted], queue=BULK, batch=FLOOD_BATCH)
    ring("outbound.send", letters)
    if not queued(CALLS):
        ring("outbound.call", webhooks, queue=CALLS, batch=WEBHOOKS)


@app.task(name="clock.tell")  # type: ignore[untyped-decorator]  # as above
def tell() -> None:
    """Write to the admins of mailboxes that broke, and of those that are well again; each organization by itself."""
    with transaction() as connection:
        connection.execute(text("SELECT note_neglected_mailboxes()"))
        found = connection.execute(
            text("SELECT org_id, mailbox_id FROM mailboxes_with_news(:most)"), {"most": MOST}
        ).all()
    for org, rows in groupby(found, key=lambda row: row.org_id):
        with transaction(org) as connection:
            letters = trouble.tell(connection, org, [row.mailbox_id for row in rows])
        ring("outbound.send", letters)


@app.task(name="clock.index")  # type: ignore[untyped-decorator]  # as above
def index() -> None:
    """Make the words of what changed anew, so that a search finds it."""
    end, taken = monotonic() + PATIENCE, PORTION
    while taken >= PORTION and monotonic() < end:
        with transaction() as connection:
            taken = connection.execute(text("SELECT index_words(:most)"), {"most": PORTION}).scalar_one()


@app.task(name="clock.count")  # type: ignore[untyped-decorator]  # as above
def count() -> None:
    """Bring the counts for lists and dashboards up to date; where somebody is at it already, that is enough."""
    with transaction() as connection:
        connection.execute(text("SELECT refresh_ticket_stats()"))


@app.task(name="clock.tidy")  # type: ignore[untyped-decorator]  # as above
def tidy() -> None:
    """Remove notices and limits that are over, files that nothing names, what is not taught any more; in portions."""
    for remove in _PAST:
        gone = MOST
        while gone >= MOST:
            with transaction() as connection:
                gone = connection.execute(remove, {"most": MOST}).scalar_one()
    retention.drop_files(PATIENCE)
    forgetting.forget(PATIENCE)


@app.task(name="clock.retain")  # type: ignore[untyped-decorator]  # as above
def retain() -> None:
    """Let go of what organizations keep no longer."""
    retention.let_go(PATIENCE)


@app.task(name="clock.digest")  # type: ignore[untyped-decorator]  # as above
def digest() -> None:
    """Have agents told what is new in quarantine, where it is the hour for it; who reads mails writes the letter."""
    with transaction() as connection:
        waiting = list(connection.scalars(text("SELECT organizations_with_quarantine()")))
    for org in waiting:
        with transaction(org) as connection:
            is_due = digests.due(connection, org)
        ring("inbound.digest", [org] if is_due else [])
