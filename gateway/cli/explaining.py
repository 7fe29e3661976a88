"""A stored mail scored as if it came now, with the worker's own code."""

from contextlib import closing
from typing import Any
from uuid import UUID

from sqlalchemy import text

from gateway.cli import find
from gateway.cli.problems import Problem
from models.database import transaction
from models.settings import settings
from workers.inbound.facts import Received, observe
from workers.inbound.reading import Sandbox
from workers.inbound.spam import bayes
from workers.inbound.spam.asking import Scanners
from workers.inbound.spam.score import score

KEYS = ("id", "score", "threshold", "spam", "ham", "hints", "words")
HINT = ("weight", "reason")
WORD = ("word", "chance", "spam", "ham")
_READ = text(
    "SELECT id, mailbox_id, mail_from, recipients, received_at, attempts, content FROM raw_mail"
    " WHERE id = :mail AND content <> ''"
)


def explained(org: find.Org, mail: UUID) -> dict[str, Any]:
    """What a mail scores, with the keys of `KEYS`.

    Args:
        org: whose it is.
        mail: its identifier.

    Raises:
        Problem: its bytes are not there any more.
    """
    with transaction(org.id) as connection:
        row = connection.execute(_READ, {"mail": mail}).one_or_none()
    if row is None:
        raise Problem(f"{mail} is not kept any more; there is nothing to score")
    with closing(Sandbox(signs=True)) as sandbox:
        (parsed,) = sandbox.parse([bytes(row.content)])
    known = (row.id, row.mailbox_id, row.mail_from, tuple(row.recipients), row.received_at, row.attempts)
    (received,) = Scanners.of(settings()).asked([Received(*known, parsed, bytes(row.content))])
    with transaction(org.id) as connection:
        facts = observe(connection, org.id, [received])
    sender = received.mail.sender
    found = score(received, facts.people.get(sender.address.lower()) if sender else None, facts)
    counts, mails = facts.taught.counts, (facts.taught.spam, facts.taught.ham)
    telling = bayes.telling(facts.taught.tokens.get(mail, ()), counts, mails)
    return {
        "id": mail,
        "score": found.value,
        "threshold": facts.taught.threshold,
        "spam": facts.taught.spam,
        "ham": facts.taught.ham,
        "hints": [{"weight": round(one.weight, 1), "reason": one.reason} for one in found.hints],
        "words": [
            {"word": word, "chance": round(chance, 2), "spam": counts[word][0], "ham": counts[word][1]}
            for word, chance in telling
        ],
    }
