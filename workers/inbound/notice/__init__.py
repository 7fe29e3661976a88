"""What a program tells in a mail, read where the mail is parsed: the first reader with an opinion is believed.

A notice says what the mail itself claims. What follows from it for a ticket is decided later, by `recognise`.
"""

import re
from dataclasses import replace

from workers.inbound.limits import FIELD_CHARACTERS
from workers.inbound.mail import Mail, Notice
from workers.inbound.notice import amazon, automatic, bounce, challenge, feedback, receipt
from workers.inbound.notice.seen import REPORTS, Reader, Seen
from workers.inbound.parse.headers import Headers

READERS: tuple[Reader, ...] = (
    amazon.read,
    challenge.read,  # some come in the form of a delivery report
    bounce.read,  # before automatic: a third of real bounces say that they are automatic replies
    feedback.read,
    receipt.read,
    automatic.read,
)
_HEADERS = automatic.SWITCHES | {
    automatic.RULES_LOOP,
    *automatic.SOURCES,
    *challenge.HEADERS,
    feedback.OPT_OUT,
    amazon.HEADER,
    "x-failed-recipients",
}
_TABLES = (bounce.SUBJECT, challenge.SUBJECT, *automatic.TABLES)
_WORDS = frozenset[str]().union(*(table.words for table in _TABLES), feedback.WORDS)
_WORD = re.compile(r"\w+")


def read(mail: Mail, headers: Headers) -> Notice | None:
    """The notice that a mail is, None for what a person or a list wrote.

    Args:
        mail: as it was read.
        headers: all that were asked for.
    """
    seen = Seen(mail, headers)
    if not _unusual(seen):
        return None
    found = next((one for reader in READERS if (one := reader(seen))), None)
    return found and replace(found, reason=found.reason[:FIELD_CHARACTERS])  # it quotes a header, however long


def _unusual(seen: Seen) -> bool:
    """Whether any reader could have an opinion; most mail is spared their questions."""
    mail = seen.mail
    if mail.report or any(one.content_type in REPORTS for one in mail.attachments):
        return True
    if mail.return_path == "" or mail.auto_submitted not in ("", "no"):
        return True
    if (
        not seen.headers.names.isdisjoint(_HEADERS)
        or any(map(automatic.is_switch, seen.headers.vendors))
        or mail.precedence.startswith("auto")
    ):
        return True
    if not mail.subject.isascii() or not _WORDS.isdisjoint(_WORD.findall(mail.subject.lower())):
        return True
    return seen.may_be_program and (seen.from_daemon or automatic.ANSWERER.search(seen.author) is not None)
