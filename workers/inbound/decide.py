"""What becomes of a mail: a pure decision with its reasons, which filing then carries out."""

from dataclasses import dataclass, replace
from enum import StrEnum

from models import digest
from models.outgoing import Letter
from workers.inbound import chain, fold
from workers.inbound import ring as rings
from workers.inbound.facts import Facts, Known, Person, Received, Signed
from workers.inbound.joining import conversation
from workers.inbound.leaving import Leaving, asked
from workers.inbound.mail import Address
from workers.inbound.recognise import Kind, recognise, silence
from workers.inbound.said import Said
from workers.inbound.screens import screened
from workers.inbound.screens.verify import ASKED
from workers.inbound.thread import Lead, leads

AGENT_LETTERS = (
    Letter.NOTIFICATION,
    Letter.HELD,
    Letter.RETURNED,
)  # whoever answers these answers for the organization


class Act(StrEnum):
    """What to do with a mail.

    `open` makes a ticket; `comment` adds a customer's words; `answer` adds an agent's and passes them on; `hold` keeps
    an agent's words inside, since who wrote them is not proven; `note` keeps news about a letter, or that somebody
    leaves; `quarantine` files nothing.
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
    """What to do, with whom and with which ticket (None makes one), and every reason on the way.

    Attributes:
        ours: these are the organization's own words, though nobody signed for them (only in what was imported).
        joined: tickets of the same conversation, which go on in this one.
        follows: a ticket that was closed for good, whose matter goes on in the new one.
        ring: earlier mails that it and they cite each other with; what they cite besides is not believed, and where a
            ticket is opened they go there, too.
        towards: whom a ticket that we opened ourselves is for, None if it is for who wrote.
        silent: why no program of ours may answer, '' if one may.
        depth: mails by programs since a person last wrote, this one included.
        leaving: who leaves the ticket by this mail.
        folded: it would have opened one ticket too many.
        asks: a letter asks its sender to answer before it is filed.
        spam_score: how much it looks like spam, from 0 to 1; None where that was not asked.
    """

    act: Act
    kind: Kind
    trace: tuple[Reason, ...]
    ticket: Known | None = None
    related: Known | None = None
    follows: Known | None = None
    signed: Signed | None = None
    joined: tuple[Known, ...] = ()
    ring: tuple[Said, ...] = ()
    why_not: str = ""
    ours: bool = False
    towards: Address | None = None
    silent: str = ""
    depth: int = 0
    leaving: Leaving | None = None
    folded: bool = False
    asks: bool = False
    spam_score: float | None = None

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
    trace: tuple[Reason, ...] = (
        Reason("sender", sender.address if sender else "unknown", received.mail.sender_note),
        Reason("recognise", opinion.kind, opinion.reason),
    )
    if opinion.kind is Kind.OWN:
        return Decision(Act.QUARANTINE, opinion.kind, trace, why_not=f"our own letter came back: {opinion.reason}")
    said = screened(received, author, facts)
    trace += tuple(Reason(one.step, one.verdict, one.reason) for one in said)
    score = next((one.score for one in said if one.score is not None), None)
    if said and said[-1].quarantine:
        last, asks = said[-1], said[-1].verdict == ASKED
        return Decision(Act.QUARANTINE, opinion.kind, trace, why_not=last.reason, asks=asks, spam_score=score)
    deep = chain.follow(received, facts, opinion.kind)
    if deep.depth > 1:
        trace = (*trace, Reason("chain", f"{deep.depth} deep", deep.reason))
    decided = _fold(_judge(received, author, facts, opinion.kind, trace), received, author, facts)
    silent = silence(received, facts, opinion)
    return replace(decided, silent=silent, depth=deep.depth, spam_score=score)


def foresee(received: Received, author: Person | None, facts: Facts) -> tuple[Act, Known | None]:
    """What would be done with a mail, and with which ticket, did no screen object; arguments as `decide`."""
    kind = recognise(received, facts).kind
    if kind is Kind.OWN:
        return Act.QUARANTINE, None
    decided = _judge(received, author, facts, kind, ())
    return decided.act, decided.ticket


def _judge(received: Received, author: Person | None, facts: Facts, kind: Kind, trace: tuple[Reason, ...]) -> Decision:
    if leaving := asked(received, facts):
        why = Reason("unsubscribe", "leaves" if leaving.person else "has left", leaving.why)
        return Decision(Act.NOTE, kind, (*trace, why), leaving.ticket, leaving=leaving)
    if kind.is_news:
        return _news(received, facts, kind, trace)
    ring = rings.find(received, author, facts)
    found = rings.followed(leads(received, facts), received.mail, ring)
    followed = list(filter(None, (_follow(lead, author, kind, trace) for lead in found)))
    if not followed:
        return _open(received, found, kind, trace)
    first = next((one for one in followed if one.ticket), followed[0])  # what goes on already goes on there
    return parted(joined(first, found, author), ring) if first.act is Act.COMMENT else first


def _fold(decided: Decision, received: Received, author: Person | None, facts: Facts) -> Decision:
    """The same, unless it opens one ticket too many of its sender."""
    ticket = fold.into(received, author, facts) if decided.act is Act.OPEN else None
    if ticket is None:
        return decided
    reason = Reason("thread", "folded", f"{facts.screening.floods[received.id]}: it goes on in the last of them")
    trace = (*decided.trace[:-1], reason)
    return replace(decided, act=Act.COMMENT, trace=trace, ticket=ticket, related=None, ring=(), folded=True)


def joined(decision: Decision, found: list[Lead], author: Person | None, *, imported: bool = False) -> Decision:
    """The same decision, with the tickets that are one conversation by this mail; arguments as `conversation`."""
    if decision.ticket is None:
        return decision
    first, *others = conversation(decision.ticket, found, author, imported=imported)
    if not others:
        return decision
    why = f"it shows that {1 + len(others)} tickets of the same people are one conversation"
    trace = (*decision.trace, Reason("thread", "joined", why))
    return replace(decision, ticket=first, joined=tuple(others), trace=trace)


def parted(decision: Decision, ring: tuple[Said, ...]) -> Decision:
    """The same decision, or to open a ticket for a ring alone.

    Args:
        decision: to add a comment; any other stays as it is.
        ring: as `ring.find` found it.
    """
    ticket = decision.ticket
    if not ring or ticket is None or ticket.id != ring[0].ticket or decision.act is not Act.COMMENT:
        return decision
    alone = rings.is_all(ring, ticket)
    known = replace(
        decision, ring=ring, trace=(*decision.trace, Reason("thread", "ring" if alone else "parted", rings.WHY))
    )
    return known if alone else replace(known, act=Act.OPEN, ticket=None, joined=())


def _news(received: Received, facts: Facts, kind: Kind, trace: tuple[Reason, ...]) -> Decision:
    signed = facts.returned(received)
    ticket = facts.tickets.get(signed.ticket_id) if signed and signed.ticket_id else None
    if ticket:
        reason = Reason("thread", "note", "the address it came to, or a mark in it, names our letter")
        return Decision(Act.NOTE, kind, (*trace, reason), ticket, signed=signed)
    if received.released:
        reason = Reason("thread", "new ticket", "a person wants it filed, and it is about no ticket")
        return Decision(Act.OPEN, kind, (*trace, reason))
    if signed:
        why = f"it tells about our letter {signed.letter}, which is about no ticket"
    else:
        why = f"a {kind} that bears no mark of ours: whose letter it is about is not known, and nothing was changed"
    step = digest.STEP if signed and signed.letter in digest.LETTERS else "thread"  # nobody is told of it in the next
    return Decision(Act.QUARANTINE, kind, (*trace, Reason(step, "not filed", why)), signed=signed, why_not=why)


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
        return _go_on(lead, kind, trace, f"{lead.how}, and the sender {how}")
    if author.is_staff:
        return _hold(ticket, kind, trace, "it did not come to the address made for this agent and this ticket")
    return None


def _go_on(lead: Lead, kind: Kind, trace: tuple[Reason, ...], why: str) -> Decision:
    if lead.ticket.is_final and kind.reopens:
        why += ", but it was closed for good: its matter goes on in a new one"
        return Decision(Act.OPEN, kind, (*trace, Reason("thread", "follow-up", why)), follows=lead.ticket)
    return Decision(Act.COMMENT, kind, (*trace, Reason("thread", "comment", why)), lead.ticket, signed=lead.signed)


def _hold(ticket: Known, kind: Kind, trace: tuple[Reason, ...], why: str) -> Decision:
    return Decision(Act.HOLD, kind, (*trace, Reason("thread", "held", why)), ticket, why_not=why)


def _open(received: Received, found: list[Lead], kind: Kind, trace: tuple[Reason, ...]) -> Decision:
    if not found:
        why = "it cites only mails we do not know" if received.mail.cited else "it cites no mail"
        return Decision(Act.OPEN, kind, (*trace, Reason("thread", "new ticket", why)))
    why = f"{found[0].how} points at a ticket in which the sender takes no part"
    return Decision(Act.OPEN, kind, (*trace, Reason("thread", "new ticket", why)), related=found[0].ticket)
