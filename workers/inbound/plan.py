"""The rows that a batch of decisions comes to: gathered here, written at once by `filing`."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from models.base import uuid7
from models.profile import Role
from models.raw_mail import Stage
from models.ticket_link import LinkKind
from models.workflow import Status
from workers.inbound import comment, trace, verification
from workers.inbound import ring as rings
from workers.inbound.answering import answered
from workers.inbound.asking import Sorted
from workers.inbound.decide import Act, Decision
from workers.inbound.facts import Facts, Known, Person, Received
from workers.inbound.hooks import Event, Row, letters
from workers.inbound.joining import lead_on
from workers.inbound.leaving import without
from workers.inbound.limits import AWAITED
from workers.inbound.mail import Address, Mail
from workers.inbound.news import News
from workers.inbound.opening import Opened, opened
from workers.inbound.ring import Parted
from workers.inbound.routing.ahead import Ahead
from workers.inbound.sent import news_of

UNKNOWN = "Unknown sender"


@dataclass(frozen=True, slots=True)
class Plan:
    """Rows of one organization's batch, by the table they go to; `blobs` maps SHA-256 to bytes.

    `ahead` is what was looked up for it; whose turn it is moves on while it is planned.
    """

    people: list[Row] = field(default_factory=list)
    tickets: list[Row] = field(default_factory=list)
    tags: list[Row] = field(default_factory=list)
    fields: dict[UUID, Row] = field(default_factory=dict)
    updates: dict[UUID, Row] = field(default_factory=dict)
    comments: list[Row] = field(default_factory=list)
    attachments: list[Row] = field(default_factory=list)
    blobs: dict[bytes, bytes] = field(default_factory=dict)
    message_ids: list[Row] = field(default_factory=list)
    links: list[Row] = field(default_factory=list)
    rings: list[Parted] = field(default_factory=list)
    outgoing: list[Row] = field(default_factory=list)
    left: list[Row] = field(default_factory=list)
    questions: list[Row] = field(default_factory=list)
    news: dict[UUID, Row] = field(default_factory=dict)
    done: list[Row] = field(default_factory=list)
    ahead: Ahead = field(default_factory=Ahead)


def add(plan: Plan, received: Received, author: Person | None, decision: Decision, facts: Facts) -> None:
    """Put the rows of one decision into the plan, and what they make true into the facts for the mails after it.

    Args:
        plan: grows.
        received: the mail.
        author: as given to `decide`.
        decision: what it said.
        facts: grows by a new person, ticket and Message-ID.
    """
    news = _heard(plan, received, decision, facts)
    if decision.act is Act.QUARANTINE:
        _keep(plan, received, decision, facts, news)
        return
    known, author = author, author or _author(plan, received, decision, facts)
    if decision.ticket:
        ticket, answers = _answered(plan, received, decision.ticket, decision, facts)
    else:
        requester = _meet(plan, decision.towards, facts) if decision.towards else author
        new = opened(received, known, requester, decision, facts, plan.ahead)
        ticket, answers = _opened(plan, new, received, decision, facts)
    if answers.trace:
        decision = replace(decision, trace=(*decision.trace, *answers.trace))
    if ticket.imported and not received.imported:
        ticket = replace(ticket, imported=False)
    ticket = _join(plan, received, ticket, decision, facts)
    said = _comment(plan, received, author, ticket, decision, news, facts)
    ticket = _remember(plan, received, _left(plan, ticket, decision), said, decision, facts)
    if not received.closed:
        _move(plan, received, ticket, author, decision, facts)
    event = Event(
        decision, ticket, said, author, facts.boxes[received.mailbox_id], news=news, wrong=answers.wrong,
        imported=received.imported, is_old=received.is_old, message_id=received.mail.message_id,
        unreached=_unreached(received.mail),
    )  # fmt: skip
    sent = letters(event, facts)
    plan.outgoing.extend(sent)
    row = trace.done(received, decision, trace.said(event, sent))
    plan.done.append(row | {"stage": Stage.FILED, "ticket_id": ticket.id.hex, "comment_id": said.hex})


def _unreached(mail: Mail) -> frozenset[str]:
    return frozenset(one.address.lower() for one in mail.failures if one.action == "failed")


def _heard(plan: Plan, received: Received, decision: Decision, facts: Facts) -> News | None:
    news = news_of(received, decision, facts)
    if news and (news.state or news.suppress):
        plan.news[news.letter] = news.row
    return news


def _left(plan: Plan, ticket: Known, decision: Decision) -> Known:
    """The ticket without the one who leaves it, if anybody does."""
    if decision.leaving is None or decision.leaving.person is None:
        return ticket
    plan.left.append({"ticket_id": ticket.id.hex, "profile_id": decision.leaving.person.id.hex})
    return without(ticket, decision.leaving.person)


def _keep(plan: Plan, received: Received, decision: Decision, facts: Facts, news: News | None) -> None:
    row = trace.done(received, decision, [news.entry] if news else [])
    plan.done.append(row | {"stage": Stage.QUARANTINED, "reason": decision.why_not})
    if decision.asks:
        asked = verification.question(received, facts)
        plan.outgoing.append(asked.letter)
        plan.questions.append(asked.kept)
        facts.screening.asked.add(received.caller.address)  # their others wait for the same answer


def _author(plan: Plan, received: Received, decision: Decision, facts: Facts) -> Person:
    """Who speaks where nobody is known yet: the organization itself, or somebody we meet here."""
    by_itself = decision.act is Act.NOTE or decision.ours
    return facts.system if by_itself else _meet(plan, received.mail.sender, facts)


def _meet(plan: Plan, sender: Address | None, facts: Facts) -> Person:
    address = sender.address.lower() if sender else ""
    if known := facts.people.get(address):
        return known
    name = (sender.name or address.partition("@")[0]) if sender else UNKNOWN
    person = Person(uuid7(), name, address, Role.CUSTOMER)
    username = None if sender else "unknown-sender"
    plan.people.append({"id": person.id.hex, "name": name, "address": address or None, "username": username})
    facts.people[address] = person
    return person


def _opened(plan: Plan, new: Opened, received: Received, decision: Decision, facts: Facts) -> tuple[Known, Sorted]:
    plan.tickets.append(new.row)
    facts.screening.latest[new.ticket.requester.id, received.mailbox_id] = new.ticket.id
    if decision.follows:
        plan.links.append(_link(new.ticket, decision.follows.id, LinkKind.RELATED))
    if decision.ring:
        plan.links.append(_link(new.ticket, decision.ring[0].ticket, LinkKind.SPLIT))
    plan.tags.extend({"ticket_id": new.ticket.id.hex, "name": tag} for tag in new.tags)
    return new.ticket, new.answers


def _link(ticket: Known, other: UUID, kind: LinkKind) -> Row:
    return {"ticket_id": ticket.id.hex, "linked_ticket_id": other.hex, "kind": kind}


def _answered(plan: Plan, received: Received, ticket: Known, decision: Decision, facts: Facts) -> tuple[Known, Sorted]:
    """The ticket with what a customer's mail answers of its fields, and with what follows from that."""
    told = answered(received, ticket, decision, facts, plan.ahead)
    if told.answers.values:
        earlier = plan.fields.get(ticket.id, {"values": {}})["values"]
        plan.fields[ticket.id] = {"ticket_id": ticket.id.hex, "values": earlier | told.answers.values}
    if told.patch:
        _change(plan, received, ticket, told.patch, told.reason)
    plan.tags.extend({"ticket_id": ticket.id.hex, "name": tag} for tag in told.tags)
    return told.ticket, told.answers


def _comment(
    plan: Plan, received: Received, author: Person, ticket: Known, decision: Decision, news: News | None, facts: Facts
) -> UUID:
    awaits = _unheard(received.mail, ticket, decision, facts)
    row = comment.row(received, author, ticket, decision, news, awaits)
    plan.comments.append(row)
    for place, file in enumerate(comment.files(received.mail, received.content)):
        attached = comment.attachment(file, place, row)
        plan.blobs[bytes.fromhex(attached["sha256"])] = file.content
        plan.attachments.append(attached)
    rings.remember(row, awaits, facts)
    return UUID(row["id"])


def _unheard(mail: Mail, ticket: Known, decision: Decision, facts: Facts) -> list[str]:
    """What a customer's mail cites that had not come, unless it answers us: one of those may close a ring."""
    by_customer = decision.act in (Act.OPEN, Act.COMMENT) and not decision.ours and not decision.ring
    if not mail.message_id or not by_customer or decision.signed or rings.answers_us(mail, ticket, facts):
        return []
    return [one for one in _missing(mail.cited, ticket, facts) if one != mail.message_id]


def _remember(plan: Plan, received: Received, ticket: Known, comment: UUID, decision: Decision, facts: Facts) -> Known:
    message_id = received.mail.message_id
    if message_id:
        row: dict[str, Any] = {"message_id": message_id, "ticket_id": ticket.id.hex, "comment_id": comment.hex}
        plan.message_ids.append(row)
        _lead(facts, message_id, ticket)
        facts.awaited.discard((message_id, ticket.id))
        if decision.act in (Act.OPEN, Act.COMMENT) and not decision.ours:
            ticket = replace(ticket, heard=(*ticket.heard, message_id))
    if decision.act in (Act.OPEN, Act.COMMENT) or decision.ours:
        _await(plan, rings.believed(received.mail, decision.ring), ticket, facts)
    facts.tickets[ticket.id] = ticket
    return ticket


def _await(plan: Plan, cites: Sequence[str], ticket: Known, facts: Facts) -> None:
    """Mails may overtake each other: what this one cites and is not here leads here, too, should it come.

    Where others cite or claim it, it is awaited here all the same: nobody's mails keep another's from its ticket.
    """
    for cited in _missing(cites, ticket, facts):
        plan.message_ids.append({"message_id": cited, "ticket_id": ticket.id.hex, "comment_id": None})
        _lead(facts, cited, ticket)
        facts.awaited.add((cited, ticket.id))


def _missing(cites: Sequence[str], ticket: Known, facts: Facts) -> list[str]:
    return [one for one in cites if ticket.id not in facts.threads.get(one, ())][:AWAITED]


def _lead(facts: Facts, message_id: str, ticket: Known) -> None:
    if ticket.id not in (found := facts.threads.setdefault(message_id, [])):
        found.append(ticket.id)


def _join(plan: Plan, received: Received, ticket: Known, decision: Decision, facts: Facts) -> Known:
    """What else goes on in a ticket: others, which are closed and whose leads lead here, and mails of a ring."""
    for gone in decision.joined:
        patch: dict[str, Any] = {"merged_into_id": str(ticket.id)}
        if stage := facts.stages.get((gone.workflow_id, Status.CLOSED)):
            patch["stage_id"] = str(stage)
        _change(plan, received, gone, patch, "it goes on in another ticket of the same conversation")
        if gone.assigned_to and ticket.assigned_to is None:
            ticket = replace(ticket, assigned_to=gone.assigned_to)
            _change(plan, received, ticket, {"assigned_to": str(gone.assigned_to)}, "another ticket goes on in it")
        lead_on(facts, gone, ticket)
    if decision.ring:
        ticket, parted = rings.take_out(decision.ring, ticket, facts)
        plan.rings.append(parted)
    return ticket


def _change(plan: Plan, received: Received, ticket: Known, patch: dict[str, Any], reason: str) -> None:
    earlier = plan.updates.get(ticket.id, {"patch": {}})["patch"]
    dated = {"at": received.at.isoformat()} if received.imported else {}
    plan.updates[ticket.id] = {"ticket_id": ticket.id.hex, "patch": earlier | patch, "reason": reason, **dated}


def _move(plan: Plan, received: Received, ticket: Known, author: Person, decision: Decision, facts: Facts) -> None:
    patch: dict[str, Any] = {}
    answers = decision.act is Act.ANSWER or (decision.act is Act.OPEN and decision.ours)
    if answers:
        status, reason = Status.WAITING, "an agent answered"
        if ticket.assigned_to is None and author.is_staff:
            patch["assigned_to"] = str(author.id)
    elif decision.act is Act.COMMENT and _is_idle(decision, ticket):
        status, reason = (Status.IN_PROGRESS if ticket.assigned_to else Status.OPEN), "the customer wrote again"
    else:
        return
    if stage := facts.stages.get((ticket.workflow_id, status)):
        patch["stage_id"] = str(stage)
    _change(plan, received, ticket, patch, reason)
    assigned = ticket.assigned_to or (author.id if answers and author.is_staff else None)
    facts.tickets[ticket.id] = replace(ticket, status=status, assigned_to=assigned)


def _is_idle(decision: Decision, ticket: Known) -> bool:
    waits = ticket.status in (Status.WAITING, Status.RESOLVED, Status.CLOSED)
    return waits and decision.kind.reopens
