"""Letters to addresses that get none: the row is made and withheld with the reason, and sent once that is lifted."""

from collections.abc import Iterable

from models.outgoing import State
from workers.inbound.facts import Facts
from workers.inbound.hooks.event import Row


def withhold(rows: Iterable[Row], facts: Facts) -> list[Row]:
    """The same letters, those to suppressed addresses withheld.

    Args:
        rows: of the outbox.
        facts: of the batch.
    """
    return [row | _withheld(facts.suppressed.get(row["recipient"].lower(), "")) for row in rows]


def _withheld(why: str) -> Row:
    return {"state": State.WITHHELD, "answer": f"the address is suppressed: {why}", "suppressed": True} if why else {}
