"""What is to be done with the mails of a maildrop, by what the ledger says of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.pop.values import Drop

Ledger = Mapping[str, tuple[int, bool]]
"""By unique-id: the size that a mail had, and whether it was taken; an old one that is left alone was not."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done.

    Attributes:
        take: fetched and committed. delete: taken before, and still there.
    """

    take: tuple[Drop, ...]
    delete: tuple[Drop, ...]


def plan(there: Sequence[Drop], ledger: Ledger, *, deleting: bool) -> Plan:
    """Find what is new, and what a connection that broke did not delete any more.

    Where mails are deleted, one that bears the id of a taken mail and another size is fetched: with a server that gives
    ids twice it would be lost. Where they are left it is not: servers that write into mails change their sizes.

    Args:
        there: all that lies there.
        ledger: what is known of it.
        deleting: whether what was taken is deleted.
    """
    take, delete = list[Drop](), list[Drop]()
    for drop in there:
        size, taken = ledger.get(drop.uidl, (0, False))
        if drop.uidl not in ledger or (deleting and taken and size != drop.size):
            take.append(drop)
        elif deleting and taken:
            delete.append(drop)
    return Plan(tuple(take), tuple(delete))
