"""The secrets in the database: whether this installation has the keys that they were sealed with."""

from collections.abc import Iterable

from sqlalchemy import text

from gateway.cli import find
from gateway.cli.checks.finding import Finding, fail, ok
from models import seal_keys

MOST = 5  # that are named
_SEALED = text(
    "SELECT t.key_id, m.address AS owner FROM mailbox_tokens t"
    " JOIN mailboxes m ON m.org_id = t.org_id AND m.id = t.mailbox_id"
    " UNION ALL SELECT k.key_id, 'the DKIM key of ' || k.domain FROM signing_keys k"
    " UNION ALL SELECT w.key_id, 'the webhook ' || w.name FROM webhooks w WHERE w.key_id IS NOT NULL"
    " ORDER BY owner, key_id"
)


def keys() -> Iterable[Finding]:
    """What is sealed with another key opens for nobody, and its mailbox is not fetched from."""
    rows, known = find.everywhere(_SEALED, {}), seal_keys.known()
    lost = [row for row in rows if row["key_id"] not in known]
    if not lost:
        yield ok("seals", f"{len(rows)} secret(s), each sealed with a key that is here")
        return
    owners = list(dict.fromkeys(row["owner"] for row in lost))
    named = f"{', '.join(owners[:MOST])}{', …' if len(owners) > MOST else ''}"
    missing = ", ".join(sorted({row["key_id"] for row in lost}))
    said = f"{len(lost)} secret(s) are sealed with a key that is not in {seal_keys.place()} ({missing}): {named}"
    ways = "`postern mailbox rotate-secret ADDRESS`, `postern dkim rotate DOMAIN`, `postern webhooks rotate NAME`"
    anew = f"or give each secret anew with {ways}"
    yield fail("seals", said, f"put that key back behind those that are there, from the backup of the keys, {anew}")
