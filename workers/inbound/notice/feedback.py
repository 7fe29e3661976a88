"""Somebody complained about a letter: a feedback report (RFC 5965), or a mailbox provider's own form of it."""

from workers.inbound import scrub
from workers.inbound.limits import RECIPIENTS
from workers.inbound.mail import Failure, Notice
from workers.inbound.notice import bounce, fields
from workers.inbound.notice.seen import Seen, addresses

OPT_OUT = "x-apple-unsubscribe"  # a mail program leaves a list in its owner's name
_FORMS = (
    "complaint about message from",
    "email feedback report",
    "abuse report for",
    "spam complaint from",
    "fbl report",
)
_KIND_CHARACTERS = 40
WORDS = frozenset(("complaint", "feedback", "abuse", "fbl"))  # each form holds one
_RECIPIENTS = ("original-rcpt-to", "removal-recipient", "x-original-rcpt-to")


def read(seen: Seen) -> Notice | None:
    """The complaint; each recipient that it names is one who complained, and if it names none somebody did."""
    if seen.headers.raw(OPT_OUT):
        return Notice("feedback", f"it has an {OPT_OUT} header", (), bounce.originals(seen))
    report = seen.reports.get("feedback")
    if report is None and not (seen.subject.startswith(_FORMS) and seen.originals):
        return None
    told = fields.blocks(report or "")
    kind = next((block["feedback-type"] for block in told if "feedback-type" in block), "abuse")
    kind = scrub.line(kind, _KIND_CHARACTERS).lower()
    named = [one for block in told for key in _RECIPIENTS for one in addresses(block.get(key, ""))]
    failures = tuple(Failure(one, "", "complained", hard=False, reason=kind) for one in dict.fromkeys(named or [""]))
    return Notice("feedback", f"it is a feedback report: {kind}", failures[:RECIPIENTS], bounce.originals(seen))
