"""Which letters follow from what was filed: each hook answers rows of the outbox and sends nothing."""

from workers.inbound.hooks import acknowledge, answer, held, notify
from workers.inbound.hooks.event import Event, Hook, Row

HOOKS: tuple[Hook, ...] = (acknowledge.hook, notify.hook, answer.hook, held.hook)

__all__ = ["HOOKS", "Event", "Hook", "Row"]
