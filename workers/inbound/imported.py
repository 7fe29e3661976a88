"""What becomes of a mail that an operator imported: it is history, so its thread is believed and nobody is written to.

An import is an act at the desk. Who wrote a mail is therefore taken from its From, agents included; the trace says that
nobody proved it. Nothing of it goes out, so the worst that a forged old mail does is to be read.
"""

from workers.inbound import ring as rings
from workers.inbound.decide import Act, Decision, Reason, joined, parted
from workers.inbound.facts import Facts, Person, Received
from workers.inbound.mail import Address
from workers.inbound.recognise import Kind, recognise
from workers.inbound.thread import Lead, leads

VOUCHED = "an operator imported it: who wrote it is taken from From without proof, and nothing is sent"


def decide(received: Received, author: Person | None, facts: Facts) -> Decision:
    """Decide about one imported mail.

    Args:
        received: the mail.
        author: whose address its From is, None for a stranger or an unknown sender.
        facts: of its batch.
    """
    opinion, sender = recognise(received, facts), received.mail.sender
    trace = (
        Reason("sender", sender.address if sender else "unknown", received.mail.sender_note),
        Reason("recognise", opinion.kind, opinion.reason),
        Reason("import", "vouched for", VOUCHED),
    )
    if opinion.kind is Kind.OWN:
        return Decision(Act.QUARANTINE, opinion.kind, trace, why_not=f"our own letter came back: {opinion.reason}")
    ours = bool(author and author.is_staff) or bool(sender and sender.address.lower() in facts.ours)
    ring = rings.find(received, author, facts)
    found = rings.followed(leads(received, facts), received.mail, ring)
    if found:
        follows = _follow(found[0], opinion.kind, trace, ours=ours)
        return parted(joined(follows, found, author, imported=True), ring)
    cites = bool(received.mail.in_reply_to or received.mail.references)
    why = "it cites only mails we do not know" if cites else "it cites no mail"
    towards = _towards(received, facts) if ours else None
    reason = Reason("thread", "new ticket", why + (f", and was written to {towards.address}" if towards else ""))
    return Decision(Act.OPEN, opinion.kind, (*trace, reason), ours=ours, towards=towards)


def _follow(lead: Lead, kind: Kind, trace: tuple[Reason, ...], *, ours: bool) -> Decision:
    if not ours:
        reason = Reason("thread", "comment", f"{lead.how}, and old threads are kept as they were")
        return Decision(Act.COMMENT, kind, (*trace, reason), lead.ticket)
    if kind is Kind.PERSONAL:
        reason = Reason("thread", "answer", f"{lead.how}, and the sender answers for the organization")
        return Decision(Act.ANSWER, kind, (*trace, reason), lead.ticket, ours=True)
    why = "it is an automatic reply of our own"
    return Decision(Act.HOLD, kind, (*trace, Reason("thread", "held", why)), lead.ticket, why_not=why, ours=True)


def _towards(received: Received, facts: Facts) -> Address | None:
    """The first it was written to who is not ours."""
    for one in received.mail.to:
        address = one.address.lower()
        known = facts.people.get(address)
        if address not in facts.ours and not (known and known.is_staff):
            return one
    return None
