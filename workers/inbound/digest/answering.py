"""Answers to a digest: believed if they come to the address that was made for one agent, from exactly that agent.

An answer opens no ticket. What is believed is carried out and answered by one letter; what is not changes nothing,
waits in quarantine, and who got the digest hears of it, once for each digest. Programs are never answered, and neither
is who answers our answer without ordering anything, so no two of them go on writing to each other.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from models import digest, marks
from models.base import uuid7
from models.outgoing import Letter, State
from models.profile import Role
from models.raw_mail import Stage
from workers.inbound.digest import orders
from workers.inbound.digest.carrying import Outcome, Reader, carry
from workers.inbound.facts import CITED, Facts, Person, Received
from workers.inbound.recognise import Kind, recognise

Row = dict[str, Any]

_LETTERS = text("""
    SELECT o.id, o.handle, o.letter, o.profile_id, o.recipient, o.recipient_name, o.context -> 'mails' AS mails,
           EXISTS (SELECT FROM outgoing w WHERE w.org_id = o.org_id AND w.profile_id = o.profile_id
                   AND w.letter = 'digest_answered' AND w.context ->> 'warns' = CAST(o.id AS text)) AS is_warned
    FROM outgoing o
    WHERE o.org_id = :org AND o.handle = ANY (CAST(:handles AS bigint[]))
      AND o.letter IN ('quarantine_digest', 'digest_answered')
""")


@dataclass(frozen=True, slots=True)
class Heard:
    """What follows from answers: the mails that they are, what became of each, and letters."""

    mails: set[UUID] = field(default_factory=set)
    done: list[Row] = field(default_factory=list)
    letters: list[Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Answer:
    """A mail that answers a digest, or wants to.

    Attributes:
        letter: the digest, None if it is not there any more.
        signed: it came to the address that was made for it.
    """

    received: Received
    letter: Any
    signed: bool


def hear(connection: Connection, facts: Facts, batch: Sequence[Received], read: Reader) -> Heard:
    """Do what agents want who answer a digest.

    Args:
        connection: in the context of the organization.
        facts: of the batch.
        batch: its mails.
        read: reads stored mails, for what is learnt of them.

    Returns:
        What follows; its mails are not to be filed.
    """
    heard, warned = Heard(), set[UUID]()
    for answer in _answers(connection, facts, batch):
        heard.mails.add(answer.received.id)
        kind = recognise(answer.received, facts).kind
        sender = answer.received.mail.sender
        author = facts.people.get(sender.address.lower()) if sender else None
        why = _why_not(answer, author, kind, facts)
        if not why and author:
            _obey(connection, facts, answer, author, read, heard)
            continue
        heard.done.append(_done(answer.received, Stage.QUARANTINED, why))
        if kind is Kind.PERSONAL and answer.letter and not answer.letter.is_warned and answer.letter.id not in warned:
            warned.add(answer.letter.id)
            heard.letters.append(_letter(facts, answer, reason=why, warns=str(answer.letter.id)))
    return heard


def _answers(connection: Connection, facts: Facts, batch: Sequence[Received]) -> Iterator[Answer]:
    """By the signed address; what staff wrote elsewhere, by the mails that it cites."""
    named = [one for one in batch if not one.imported and not one.released]
    told = {one.id: found for one in named if (found := list(_handles(one, facts)))}
    if not told:
        return
    handles = sorted({handle for found in told.values() for handle, _ in found})
    letters = {row.handle: row for row in connection.execute(_LETTERS, {"org": facts.org, "handles": handles})}
    for one in named:
        known = [(handle, signed) for handle, signed in told.get(one.id, ()) if signed or handle in letters]
        if known:
            handle, signed = known[0]
            yield Answer(one, letters.get(handle), signed)


def _handles(received: Received, facts: Facts) -> Iterator[tuple[int, bool]]:
    """Letters that it may answer, and whether by the address; first by that."""
    for recipient in received.recipients:
        tag = marks.tag_of(recipient)
        if tag.startswith("d") and (read := marks.read_tag(tag, facts.org)):
            yield read[1], True
    sender = received.mail.sender
    author = facts.people.get(sender.address.lower()) if sender else None
    if author and author.is_staff and not any(marks.tag_of(one) for one in received.recipients):
        for cited in received.mail.cited[:CITED]:
            if letter := marks.read_message_id(cited, facts.org):
                yield marks.handle_of(letter), False


def _why_not(answer: Answer, author: Person | None, kind: Kind, facts: Facts) -> str:
    if answer.letter is None:
        return "it answers a letter about the quarantine that is not there any more"
    if kind is not Kind.PERSONAL:
        return f"it answers the letter about the quarantine, but it is {kind}"
    if not answer.signed:
        return "an answer did not come to the address in Reply-To that was made for you"
    if author is None or author.id != answer.letter.profile_id:
        return "an answer that came to your address was not from you"
    admins = any(one.role == Role.ADMIN for one in facts.staff)
    if not author.is_staff or (admins and author.role != Role.ADMIN):
        return "you may not release mails any more"
    return ""


def _obey(connection: Connection, facts: Facts, answer: Answer, author: Person, read: Reader, heard: Heard) -> None:
    received = answer.received
    mails = [UUID(one) for one in answer.letter.mails or ()]
    said = orders.read(received.mail.reply or received.mail.text, len(mails))
    outcome = Outcome()
    if said.wanted:
        who = f"ordered by {author.address} in answer to the letter about the quarantine"
        outcome = carry(connection, facts.org, mails, said.wanted, who, read)
    problems = [*said.problems, *outcome.problems]
    why = " ".join(outcome.done) if outcome.done else "nothing in it could be done"
    heard.done.append(_done(received, Stage.DROPPED if outcome.done else Stage.QUARANTINED, why))
    if said.wanted or answer.letter.letter == Letter.DIGEST:
        nothing = "" if outcome.done or problems else "your answer says nothing"
        heard.letters.append(_letter(facts, answer, reason=nothing, lines=outcome.done, problems=problems))


def _done(received: Received, stage: Stage, why: str) -> Row:
    sender = received.mail.sender
    verdict = "done" if stage is Stage.DROPPED else "not done"
    steps = [
        {"step": "sender", "verdict": sender.address if sender else "unknown", "reason": received.mail.sender_note},
        {"step": digest.STEP, "verdict": verdict, "reason": why},
    ]
    known = {"id": received.id.hex, "attempts": received.attempts, "stage": stage, "reason": why}
    return known | {"trace": steps, "ticket_id": None, "comment_id": None}


def _letter(facts: Facts, answer: Answer, **said: object) -> Row:
    """To whom the digest was for, never to who wrote; it may be answered as the digest may."""
    made, letter, mail = uuid7(), answer.letter, answer.received.mail
    box = facts.boxes[answer.received.mailbox_id]
    cited = [mail.message_id] if mail.message_id and "warns" not in said else []
    return {
        "id": made.hex,
        "handle": marks.handle_of(made),
        "mailbox_id": box.id.hex,
        "ticket_id": None,
        "comment_id": None,
        "profile_id": letter.profile_id.hex,
        "letter": Letter.DIGEST_ANSWERED,
        "recipient": letter.recipient,
        "recipient_name": letter.recipient_name,
        "sender_name": "",
        "message_id": marks.message_id(made, facts.org, box.host),
        "context": {**said, "mails": letter.mails, "in_reply_to": cited[0] if cited else None, "references": cited},
        "state": State.QUEUED,
        "answer": None,
        "depth": 1,
        "correspondent_id": None,
    }
