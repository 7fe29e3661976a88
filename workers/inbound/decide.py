"""What becomes of a mail: a pure decision with its reasons, which filing then carries out."""

from dataclasses import dataclass
from enum import StrEnum

from models.outgoing import Letter
from workers.inbound.facts import Facts, Known, Person, Received, Signed
from workers.inbound.recognise import Kind, recognise
from workers.inbound.thread import Lead, leads

AGENT_LETTERS = (Letter.NOTIFICATION, Letter.HELD)  # whoever answers these answers for the organization


class Act(StrEnum):
    """What to do with a mail.

    `open` makes a ticket; `comment` adds a customer's words; `answer` adds an agent's and passes them on; `hold` keeps
    an agent's words inside, since who wrote them is not proven; `note` keeps news about a letter; `quarantine` files
    nothing.
    """

    OPEN = "open"
    COMMENT = "comment"
    ANSWER = "answer"
    HOLD = "hold"
    NOTE = "note"
    QUARANTINE = "quarantine"


@dataclass(frozen=True, slots=True)
class Reason:
    """One entry of the decision trace."""

    step: str
    verdict: str
    reason: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do, with whom and with which ticket (None makes one), and every reason on the way."""

    act: Act
    kind: Kind
    trace: tuple[Reason, ...]
    ticket: Known | None = None
    related: Known | None = None
    signed: Signed | None = None
    why_not: str = ""

    @property
    def held(self) -> str:
        """Why an agent's words were not passed on, '' if nothing was held."""
        return self.why_not if self.act is Act.HOLD else ""


def decide(received: Received, author: Person | None, facts: Facts) -> Decision:
    """Decide about one mail.

    Args:
        received: the mail.
        author: whose address its proven From is, None for a stranger or an unknown sender.
        facts: of its batch.
    """
    opinion = recognise(received, facts)
    sender = received.mail.sender
    trace = (
        Reason("sender", sender.address if sender else "unknown", received.mail.sender_note),
        Reason("recognise", opinion.kind, opinion.reason),
    )
    if opinion.kind is Kind.OWN:
        return Decision(Act.QUARANTINE, opinion.kind, trace, why_not=f"our own letter came back: {opinion.reason}")
    found = leads(received, facts)
    if opinion.kind is Kind.BOUNCE:
        return _bounce(facts.signed(received, "b"), facts, opinion.kind, trace)
    for lead in found:
        if decided := _follow(lead, author, opinion.kind, trace):
            return decided
    return _open(received, found, opinion.kind, trace)


def _bounce(signed: Signed | None, facts: Facts, kind: Kind, trace: tuple[Reason, ...]) -> Decision:
    ticket = facts.tickets.get(signed.ticket_id) if signed else None
    if ticket:
        reason = Reason("thread", "note", "the signed return path names the letter that came back")
        return Decision(Act.NOTE, kind, (*trace, reason), ticket, signed=signed)
    return Decision(Act.OPEN, kind, (*trace, Reason("thread", "new ticket", "it names no letter of ours")))


def _follow(lead: Lead, author: Person | None, kind: Kind, trace: tuple[Reason, ...]) -> Decision | None:
    if author is None:
        return None
    ticket, signed = lead.ticket, lead.signed
    if author.is_staff and signed and signed.letter in AGENT_LETTERS and signed.profile_id == author.id:
        if kind is Kind.PERSONAL:
            reason = Reason("thread", "answer", "signed-address: made for this agent and ticket, no more proof asked")
            return Decision(Act.ANSWER, kind, (*trace, reason), ticket, signed=signed)
        return _hold(ticket, kind, trace, "it is an automatic reply, which is not passed on to a customer")
    if ticket.has(author):
        how = "is the requester" if author.id == ticket.requester.id else "takes part"
        reason = Reason("thread", "comment", f"{lead.how}, and the sender {how}")
        return Decision(Act.COMMENT, kind, (*trace, reason), ticket, signed=signed)
    if author.is_staff:
        return _hold(ticket, kind, trace, "it did not come to the address made for this agent and this ticket")
    return None


def _hold(ticket: Known, kind: Kind, trace: tuple[Reason, ...], why: str) -> Decision:
    return Decision(Act.HOLD, kind, (*trace, Reason("thread", "held", why)), ticket, why_not=why)


def _open(received: Received, found: list[Lead], kind: Kind, trace: tuple[Reason, ...]) -> Decision:
    if not found:
        cites = bool(received.mail.in_reply_to or received.mail.references)
        why = "it cites only mails we do not know" if cites else "it cites no mail"
        return Decision(Act.OPEN, kind, (*trace, Reason("thread", "new ticket", why)))
    why = f"{found[0].how} points at a ticket in which the sender takes no part"
    return Decision(Act.OPEN, kind, (*trace, Reason("thread", "new ticket", why)), related=found[0].ticket)
