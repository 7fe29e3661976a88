"""Lists and programs that write by themselves, as their headers say (RFC 2919, RFC 3834): keep it, never answer it."""

from workers.inbound.facts import Facts, Received
from workers.inbound.recognise.kinds import Kind, Opinion

BULK = ("bulk", "list", "junk")


def opinion(received: Received, facts: Facts) -> Opinion | None:
    """`bulk` for lists, mass mail and whatever a program sent of its own accord."""
    del facts
    mail = received.mail
    if mail.auto_submitted not in ("", "no"):
        return Opinion(Kind.BULK, f"Auto-Submitted: {mail.auto_submitted}")
    if mail.list_id:
        return Opinion(Kind.BULK, "it has the headers of a list")
    if mail.precedence in BULK:
        return Opinion(Kind.BULK, f"Precedence: {mail.precedence}")
    return None
