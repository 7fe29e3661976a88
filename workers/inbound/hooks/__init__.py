"""Which letters follow from what was filed: each hook answers rows of the outbox and sends nothing.

What would keep a loop going, or go to a suppressed address, is among them, withheld.
"""

from workers.inbound.facts import Facts
from workers.inbound.hooks import acknowledge, answer, correct, held, notify, returned
from workers.inbound.hooks.brake import brake
from workers.inbound.hooks.event import Event, Hook, Row
from workers.inbound.hooks.suppressed import withhold

HOOKS: tuple[Hook, ...] = (acknowledge.hook, notify.hook, answer.hook, held.hook, correct.hook, returned.hook)

__all__ = ["HOOKS", "Event", "Hook", "Row", "letters"]


def letters(event: Event, facts: Facts) -> list[Row]:
    """The rows of the outbox that follow from what was filed; none from what was imported, whatever a hook says.

    Args:
        event: what was filed.
        facts: of its batch.
    """
    if event.imported:
        return []
    return withhold(brake([row for hook in HOOKS for row in hook(event, facts)], event, facts), facts)
