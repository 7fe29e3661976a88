"""Programs and lists, as their headers say (RFC 3834 section 5, RFC 2919): keep their mail, never answer it."""

from workers.inbound.facts import Facts, Received
from workers.inbound.recognise.kinds import Kind, Opinion

BULK = ("bulk", "list", "junk")


def opinion(received: Received, facts: Facts) -> Opinion | None:
    """`automatic` for replies by programs, lists and anything sent with no return path."""
    del facts
    mail = received.mail
    if mail.auto_submitted not in ("", "no"):
        return Opinion(Kind.AUTOMATIC, f"Auto-Submitted: {mail.auto_submitted}")
    if mail.list_id:
        return Opinion(Kind.AUTOMATIC, "it has a List-Id")
    if mail.precedence in BULK:
        return Opinion(Kind.AUTOMATIC, f"Precedence: {mail.precedence}")
    if mail.suppress:
        return Opinion(Kind.AUTOMATIC, f"X-Auto-Response-Suppress: {mail.suppress}")
    if not received.mail_from:
        return Opinion(Kind.AUTOMATIC, "it has no return path")
    return None
