"""Which type of request is a mail? The first of `CHOOSERS` that has an opinion says it."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from workers.inbound.facts import Box
from workers.inbound.routing.rules import Rule, Table, Type
from workers.inbound.routing.said import Said, tags


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked at: a mail, the audiences of who wrote it, and the rules that hold for it."""

    said: Said
    recipients: tuple[str, ...]
    audiences: tuple[str, ...]
    box: Box
    table: Table
    held: tuple[Rule, ...]

    def type(self, wanted: UUID | None) -> Type | None:
        """The type of that identifier, if it is in use."""
        return next((one for one in self.table.types if one.id == wanted), None)


Choice = tuple[Type, str]
Chooser = Callable[[Asked], Choice | None]


def by_tag(asked: Asked) -> Choice | None:
    """`support+billing@` names it, if it is offered to who writes."""
    for tag in tags(asked.recipients):
        for one in asked.table.types:
            if one.slug == tag and one.offered(asked.audiences):
                return one, f"the address it came to names it: +{tag}"
    return None


def by_mailbox(asked: Asked) -> Choice | None:
    """All that comes to a mailbox may be of one type."""
    found = asked.type(asked.box.type_id)
    return (found, f"mails to {asked.box.address} are of it") if found else None


def by_rules(asked: Asked) -> Choice | None:
    """The first rule that holds and says one."""
    for rule in asked.held:
        if found := asked.type(rule.type_id):
            return found, f"rule {rule.name!r} says so"
    return None


def by_words(asked: Asked) -> Choice | None:
    """The first type whose own words stand in the mail, if it is offered to who writes."""
    for one in asked.table.types:
        if one.match and one.offered(asked.audiences) and one.match.check(asked.said):
            return one, f"its own words: {'; '.join(one.match.why(asked.said))}"
    return None


CHOOSERS: tuple[Chooser, ...] = (by_tag, by_mailbox, by_rules, by_words)
