"""Our own letter come back: by its loop mark, its Message-ID, or a sender that is one of our mailboxes.

An old mailbox that is imported holds what was answered from it, so there the last is no sign of a loop.
"""

from models import marks
from workers.inbound.facts import Facts, Received
from workers.inbound.recognise.kinds import Kind, Opinion


def opinion(received: Received, facts: Facts) -> Opinion | None:
    """`own` for what this organization wrote; a letter of another one here is a mail like any other."""
    mail = received.mail
    if marks.is_our_loop(mail.loop, facts.org):
        return Opinion(Kind.OWN, "it bears our own loop mark")
    if mail.message_id and marks.read_message_id(mail.message_id, facts.org):
        return Opinion(Kind.OWN, "its Message-ID is one of ours")
    if mail.sender and mail.sender.address.lower() in facts.ours and not received.imported:
        return Opinion(Kind.OWN, "its From is one of our own mailboxes")
    return None
