"""The rows that a batch of decisions comes to: gathered here, written at once by `filing`."""

from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any
from uuid import UUID

from models.base import uuid7
from models.profile import Role
from models.raw_mail import Stage
from models.workflow import Status
from workers.inbound.decide import Act, Decision
from workers.inbound.facts import Facts, Known, Person, Received
from workers.inbound.hooks import HOOKS, Event, Row, acknowledge
from workers.inbound.mail import Attachment, Mail

NO_SUBJECT = "(no subject)"
UNKNOWN = "Unknown sender"
LONGEST_TITLE = 500


@dataclass(frozen=True, slots=True)
class Plan:
    """Rows of one organization's batch, by the table they go to; `blobs` maps SHA-256 to bytes."""

    people: list[Row] = field(default_factory=list)
    tickets: list[Row] = field(default_factory=list)
    updates: dict[UUID, Row] = field(default_factory=dict)
    comments: list[Row] = field(default_factory=list)
    attachments: list[Row] = field(default_factory=list)
    blobs: dict[bytes, bytes] = field(default_factory=dict)
    message_ids: list[Row] = field(default_factory=list)
    outgoing: list[Row] = field(default_factory=list)
    bounced: list[str] = field(default_factory=list)
    done: list[Row] = field(default_factory=list)


def add(plan: Plan, received: Received, author: Person | None, decision: Decision, facts: Facts) -> None:
    """Put the rows of one decision into the plan, and what they make true into the facts for the mails after it.

    Args:
        plan: grows.
        received: the mail.
        author: as given to `decide`.
        decision: what it said.
        facts: grows by a new person, ticket and Message-ID.
    """
    if decision.act is Act.QUARANTINE:
        plan.done.append(_done(received, decision, []) | {"stage": Stage.QUARANTINED, "reason": decision.why_not})
        return
    author = facts.system if decision.act is Act.NOTE else author or _meet(plan, received, facts)
    ticket = decision.ticket or _ticket(plan, received, author, decision, facts)
    comment = _comment(plan, received, author, ticket, decision)
    ticket = _remember(plan, received, ticket, comment, decision, facts)
    _move(plan, ticket, author, decision, facts)
    box = facts.boxes[received.mailbox_id]
    event = Event(decision, ticket, comment, author, box)
    letters = [row for hook in HOOKS for row in hook(event, facts)]
    plan.outgoing.extend(letters)
    if decision.act is Act.NOTE and decision.signed and received.mail.report:
        plan.bounced.append(decision.signed.id.hex)
    row = _done(received, decision, _said(event, letters))
    plan.done.append(row | {"stage": Stage.FILED, "ticket_id": ticket.id.hex, "comment_id": comment.hex})


def _done(received: Received, decision: Decision, more: list[Row]) -> Row:
    trace: list[Row] = [{"step": r.step, "verdict": r.verdict, "reason": r.reason} for r in decision.trace]
    marks = [{"step": "parse", "verdict": "repaired", "reason": mark} for mark in received.mail.marks]
    return {"id": received.id.hex, "attempts": received.attempts, "reason": None, "trace": marks + trace + more}


def _said(event: Event, letters: list[Row]) -> list[Row]:
    why = acknowledge.why_not(event)
    verdict = "not sent" if why else "queued"
    told = [{"step": "letter", "verdict": row["letter"], "reason": f"to {row['recipient']}"} for row in letters]
    first_mail = "the first mail of a new ticket"
    return [{"step": "acknowledgement", "verdict": verdict, "reason": why or first_mail}, *told]


def _meet(plan: Plan, received: Received, facts: Facts) -> Person:
    sender = received.mail.sender
    address = sender.address.lower() if sender else ""
    if known := facts.people.get(address):
        return known
    name = (sender.name or address.partition("@")[0]) if sender else UNKNOWN
    person = Person(uuid7(), name, address, Role.CUSTOMER)
    username = None if sender else "unknown-sender"
    plan.people.append({"id": person.id.hex, "name": name, "address": address or None, "username": username})
    facts.people[address] = person
    return person


def _ticket(plan: Plan, received: Received, author: Person, decision: Decision, facts: Facts) -> Known:
    box, title = facts.boxes[received.mailbox_id], received.mail.subject[:LONGEST_TITLE] or NO_SUBJECT
    ticket = Known(uuid7(), title, Status.OPEN, author, department_id=box.department_id, workflow_id=box.workflow_id)
    row = {
        "id": ticket.id.hex,
        "requester_id": author.id.hex,
        "title": title,
        "description": received.mail.reply or received.mail.text,
        "priority": box.priority,
        "workflow_id": box.workflow_id and box.workflow_id.hex,
        "department_id": box.department_id and box.department_id.hex,
        "mailbox_id": box.id.hex,
        "source": "email",
        "metadata": {"possibly_related": str(decision.related.id)} if decision.related else {},
        "reason": "a mail came in",
    }
    plan.tickets.append(row)
    return ticket


def _comment(plan: Plan, received: Received, author: Person, ticket: Known, decision: Decision) -> UUID:
    mail, comment = received.mail, uuid7()
    inside = decision.act in (Act.HOLD, Act.NOTE)
    senders = {Act.ANSWER: "agent", Act.HOLD: "agent", Act.NOTE: "system"}
    words = (mail.reply or mail.text).strip()
    plan.comments.append(
        {
            "id": comment.hex,
            "ticket_id": ticket.id.hex,
            "author_id": author.id.hex,
            "sender_type": senders.get(decision.act, "customer"),
            "message_type": "note" if inside else "reply",
            "is_internal": inside,
            "text": f"{mail.unreadable}\n\n{words}".rstrip() if mail.unreadable else words,
            "full_text": mail.text if mail.text.strip() != words else None,
            "html": mail.html,
            "message_id": mail.message_id,
            "raw_mail_id": received.id.hex,
            "created_at": received.received_at.isoformat(),
            "metadata": {"held": decision.held} if decision.held else {},
        }
    )
    for place, file in enumerate(_files(mail, received.content)):
        digest = sha256(file.content).digest()
        plan.blobs[digest] = file.content
        plan.attachments.append(_attachment(file, place, ticket, comment, author, digest))
    return comment


def _files(mail: Mail, content: bytes) -> tuple[Attachment, ...]:
    if not mail.unreadable:
        return mail.attachments
    return (*mail.attachments, Attachment("message.eml", "message/rfc822", content, None, inline=False))


def _attachment(file: Attachment, place: int, ticket: Known, comment: UUID, author: Person, digest: bytes) -> Row:
    return {
        "ticket_id": ticket.id.hex,
        "comment_id": comment.hex,
        "name": file.name,
        "content_type": file.content_type,
        "size": len(file.content),
        "sha256": digest.hex(),
        "content_id": file.content_id,
        "is_inline": file.inline,
        "position": place,
        "uploaded_by": author.id.hex,
    }


def _remember(plan: Plan, received: Received, ticket: Known, comment: UUID, decision: Decision, facts: Facts) -> Known:
    message_id = received.mail.message_id
    if message_id:
        row: dict[str, Any] = {"message_id": message_id, "ticket_id": ticket.id.hex, "comment_id": comment.hex}
        plan.message_ids.append(row)
        facts.threads.setdefault(message_id, []).append(ticket.id)
        if decision.act in (Act.OPEN, Act.COMMENT):
            ticket = replace(ticket, heard=(*ticket.heard, message_id))
    facts.tickets[ticket.id] = ticket
    return ticket


def _move(plan: Plan, ticket: Known, author: Person, decision: Decision, facts: Facts) -> None:
    patch: dict[str, Any] = {}
    if decision.act is Act.ANSWER:
        status, reason = Status.WAITING, "an agent answered"
        if ticket.assigned_to is None:
            patch["assigned_to"] = str(author.id)
    elif decision.act is Act.COMMENT and _is_idle(decision, ticket):
        status, reason = (Status.IN_PROGRESS if ticket.assigned_to else Status.OPEN), "the customer wrote again"
    else:
        return
    if stage := facts.stages.get((ticket.workflow_id, status)):
        patch["stage_id"] = str(stage)
    earlier = plan.updates.get(ticket.id, {"patch": {}})["patch"]
    plan.updates[ticket.id] = {"ticket_id": ticket.id.hex, "patch": earlier | patch, "reason": reason}
    assigned = ticket.assigned_to or (author.id if decision.act is Act.ANSWER else None)
    facts.tickets[ticket.id] = replace(ticket, status=status, assigned_to=assigned)


def _is_idle(decision: Decision, ticket: Known) -> bool:
    waits = ticket.status in (Status.WAITING, Status.RESOLVED, Status.CLOSED)
    return waits and decision.kind == "personal"
