"""Every mail of the corpus through the front door of a running system, which must take it as any other mail.

`-s` shows the figures. Mails go out in rounds, each when the one before it is filed: what a mail then waits is owed to
its neighbours of the same round, and not to a backlog.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest

from models.raw_mail import digest
from models.teaching import KEPT
from tests import corpus
from tests.corpus import Real
from tests.journeys.stage import Stage
from tests.running import Postern
from tests.sending import hand_over_all
from tests.watching import Watch

pytestmark = [
    pytest.mark.skipif(corpus.FOLDER is None, reason="POSTERN_CORPUS is not set"),
    pytest.mark.timeout(300),
]
ROUND = 100
FOREIGN = "bears no mark of ours"
NEIGHBOUR_SECONDS = 5.0  # promised: no mail holds up another one for longer
SHOWN = 3  # of them are asked for at the desk, too
LEDGER = """
    SELECT r.id, r.mailbox_id, r.digest, r.content, r.stage, r.reason, r.repeats, r.attempts, c.text,
           extract(epoch FROM r.processed_at - r.received_at)::float AS seconds
    FROM raw_mail r LEFT JOIN ticket_comments c ON c.org_id = r.org_id AND c.id = r.comment_id
    WHERE r.recipients = ARRAY[%(to)s] ORDER BY r.id
"""


@dataclass(frozen=True)
class Delivered:
    """The corpus after it went through a system that still runs."""

    watch: Watch
    mails: list[Real]
    answers: list[str]
    rows: dict[bytes, Any]

    def row(self, mail: Real) -> Any:
        """What the ledger holds of a mail, by its identity; None if it is not there."""
        (box,) = {row.mailbox_id for row in self.rows.values()}
        return self.rows.get(digest(box, "", mail.content))


def test_the_corpus(system: Postern, stage: Stage):
    stage.unbound()
    other = Stage(system, f"{stage.slug}w")
    other.send(b"Subject: Are you there?\r\n\r\n", "c@customer.test", [other.support])  # workers may still be starting
    with Watch(system) as watch:
        delivered = deliver(watch, stage.support)
        for check in (all_are_taken, few_are_quarantined, bytes_are_unchanged, texts_are_kept, none_waits, none_dies):
            check(delivered)


def deliver(watch: Watch, support: str) -> Delivered:
    """All of it sent, and read."""
    mails, answers = corpus.mails(), []
    for start in range(0, len(mails), ROUND):
        answers += hand_over_all(watch.system.smtp, [one.content for one in mails[start : start + ROUND]], support)
        watch.wait_until_read()
    return Delivered(watch, mails, answers, {bytes(row.digest): row for row in watch.rows(LEDGER, to=support)})


def all_are_taken(delivered: Delivered) -> None:
    """Each is answered 250, and stored once."""
    each = zip(delivered.mails, delivered.answers, strict=True)
    refused = [f"{mail.name}: {said}" for mail, said in each if not said.startswith("250")]
    assert refused == []
    assert [mail.name for mail in delivered.mails if delivered.row(mail) is None] == []
    repeats = sum(row.repeats for row in delivered.rows.values())
    assert len(delivered.rows) + repeats == len(delivered.mails) > 0
    print(f" {len(delivered.mails)} mails taken, {len(delivered.rows)} stored, {repeats} repeats")  # noqa: T201  figures for people


def few_are_quarantined(delivered: Delivered) -> None:
    """At most one in a hundred, but for spam and reports about letters not ours; each is shown with its reason."""
    stages = Counter(row.stage for row in delivered.rows.values() if FOREIGN not in (row.reason or ""))
    kept = [f"{mail.name}: {row.reason}" for mail in delivered.mails if (row := delivered.row(mail)).stage != "filed"]
    print(f" {dict(stages)}", *kept, sep="\n ")  # noqa: T201  as above
    assert set(stages) <= {"filed", "quarantined"}
    as_spam = sum((row.reason or "").startswith(KEPT) for row in delivered.rows.values())
    assert stages["quarantined"] - as_spam <= len(delivered.mails) / 100


def bytes_are_unchanged(delivered: Delivered) -> None:
    """What is stored is what was sent, and so is what the desk gives back."""
    sent = {mail.content for mail in delivered.mails}
    assert [row.id for row in delivered.rows.values() if bytes(row.content) not in sent] == []
    for row in list(delivered.rows.values())[:: len(delivered.rows) // SHOWN]:
        assert delivered.watch.system.output("mail", "show", str(row.id), "--raw") == row.content


def texts_are_kept(delivered: Delivered) -> None:
    """Where the source of a mail states a text, the ticket has one."""
    stated = [(mail.name, delivered.row(mail)) for mail in delivered.mails if mail.has_text]
    assert [name for name, row in stated if row.stage == "filed" and not row.text.strip()] == []
    print(f" {len(stated)} with a stated text, none of them empty")  # noqa: T201  as above
    assert stated


def none_waits(delivered: Delivered) -> None:
    """No mail holds up its neighbours."""
    waited = sorted(row.seconds for row in delivered.rows.values())
    slow = [mail.name for mail in delivered.mails if delivered.row(mail).attempts > 1]
    said = f"half within {waited[len(waited) // 2] * 1000:.0f} ms, the slowest {waited[-1]:.2f} s; put aside: {slow}"
    print(f" from the door to the ticket: {said}")  # noqa: T201  as above
    rows = [(mail.name, delivered.row(mail)) for mail in delivered.mails]
    late = [(name, row.seconds, row.repeats) for name, row in rows if row.seconds >= NEIGHBOUR_SECONDS]
    assert late == []


def none_dies(delivered: Delivered) -> None:
    """No process died or met what it did not expect."""
    assert delivered.watch.trouble() == []
