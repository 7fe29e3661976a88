"""News about a letter of ours: by the signed return path it came to, or by its form (RFC 3464)."""

from workers.inbound.facts import Facts, Received
from workers.inbound.recognise.kinds import Kind, Opinion

DAEMONS = ("mailer-daemon", "postmaster")


def opinion(received: Received, facts: Facts) -> Opinion | None:
    """`bounce` for delivery reports; one that comes to no return path of ours stays what a person should look at."""
    if facts.signed(received, "b"):
        return Opinion(Kind.BOUNCE, "it came to the return path of one of our letters")
    if received.mail.report:
        return Opinion(Kind.BOUNCE, "it is a delivery report")
    sender = received.mail.sender.address.lower() if received.mail.sender else ""
    if not received.mail_from and sender.partition("@")[0] in DAEMONS:
        return Opinion(Kind.BOUNCE, "a mail system wrote it")
    return None
