"""News about a letter of ours, filters' questions and programs' answers, as the parser noticed them in the mail."""

from workers.inbound.facts import Facts, Received
from workers.inbound.recognise.kinds import Kind, Opinion


def opinion(received: Received, facts: Facts) -> Opinion | None:
    """The notice's kind; whatever comes to the return path of a letter is news about it, by its form or not."""
    told = received.mail.notice
    if told and told.kind != Kind.AUTOMATIC:
        return Opinion(Kind(told.kind), told.reason)
    if facts.signed(received, "b"):
        return Opinion(Kind.BOUNCE, "it came to the return path of one of our letters")
    if received.mail.report:
        return Opinion(Kind.BOUNCE, "it is a delivery report")
    return Opinion(Kind.AUTOMATIC, told.reason) if told else None
