"""What the database knows about a batch of mails: read at once for all of them, then only looked at."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from models import marks
from models.profile import Role
from workers.inbound.limits import AWAITED
from workers.inbound.mail import Address
from workers.inbound.news import Sent
from workers.inbound.received import Received
from workers.inbound.routing import kept, rules
from workers.inbound.said import Said
from workers.inbound.said import look_up as look_up_said
from workers.inbound.screening import Screening, asked, read
from workers.inbound.spam.taught import Taught, known_of, look_up
from workers.inbound.statements import statement

__all__ = ["Box", "Facts", "Known", "Person", "Received", "Signed", "known", "observe"]
_IDS = ("assigned_to", "department_id", "workflow_id", "type_id", "event_id")  # of a ticket
CITED = 10  # mails that a program's answer cites, nearest first; ours is among them or nowhere


@dataclass(frozen=True, slots=True)
class Person:
    """A profile; `address` is '' for the unknown sender and for the system. Who is `away` gets no new work."""

    id: UUID
    name: str
    address: str
    role: str
    department_id: UUID | None = None
    audiences: tuple[str, ...] = ()
    away: bool = False

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
    type_id: UUID | None = None

    @property
    def host(self) -> str:
        """The domain our letters from here are identified under."""
        return self.address.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Known:
    """A ticket, with who takes part and the Message-IDs that its customers wrote, oldest first.

    Attributes:
        imported: everything on it was.
        is_final: it was closed for so long that it is opened no more; what is said then goes on in another ticket.
        type_id: of which request. fields: the values of its custom fields. event_id: what it is about.
    """

    id: UUID
    title: str
    status: str
    requester: Person
    assigned_to: UUID | None = None
    department_id: UUID | None = None
    workflow_id: UUID | None = None
    participants: tuple[Person, ...] = ()
    heard: tuple[str, ...] = ()
    imported: bool = False
    is_final: bool = False
    type_id: UUID | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    event_id: UUID | None = None

    @property
    def circle(self) -> frozenset[UUID]:
        """Who hears what is said on it."""
        return frozenset((self.requester.id, *(one.id for one in self.participants)))

    def has(self, person: Person) -> bool:
        """Whether somebody takes part in it from outside."""
        return person.id in self.circle


@dataclass(frozen=True, slots=True)
class Signed:
    """A letter of ours that a mail answers, or that came back; what we wrote to admins is about no ticket.

    `depth` is as in `models.outgoing`.
    """

    id: UUID
    letter: str
    ticket_id: UUID | None
    profile_id: UUID
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything known about a batch; the dictionaries grow while it is planned, by its own new tickets and people.

    Attributes:
        boxes: by identifier. people: by address in lower case, '' is the unknown sender.
        ours: addresses that are our own mailboxes.
        letters: by handle. threads: tickets by Message-ID, those of our own letters first, then as they came.
        awaited: Message-IDs with the ticket whose mails have cited them, and on which they have not come themselves.
        said: comments of customers by Message-ID and ticket, where a mail of the batch may close a ring with them.
        tickets: by identifier. stages: (workflow, category) to the first such stage; workflow None is the default.
        spent: (mailbox, correspondent, letter) to how many of their mails such letters follow from, in the last hour
            and day.
        screening: what the screens look at. taught: what the organization taught about spam.
        sent: letters of ours that came back. suppresses: there are addresses that get no letters; suppressed: why not.
        routing: the organization's request types and rules.
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
    awaited: set[tuple[str, UUID]] = field(default_factory=set)
    said: dict[tuple[str, UUID], Said] = field(default_factory=dict)
    spent: dict[tuple[UUID, UUID, str], tuple[int, int]] = field(default_factory=dict)
    screening: Screening = field(default_factory=Screening)
    sent: dict[UUID, Sent] = field(default_factory=dict)
    taught: Taught = field(default_factory=Taught)
    suppresses: bool = False
    suppressed: dict[str, str] = field(default_factory=dict)
    routing: rules.Table = rules.EMPTY

    def signed(self, received: Received, kind: str) -> Signed | None:
        """The letter whose signed address ('r' reply, 'b' bounce, 'u' leaving) this mail came to."""
        for recipient in received.recipients if self.letters else ():
            read = marks.read_tag(marks.tag_of(recipient), self.org)
            if read and read[0] == kind and (found := self.letters.get(read[1])):
                return found
        return None

    def returned(self, received: Received) -> Signed | None:
        """The letter that a notice tells about: by its return path, a mark of ours in it, or the address to answer."""
        named = received.mail.notice.originals if received.mail.notice else ()
        return self.signed(received, "b") or self._named(named) or self.signed(received, "r")

    def answered(self, received: Received) -> Signed | None:
        """The letter that a program's mail answers: by the address it came to, else the nearest that it cites."""
        found = self.returned(received)
        return found or self._named(received.mail.cited[:CITED])

    def _named(self, named: Sequence[str]) -> Signed | None:
        handles = _handles(named, self.org)
        return next((self.letters[handle] for handle in handles if handle in self.letters), None)

    def spend(self, box: UUID, correspondent: UUID, letter: str) -> tuple[int, int]:
        """Count one more mail that letters follow from; how many there are now, in the last hour and day."""
        hour, day = self.spent.get((box, correspondent, letter), (0, 0))
        self.spent[box, correspondent, letter] = counted = (hour + 1, day + 1)
        return counted


def _handles(named: Sequence[str], org: UUID) -> list[int]:
    return [found for name in named if (found := marks.read_handle(name, org)) is not None]


def observe(connection: Connection, org: UUID, batch: Sequence[Received]) -> Facts:
    """Look up all that is known about a batch of one organization.

    Whoever files a mail of the same conversation elsewhere waits for the end of this transaction, or it is waited for.

    Args:
        connection: in the context of `org`.
        org: the organization.
        batch: its mails.
    """
    senders = sorted({one.address.lower() for received in batch for one in _involved(received)})
    boxes = sorted({str(one.mailbox_id) for one in batch})
    conversations = {name for one in batch for name in (one.mail.message_id, *one.mail.cited[:AWAITED]) if name}
    said = {"org": org, "senders": senders, "boxes": boxes, "conversations": sorted(conversations)}
    said |= asked(org, [one.caller for one in batch])
    said |= {"routing": kept.known(org)}
    row = connection.execute(statement("facts"), said).one()
    facts = Facts(
        org=org,
        system=_person(row.system),
        boxes={box.id: box for box in (_box(found) for found in row.boxes)},
        staff=tuple(_person(found) for found in row.staff),
        people={found["address"] or "": _person(found) for found in (*row.people, *row.unknown)},
        ours=frozenset(row.ours),
        stages={(_id(flow), category): UUID(stage) for flow, category, stage in row.stages},
        spent={(UUID(box), UUID(who), letter): (hour, day) for box, who, letter, hour, day in row.spent},
        screening=read(row.screening),
        suppresses=row.suppresses,
        taught=known_of(*row.taught),
        routing=kept.remembered(org, row.routing),
    )
    look_up(connection, org, facts.taught, batch)
    _observe_threads(connection, facts, batch)
    return facts


def _involved(received: Received) -> tuple[Address, ...]:
    """Whose address is looked up: the sender's, and of an imported mail those it went to (it may be an agent's)."""
    sender = (received.mail.sender,) if received.mail.sender else ()
    return (*sender, *(received.mail.to if received.imported else ()))


def _observe_threads(connection: Connection, facts: Facts, batch: Sequence[Received]) -> None:
    tags = {marks.tag_of(recipient) for one in batch for recipient in one.recipients}
    handles = [read[1] for tag in tags if tag and (read := marks.read_tag(tag, facts.org))]
    handles += [handle for one in batch for handle in _handles(_of_letters(one), facts.org)]
    named = sorted({name for one in batch for name in (one.mail.message_id, *one.mail.cited) if name})
    if not handles and not named:
        return
    said = {"org": facts.org, "handles": handles, "named": named}
    row = connection.execute(statement("threads"), said).one()
    facts.letters.update({letter.pop("handle"): _signed(letter) for letter in row.letters})
    for message_id, ticket, awaited in row.threads:
        facts.threads.setdefault(message_id, []).append(UUID(ticket))
        if awaited:
            facts.awaited.add((message_id, UUID(ticket)))
    facts.tickets.update({ticket.id: ticket for ticket in map(known, row.tickets)})
    facts.said.update(look_up_said(connection, facts.org, _both_ways(facts, batch)))


def _both_ways(facts: Facts, batch: Sequence[Received]) -> set[tuple[str, UUID]]:
    """The Message-IDs that a mail of the batch cites, on the tickets that await that mail."""
    places = ((one.mail, ticket) for one in batch for ticket in facts.threads.get(one.mail.message_id or "", ()))
    awaiting = [(mail, ticket) for mail, ticket in places if (mail.message_id, ticket) in facts.awaited]
    cited = {(name, ticket) for mail, ticket in awaiting for name in mail.cited}
    return {(name, ticket) for name, ticket in cited if ticket in facts.threads.get(name, ())} - facts.awaited


def _of_letters(received: Received) -> tuple[str, ...]:
    """Message-IDs by which a program may mean a letter of ours; people's answers are found by their threads."""
    mail = received.mail
    if mail.notice:
        return (*mail.notice.originals, *mail.cited[:CITED])
    by_program = mail.report or mail.auto_submitted not in ("", "no") or not received.mail_from
    return mail.cited[:CITED] if by_program else ()


def _id(value: str | None) -> UUID | None:
    return UUID(value) if value else None


def _person(row: dict[str, Any]) -> Person:
    department, audiences = _id(row["department_id"]), tuple(row.get("audiences", ()))
    away = row.get("away", False)
    return Person(UUID(row["id"]), row["name"], row["address"] or "", row["role"], department, audiences, away)


def _box(row: dict[str, Any]) -> Box:
    departments, flow = _id(row["department_id"]), _id(row["workflow_id"])
    return Box(UUID(row["id"]), row["address"], row["name"], departments, flow, row["priority"], _id(row["type_id"]))


def _signed(row: dict[str, Any]) -> Signed:
    return Signed(UUID(row["id"]), row["letter"], _id(row["ticket_id"]), UUID(row["profile_id"]), row["depth"])


def known(row: dict[str, Any]) -> Known:
    """A ticket as the statements `threads` and `latest` tell it."""
    ids: dict[str, Any] = {name: _id(row[name]) for name in _IDS}
    plain = {name: row[name] for name in ("title", "status", "imported", "is_final", "fields")}
    people, heard = tuple(_person(one) for one in row["participants"]), tuple(row["heard"])
    requester = _person(row["requester"])
    return Known(id=UUID(row["id"]), requester=requester, participants=people, heard=heard, **ids, **plain)
