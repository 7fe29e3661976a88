"""An organization's request types and rules as values."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from uuid import UUID
from zoneinfo import ZoneInfo

from workers.inbound.routing.conditions import Group
from workers.inbound.routing.events import Event
from workers.inbound.routing.index import Index
from workers.inbound.routing.questions import Question
from workers.inbound.routing.said import Said

UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Pool:
    """Agents among whom one is chosen: of a team, else of a department, else of the organization."""

    method: str
    team_id: UUID | None = None
    department_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Type:
    """A request type with what its tickets start as; `partner` has agreed to take our tickets.

    Attributes:
        slug: its name as the tag of an address.
        priority: None for the normal one, by which a type says nothing.
        roles: audiences of customers who may choose it, none for everybody.
        match: which mails are of it by themselves, None for none.
        method: how its tickets find their agent, None if they do not; `team_id` among whom.
        requires_event: its tickets are about an event, which is asked for.
    """

    id: UUID
    name: str
    slug: str
    priority: str | None = None
    department_id: UUID | None = None
    workflow_id: UUID | None = None
    routing: str = "internal"
    partner: UUID | None = None
    roles: frozenset[str] = frozenset()
    match: Group | None = None
    method: str | None = None
    team_id: UUID | None = None
    requires_event: bool = False

    def offered(self, audiences: Iterable[str]) -> bool:
        """Whether a customer of these audiences may choose it."""
        return not self.roles or not self.roles.isdisjoint({"public", *audiences})


@dataclass(frozen=True, slots=True)
class Rule:
    """A routing rule; what is None or empty it leaves to others. `fields` are the keys of those it asks for."""

    id: UUID
    name: str
    conditions: Group
    order: int = 0
    type_id: UUID | None = None
    department_id: UUID | None = None
    assignee_id: UUID | None = None
    priority: str | None = None
    tags: tuple[str, ...] = ()
    method: str | None = None
    team_id: UUID | None = None
    fields: frozenset[str] = frozenset()

    def holds(self, said: Said) -> bool:
        """Whether it is about a mail."""
        return self.conditions.check(said)


@dataclass(frozen=True, slots=True)
class Table:
    """All that routes the mails of an organization.

    Attributes:
        types, rules: those in use, in their order.
        questions: fields that mails may answer, the event first.
        events: in use, the latest first.
        zone: whose clock a time is read by.
        assigns: whether agents are chosen for new tickets by themselves.
        broken: what cannot be used, with the reason; it is left out.
    """

    types: tuple[Type, ...] = ()
    rules: tuple[Rule, ...] = ()
    questions: tuple[Question, ...] = ()
    events: tuple[Event, ...] = ()
    zone: ZoneInfo = UTC
    assigns: bool = True
    broken: tuple[str, ...] = ()
    index: Index = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Make the rules ready once."""
        object.__setattr__(self, "index", Index(rule.conditions for rule in self.rules))

    def held(self, said: Said) -> tuple[Rule, ...]:
        """The rules that hold for a mail, in their order."""
        return tuple([self.rules[place] for place in self.index.holding(said)])

    @property
    def chooses(self) -> bool:
        """Whether any ticket's agent is chosen among several."""
        ways = [rule.method for rule in self.rules] + [kind.method for kind in self.types]
        return self.assigns and any(ways)

    def with_rule(self, rule: Rule) -> "Table":
        """The same with a rule put in its place, instead of the one of that identifier if there is one."""
        others = [one for one in self.rules if one.id != rule.id]
        place = next((number for number, one in enumerate(others) if one.order > rule.order), len(others))
        return replace(self, rules=(*others[:place], rule, *others[place:]))


EMPTY = Table()
