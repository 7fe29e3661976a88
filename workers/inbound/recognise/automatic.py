"""What no person sends: an answer by a program that only its headers or its empty return path give away (RFC 3834)."""

from workers.inbound.facts import Facts, Received
from workers.inbound.recognise.kinds import Kind, Opinion


def opinion(received: Received, facts: Facts) -> Opinion | None:
    """`automatic` for replies by programs and anything sent with no return path."""
    del facts
    mail = received.mail
    if mail.auto_submitted.startswith("auto-repl"):
        return Opinion(Kind.AUTOMATIC, f"Auto-Submitted: {mail.auto_submitted}")
    if not received.mail_from and not received.imported:  # an old mailbox seldom tells the return path
        return Opinion(Kind.AUTOMATIC, "it has no return path")
    return None
