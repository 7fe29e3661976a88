"""What the desk writes on tickets in the name of an agent: through the doors, and just as filing writes an answer."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from gateway.cli import find
from gateway.cli.problems import Problem
from gateway.cli.statements import statement
from models.base import uuid7
from models.database import transaction
from models.workflow import Status
from workers.inbound.decide import Act, Decision
from workers.inbound.facts import Box, Known, Person, observe
from workers.inbound.filing import write
from workers.inbound.hooks import Event
from workers.inbound.hooks.answer import hook
from workers.inbound.plan import Plan
from workers.inbound.recognise import Kind

_STAFF = text(
    "SELECT id, name, email AS address, role FROM profiles WHERE role IN ('agent', 'admin') AND deleted_at IS NULL"
    " AND (CAST(:address AS text) IS NULL OR lower(email) = lower(:address)) ORDER BY role, created_at, id LIMIT 1"
)
_STAGES = text(
    "SELECT s.id, s.name, s.category FROM tickets t"
    " JOIN workflow_stages s ON s.org_id = t.org_id AND s.workflow_id = t.workflow_id"
    " WHERE t.id = :ticket ORDER BY s.created_at, s.id"
)
_WATCH = text(
    "INSERT INTO ticket_participants (org_id, ticket_id, profile_id, kind, added_by)"
    " VALUES (:org, :ticket, :who, 'watcher', :by) ON CONFLICT DO NOTHING"
)
_UNWATCH = text(
    "DELETE FROM ticket_participants w USING profiles p WHERE w.ticket_id = :ticket AND w.kind = 'watcher'"
    " AND p.org_id = w.org_id AND p.id = w.profile_id AND lower(p.email) = lower(:address)"
)
_UPDATE = text("SELECT ticket_id FROM update_ticket(:ticket, CAST(:patch AS jsonb), :reason)")


@dataclass(frozen=True, slots=True)
class Desk:
    """One ticket in the hands of one agent, inside a transaction."""

    connection: Connection
    org: find.Org
    ticket: UUID
    agent: Person

    def reply(self, said: str) -> list[UUID]:
        """Answer everybody who takes part from outside; the ticket then waits for them. The first one is assigned.

        Args:
            said: the answer.

        Returns:
            The letters, to be rung for after the commit.

        Raises:
            Problem: the ticket has no mailbox to answer from.
        """
        row = self.connection.execute(statement("answering"), {"ticket": self.ticket}).one()
        if row.mailbox_id is None:
            raise Problem(
                "this ticket has no mailbox that an answer could go out from; answer it by hand and add a note"
            )
        facts, plan, comment = observe(self.connection, self.org.id, []), Plan(), uuid7()
        plan.comments.append(self._comment(comment, said, row.at, internal=False))
        box = Box(row.mailbox_id, row.mailbox, row.mailbox_name, row.department_id, row.workflow_id, row.priority)
        event = Event(Decision(Act.ANSWER, Kind.PERSONAL, ()), _known(self.ticket, row), comment, self.agent, box)
        plan.outgoing.extend(hook(event, facts))
        patch = {} if row.assigned_to else {"assigned_to": str(self.agent.id)}
        if waiting := facts.stages.get((row.workflow_id, Status.WAITING)):
            patch["stage_id"] = str(waiting)
        update = {"ticket_id": str(self.ticket), "patch": patch, "reason": "an agent answered at the desk"}
        plan.updates[self.ticket] = update
        write(self.connection, self.org.id, plan)
        return [UUID(letter["id"]) for letter in plan.outgoing]

    def note(self, said: str) -> None:
        """Keep words on the ticket that no customer sees.

        Args:
            said: the note.
        """
        plan, moment = Plan(), self.connection.execute(text("SELECT now()")).scalar_one()
        plan.comments.append(self._comment(uuid7(), said, moment, internal=True))
        write(self.connection, self.org.id, plan)

    def assign(self, address: str | None) -> None:
        """Give the ticket to an agent, or to nobody.

        Args:
            address: the agent's; None for nobody.

        Raises:
            Problem: nobody of that address answers for this organization.
        """
        agent = str(staff(self.connection, self.org, address).id) if address else None
        self._update({"assigned_to": agent}, "assigned at the desk")

    def watch(self, address: str) -> None:
        """Let somebody of the staff hear of whatever happens on the ticket.

        Args:
            address: theirs.

        Raises:
            Problem: nobody of that address answers for this organization.
        """
        who = staff(self.connection, self.org, address)
        said = {"org": self.org.id, "ticket": self.ticket, "who": who.id, "by": self.agent.id}
        self.connection.execute(_WATCH, said)

    def unwatch(self, address: str) -> None:
        """Let them hear of it no more; arguments as `watch`.

        Raises:
            Problem: nobody of that address watches it.
        """
        if not self.connection.execute(_UNWATCH, {"ticket": self.ticket, "address": address}).rowcount:
            raise Problem(f"{address} does not watch this ticket; see `postern ticket show`")

    def stage(self, name: str) -> None:
        """Move the ticket to a stage of its workflow.

        Args:
            name: of the stage, or its status; case, hyphens and underscores do not matter.

        Raises:
            Problem: its workflow has no such stage.
        """
        stages = self.connection.execute(_STAGES, {"ticket": self.ticket}).all()
        wanted = _folded(name)
        found = [one for one in stages if _folded(one.name) == wanted] or [
            one for one in stages if _folded(one.category) == wanted
        ]
        if not found:
            known = ", ".join(f"{one.name!r} ({one.category})" for one in stages)
            raise Problem(f"its workflow has no stage {name!r}; there are: {known}")
        self._update({"stage_id": str(found[0].id)}, "moved at the desk")

    def _update(self, patch: dict[str, str | None], reason: str) -> None:
        self.connection.execute(_UPDATE, {"ticket": self.ticket, "patch": json.dumps(patch), "reason": reason})

    def _comment(self, comment: UUID, said: str, moment: datetime, *, internal: bool) -> dict[str, Any]:
        return {
            "id": str(comment),
            "ticket_id": str(self.ticket),
            "author_id": str(self.agent.id),
            "sender_type": "agent",
            "message_type": "note" if internal else "reply",
            "is_internal": internal,
            "text": said,
            "metadata": {},
            "created_at": moment.isoformat(),
        }


@contextmanager
def desk(number: str, slug: str | None, address: str | None) -> Iterator[Desk]:
    """Take a ticket in hand, in one transaction with the rights of an admin and in the name of an agent.

    Args:
        number: of the ticket.
        slug: its organization, None where the number alone is enough.
        address: of the agent, None for the first admin, else the first agent.

    Raises:
        Problem: there is no such ticket or agent.
    """
    org, ticket = find.ticket(number, slug)
    with transaction(org.id, role="admin") as connection:
        agent = staff(connection, org, address)
    with transaction(org.id, role="admin", profile=agent.id) as connection:
        yield Desk(connection, org, ticket, agent)


def staff(connection: Connection, org: find.Org, address: str | None) -> Person:
    """The agent or admin of that address, or the first there is.

    Raises:
        Problem: there is none.
    """
    row = connection.execute(_STAFF, {"address": address}).one_or_none()
    if row is None and address is None:
        raise Problem(f"{org.slug} has no agent yet; add one with `postern agent add ADDRESS --org {org.slug}`")
    if row is None:
        raise Problem(f"{address} is no agent of {org.slug}; see `postern agent list --org {org.slug}`")
    return Person(row.id, row.name, row.address or "", row.role)


def _folded(name: str) -> str:
    return " ".join(name.lower().replace("_", " ").replace("-", " ").split())


def _known(ticket: UUID, row: Row[Any]) -> Known:
    return Known(
        id=ticket,
        title=row.title,
        status=row.status,
        requester=_person(row.requester),
        assigned_to=row.assigned_to,
        department_id=row.department_id,
        workflow_id=row.workflow_id,
        participants=tuple(_person(one) for one in row.participants),
        heard=tuple(row.heard),
    )


def _person(row: dict[str, Any]) -> Person:
    return Person(UUID(row["id"]), row["name"], row["address"] or "", row["role"])
