"""Why a ticket goes where it goes, as entries of the decision trace."""

from collections.abc import Iterator

from workers.inbound.decide import Reason
from workers.inbound.routing.choose import Asked, Choice


def told(asked: Asked, chosen: Choice | None, priority: str) -> Iterator[Reason]:
    """The reasons, in the order in which the matters were decided.

    Args:
        asked: what was looked at.
        chosen: the type, and by what.
        priority: that came out.
    """
    for broken in asked.table.broken:
        yield Reason("rule", "left out", broken)
    yield from held(asked)
    if chosen:
        yield Reason("type", chosen[0].name, chosen[1])
    elif asked.table.types:
        yield Reason("type", "none", "no address tag, mailbox, rule or words of a type say one")
    if source := _source(asked, chosen, "priority"):
        yield Reason("priority", priority, source)
    if source := _source(asked, chosen, "department_id"):
        yield Reason("department", "set", source)
    if chosen and chosen[0].routing != "internal":
        why = "so says its type" if chosen[0].partner else "its type names no organization that agreed to take tickets"
        yield Reason("routing", chosen[0].routing if chosen[0].partner else "internal", why)


def held(asked: Asked) -> Iterator[Reason]:
    """The rules that hold, and by what."""
    for rule in asked.held:
        yield Reason("rule", rule.name, "; ".join(rule.conditions.why(asked.said)) or "it holds for every mail")


def _source(asked: Asked, chosen: Choice | None, name: str) -> str:
    """What set it, a rule before the type; '' where it is as the mailbox has it."""
    rule = next((one for one in asked.held if getattr(one, name)), None)
    if rule:
        return f"rule {rule.name!r}"
    return f"type {chosen[0].name!r}" if chosen and getattr(chosen[0], name) else ""
