"""Programs that are told: whether one has not taken what was said to it for five days."""

from collections.abc import Iterable

from sqlalchemy import text

from gateway.cli import find
from gateway.cli.checks.finding import Finding, ok, warn

MOST = 5  # that are named
_FAILED = text(
    "SELECT w.name FROM webhooks w WHERE EXISTS (SELECT FROM webhook_calls c"
    " WHERE c.org_id = w.org_id AND c.webhook_id = w.id AND c.state = 'failed') ORDER BY w.name"
)


def calls() -> Iterable[Finding]:
    """Each webhook takes what it is told."""
    deaf = [f"{row['name']} of {row['org']}" for row in find.everywhere(_FAILED, {})]
    if not deaf:
        yield ok("webhooks", "no call has failed")
        return
    named = f"{', '.join(deaf[:MOST])}{', …' if len(deaf) > MOST else ''}"
    advice = "`postern webhooks calls --state failed` says what was answered, `retry` makes a call again"
    yield warn("webhooks", f"{len(deaf)} webhook(s) did not take what they were told: {named}", advice)
