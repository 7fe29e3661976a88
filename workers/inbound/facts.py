"""What the database knows about a batch of mails: read at once for all of them, then only looked at."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, TextClause, text

from models import marks
from models.profile import Role
from workers.inbound.mail import Mail


@cache
def statement(name: str) -> TextClause:
    """A statement of `workers/inbound/sql/`."""
    return text((Path(__file__).parent / "sql" / f"{name}.sql").read_text())


@dataclass(frozen=True, slots=True)
class Received:
    """A stored mail with what was read in it; `attempts` also fences off a worker that was thought dead."""

    id: UUID
    mailbox_id: UUID
    mail_from: str
    recipients: tuple[str, ...]
    received_at: datetime
    attempts: int
    mail: Mail
    content: bytes


@dataclass(frozen=True, slots=True)
class Person:
    """A profile; `address` is '' for the unknown sender and for the system."""

    id: UUID
    name: str
    address: str
    role: str
    department_id: UUID | None = None

    @property
    def is_staff(self) -> bool:
        """Whether this person answers for the organization."""
        return self.role in (Role.AGENT, Role.ADMIN)


@dataclass(frozen=True, slots=True)
class Box:
    """The mailbox a mail came to."""

    id: UUID
    address: str
    name: str
    department_id: UUID | None
    workflow_id: UUID | None
    priority: str

    @property
    def host(self) -> str:
        """The domain our letters from here are identified under."""
        return self.address.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Known:
    """A ticket, with who takes part and the Message-IDs that its customers wrote, oldest first."""

    id: UUID
    title: str
    status: str
    requester: Person
    assigned_to: UUID | None = None
    department_id: UUID | None = None
    workflow_id: UUID | None = None
    participants: tuple[Person, ...] = ()
    heard: tuple[str, ...] = ()

    def has(self, person: Person) -> bool:
        """Whether somebody takes part in it from outside."""
        return person.id == self.requester.id or any(person.id == one.id for one in self.participants)


@dataclass(frozen=True, slots=True)
class Signed:
    """A letter of ours that a mail answers, or that came back."""

    id: UUID
    letter: str
    ticket_id: UUID
    profile_id: UUID


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything known about a batch; the dictionaries grow while it is planned, by its own new tickets and people.

    Attributes:
        boxes: by identifier. people: by address in lower case, '' is the unknown sender.
        ours: addresses that are our own mailboxes.
        letters: by handle. threads: tickets by Message-ID, those of our own letters first.
        tickets: by identifier. stages: (workflow, category) to the first such stage; workflow None is the default.
    """

    org: UUID
    system: Person
    boxes: dict[UUID, Box]
    staff: tuple[Person, ...]
    people: dict[str, Person]
    ours: frozenset[str]
    stages: dict[tuple[UUID | None, str], UUID]
    letters: dict[int, Signed] = field(default_factory=dict)
    threads: dict[str, list[UUID]] = field(default_factory=dict)
    tickets: dict[UUID, Known] = field(default_factory=dict)

    def signed(self, received: Received, kind: str) -> Signed | None:
        """The letter whose signed address ('r' reply, 'b' bounce) this mail came to."""
        for recipient in received.recipients:
            read = marks.read_tag(marks.tag_of(recipient), self.org)
            if read and read[0] == kind and (found := self.letters.get(read[1])):
                return found
        return None


def observe(connection: Connection, org: UUID, batch: Sequence[Received]) -> Facts:
    """Look up all that is known about a batch of one organization.

    Args:
        connection: in the context of `org`.
        org: the organization.
        batch: its mails.
    """
    senders = sorted({one.mail.sender.address.lower() for one in batch if one.mail.sender})
    boxes = sorted({str(one.mailbox_id) for one in batch})
    row = connection.execute(statement("facts"), {"org": org, "senders": senders, "boxes": boxes}).one()
    facts = Facts(
        org=org,
        system=_person(row.system),
        boxes={box.id: box for box in (_box(found) for found in row.boxes)},
        staff=tuple(_person(found) for found in row.staff),
        people={found["address"] or "": _person(found) for found in (*row.people, *row.unknown)},
        ours=frozenset(row.ours),
        stages={(_id(flow), category): UUID(stage) for flow, category, stage in row.stages},
    )
    _observe_threads(connection, facts, batch)
    return facts


def _observe_threads(connection: Connection, facts: Facts, batch: Sequence[Received]) -> None:
    tags = {marks.tag_of(recipient) for one in batch for recipient in one.recipients}
    handles = [read[1] for tag in tags if tag and (read := marks.read_tag(tag, facts.org))]
    cited = sorted({cited for one in batch for cited in (*one.mail.in_reply_to, *one.mail.references)})
    if not handles and not cited:
        return
    said = {"org": facts.org, "handles": handles, "cited": cited}
    row = connection.execute(statement("threads"), said).one()
    facts.letters.update({letter.pop("handle"): _signed(letter) for letter in row.letters})
    for message_id, ticket in row.threads:
        facts.threads.setdefault(message_id, []).append(UUID(ticket))
    facts.tickets.update({ticket.id: ticket for ticket in (_known(found) for found in row.tickets)})


def _id(value: str | None) -> UUID | None:
    return UUID(value) if value else None


def _person(row: dict[str, Any]) -> Person:
    return Person(UUID(row["id"]), row["name"], row["address"] or "", row["role"], _id(row["department_id"]))


def _box(row: dict[str, Any]) -> Box:
    departments, flow = _id(row["department_id"]), _id(row["workflow_id"])
    return Box(UUID(row["id"]), row["address"], row["name"], departments, flow, row["priority"])


def _signed(row: dict[str, Any]) -> Signed:
    return Signed(UUID(row["id"]), row["letter"], UUID(row["ticket_id"]), UUID(row["profile_id"]))


def _known(row: dict[str, Any]) -> Known:
    return Known(
        id=UUID(row["id"]),
        title=row["title"],
        status=row["status"],
        requester=_person(row["requester"]),
        assigned_to=_id(row["assigned_to"]),
        department_id=_id(row["department_id"]),
        workflow_id=_id(row["workflow_id"]),
        participants=tuple(_person(one) for one in row["participants"]),
        heard=tuple(row["heard"]),
    )
