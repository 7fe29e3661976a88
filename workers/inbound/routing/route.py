"""What a new ticket starts as: its type is chosen, then the rules, the type and the mailbox say the rest.

All rules that hold apply in their order: what an earlier one sets a later one leaves, tags add up. A rule goes before
the type, the type before the mailbox.
"""

from dataclasses import dataclass
from uuid import UUID

from workers.inbound.decide import Reason
from workers.inbound.facts import Facts, Person, Received
from workers.inbound.routing import reasons
from workers.inbound.routing.choose import CHOOSERS, Asked, Choice
from workers.inbound.routing.rules import Pool, Type
from workers.inbound.routing.said import Said, arrived

INTERNAL = "internal"


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


def route(received: Received, author: Person | None, facts: Facts) -> Route:
    """Where the ticket that a mail opens goes.

    Args:
        received: the mail.
        author: as given to `decide`.
        facts: of its batch, with the organization's rules.
    """
    box, table = facts.boxes[received.mailbox_id], facts.routing
    if not table.types and not table.rules:
        return Route(box.priority, None, box.department_id, box.workflow_id)
    asking = said(received, facts)
    held = tuple(rule for rule in table.rules if rule.holds(asking))
    audiences = author.audiences if author else ()
    asked = Asked(asking, received.recipients, audiences, box, table, held)
    chosen = next(filter(None, (choose(asked) for choose in CHOOSERS)), None)
    return _settled(asked, chosen, facts, imported=received.imported)


def said(received: Received, facts: Facts) -> Said:
    """A mail as rules see it."""
    box, zone = facts.boxes[received.mailbox_id], facts.routing.zone
    return Said(arrived(received.mail, box.address, received.recipients, received.at, zone))


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
        tags=tuple(dict.fromkeys(tag for rule in held for tag in rule.tags)),
        assignee=assigned.agent,
        pool=assigned.pool,
        trace=(*reasons.told(asked, chosen, priority), *assigned.trace),
    )


def _assigned(asked: Asked, kind: Type | None, department: UUID | None, facts: Facts) -> Assigned:
    """The first rule that names an agent or a way to choose one, else the type's way."""
    trace: tuple[Reason, ...] = ()
    staff = {one.id: one for one in facts.staff}
    for rule in asked.held:
        if agent := staff.get(rule.assignee_id) if rule.assignee_id else None:
            return Assigned(agent.id, trace=(*trace, Reason("assignee", agent.name, f"rule {rule.name!r} names them")))
        if rule.assignee_id:
            why = f"rule {rule.name!r} names somebody who does not answer for the organization any more"
            trace = (*trace, Reason("assignee", "passed over", why))
        elif rule.method and asked.table.assigns:
            return Assigned(None, _pool(rule.method, rule.team_id, department), trace)
    if kind and kind.method and asked.table.assigns:
        return Assigned(None, _pool(kind.method, kind.team_id, department), trace)
    return Assigned(None, None, trace)


def _pool(method: str, team: UUID | None, department: UUID | None) -> Pool:
    return Pool(method, team, None if team else department)
