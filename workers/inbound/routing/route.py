"""What a new ticket starts as: its type is chosen, then the rules, the type and the mailbox say the rest.

All rules that hold apply in their order: what an earlier one sets a later one leaves, tags add up. A rule goes before
the type, the type before the mailbox.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from uuid import UUID

from workers.inbound.decide import Reason
from workers.inbound.facts import Facts, Known, Person, Received
from workers.inbound.routing import reasons
from workers.inbound.routing.answers import Answer
from workers.inbound.routing.choose import CHOOSERS, Asked, Choice, by_rules
from workers.inbound.routing.rules import Pool, Rule, Type
from workers.inbound.routing.said import Said, arrived

INTERNAL = "internal"
Fields = Mapping[str, Any]
NOTHING: Fields = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Route:
    """Where a ticket goes.

    Attributes:
        partner: the organization that is to take it, with `routing` as how.
        assignee: an agent by name, or else `pool`: who is chosen among these.
        trace: why, one entry for each thing that was decided.
    """

    priority: str
    type: Type | None = None
    department_id: UUID | None = None
    workflow_id: UUID | None = None
    routing: str = "internal"
    partner: UUID | None = None
    tags: tuple[str, ...] = ()
    assignee: UUID | None = None
    pool: Pool | None = None
    trace: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Assigned:
    """Who works on it: an agent, or one of a pool, or nobody yet; and why."""

    agent: UUID | None = None
    pool: Pool | None = None
    trace: tuple[Reason, ...] = ()


def route(received: Received, author: Person | None, facts: Facts, fields: Fields = NOTHING) -> Route:
    """Where the ticket that a mail opens goes.

    Args:
        received: the mail.
        author: as given to `decide`.
        facts: of its batch, with the organization's rules.
        fields: that it answers, as `heard` tells them.
    """
    return routed(said(received, facts, fields), received, author, facts)


def routed(asking: Said, received: Received, author: Person | None, facts: Facts) -> Route:
    """The same of a mail that was made ready for rules already; arguments as `route`."""
    box, table = facts.boxes[received.mailbox_id], facts.routing
    if not table.types and not table.rules:
        return Route(box.priority, None, box.department_id, box.workflow_id)
    held = table.held(asking)
    audiences = author.audiences if author else ()
    asked = Asked(asking, received.recipients, audiences, box, table, held)
    chosen = next(filter(None, (choose(asked) for choose in CHOOSERS)), None)
    return _settled(asked, chosen, facts, imported=received.imported)


def again(received: Received, ticket: Known, answered: Collection[str], facts: Facts) -> Route | None:
    """Where a ticket goes now that fields of it were answered: as the rules say that ask for these and hold.

    What such a rule sets replaces what there is; but an agent who works on it goes on. None if no such rule holds.

    Args:
        received: the mail that answers.
        ticket: with the answers.
        answered: their keys.
        facts: of its batch.
    """
    rules = [rule for rule in facts.routing.rules if not rule.fields.isdisjoint(answered)]
    if not rules:
        return None
    asking = said(received, facts, ticket.fields)
    held = tuple(rule for rule in rules if rule.holds(asking))
    if not held:
        return None
    asked = Asked(asking, received.recipients, (), facts.boxes[received.mailbox_id], facts.routing, held)
    chosen = by_rules(asked)
    kind = chosen[0] if chosen else None
    named = (rule.department_id for rule in held if rule.department_id)
    department = next(named, kind.department_id if kind else None)
    queue = department or ticket.department_id
    assigned = Assigned() if ticket.assigned_to else _assigned(asked, kind, queue, facts)
    return Route(
        priority=next((rule.priority for rule in held if rule.priority), kind and kind.priority) or "",
        type=kind,
        department_id=department,
        tags=_tags(held),
        assignee=assigned.agent,
        pool=assigned.pool,
        trace=(*reasons.held(asked), *assigned.trace),
    )


def heard(found: Iterable[Answer], audiences: Iterable[str]) -> dict[str, Any]:
    """The custom fields that a mail answers, as rules may ask for them.

    Args:
        found: in the mail, checked.
        audiences: of who wrote it; what they are never shown does not count.
    """
    return {one.question.key: one.value for one in found if one.counts and one.question.reaches(audiences)}


def said(received: Received, facts: Facts, fields: Fields = NOTHING) -> Said:
    """A mail as rules see it."""
    box, zone = facts.boxes[received.mailbox_id], facts.routing.zone
    return Said(arrived(received.mail, box.address, received.recipients, received.at, zone, fields))


def _settled(asked: Asked, chosen: Choice | None, facts: Facts, *, imported: bool) -> Route:
    kind, held, box = chosen[0] if chosen else None, asked.held, asked.box
    department = next((rule.department_id for rule in held if rule.department_id), kind and kind.department_id)
    department = department or box.department_id
    priority = next((rule.priority for rule in held if rule.priority), kind and kind.priority) or box.priority
    assigned = Assigned() if imported else _assigned(asked, kind, department, facts)
    shared = kind is not None and kind.partner is not None and kind.routing != INTERNAL
    return Route(
        priority=priority,
        type=kind,
        department_id=department,
        workflow_id=(kind and kind.workflow_id) or box.workflow_id,
        routing=kind.routing if kind and shared else INTERNAL,
        partner=kind.partner if kind and shared else None,
        tags=_tags(held),
        assignee=assigned.agent,
        pool=assigned.pool,
        trace=(*reasons.told(asked, chosen, priority), *assigned.trace),
    )


def _assigned(asked: Asked, kind: Type | None, department: UUID | None, facts: Facts) -> Assigned:
    """The first rule that names an agent or a way to choose one, else the type's way."""
    trace: tuple[Reason, ...] = ()
    staff = {one.id: one for one in facts.staff}
    for rule in asked.held:
        agent = staff.get(rule.assignee_id) if rule.assignee_id else None
        if agent and not agent.away:
            return Assigned(agent.id, trace=(*trace, Reason("assignee", agent.name, f"rule {rule.name!r} names them")))
        if rule.assignee_id:
            gone = f"{agent.name}, who is away" if agent else "somebody who answers for the organization no more"
            trace = (*trace, Reason("assignee", "passed over", f"rule {rule.name!r} names {gone}"))
        elif rule.method and asked.table.assigns:
            return Assigned(None, _pool(rule.method, rule.team_id, department), trace)
    if kind and kind.method and asked.table.assigns:
        return Assigned(None, _pool(kind.method, kind.team_id, department), trace)
    return Assigned(None, None, trace)


def _tags(held: tuple[Rule, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tag for rule in held for tag in rule.tags))


def _pool(method: str, team: UUID | None, department: UUID | None) -> Pool:
    return Pool(method, team, None if team else department)
