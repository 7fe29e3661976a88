"""Does a batch hold too much of somebody? Counted in sliding windows, all of it at once; what is decided is kept.

Who is over a limit is so until the period has passed, by a row of `rate_limits`: then their mails are not even counted,
so a flood costs its organization nothing that others need. From when such a row was changed (it ran out, or somebody
lifted it) all is counted anew. The admins get one notice for each time that it is decided, not for each mail.

One sender's new tickets are never held. Beyond their bound they go on in the last one (`fold`): a monitor that writes
every minute is then one ticket with everything on it instead of sixty, and an agent reads it like any other, whereas in
quarantine nobody would look before somebody asks.
"""

from collections import Counter, OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from models.bounds import Bounds, chosen
from models.rate_limit import Counted, LimitedAction
from workers.inbound import fold, limiting, ring
from workers.inbound.facts import Facts, Person, Received
from workers.inbound.screening import Key
from workers.inbound.screens import blocked
from workers.inbound.thread import leads
from workers.inbound.windows import Window, windows

REMEMBERED = 10_000  # mails that this process has counted, so that what is tried again counts once
WIDE = (Counted.DOMAIN, Counted.ORGANIZATION)
_counted: OrderedDict[UUID, frozenset[Key]] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Asked:
    """A mail, the limits that stand against it already, and the keys under which it is counted."""

    received: Received
    standing: frozenset[Key]
    keys: tuple[Key, ...]


def rate(connection: Connection, facts: Facts, batch: Sequence[Received]) -> None:
    """Find out which mails of a batch are over a limit; `facts.screening` learns it.

    Args:
        connection: in the context of the organization.
        facts: of the batch.
        batch: its mails.
    """
    bounds = chosen(facts.screening.policies)
    asked = [_asked(one, facts, bounds) for one in batch if _counts(one, facts)]
    _count([one for one in asked if one.received.id not in _counted], facts, bounds)
    over = {one.received.id: _counted.get(one.received.id, frozenset()) for one in asked}
    if fresh := frozenset().union(*over.values()):
        limiting.decide(connection, facts, bounds, fresh)
    for one in asked:
        if found := one.standing | over[one.received.id]:
            _learn(one.received, found, facts, bounds)
    if facts.screening.floods:
        fold.observe(connection, facts, [one for one in batch if one.id in facts.screening.floods])


def _counts(received: Received, facts: Facts) -> bool:
    """Not what is old, was released, or is blocked anyway, what came back of our letters, or what an agent answers."""
    if received.imported or received.is_old or received.released or facts.signed(received, "b"):
        return False
    if blocked.opinion(received, None, facts):
        return False
    signed, author = facts.signed(received, "r"), _author(received, facts)
    return not (signed and author and author.is_staff and signed.profile_id == author.id)


def _asked(received: Received, facts: Facts, bounds: Bounds) -> Asked:
    opens = (LimitedAction.TICKET_CREATE,) if _opens(received, facts) else ()
    names = (*received.caller.counted, (Counted.ORGANIZATION, str(facts.org)))
    if not opens:  # who writes on their own ticket does not pay for strangers
        names = tuple(name for name in names if name[0] not in WIDE)
    asks = (LimitedAction.EMAIL_VERIFY,) if _asks(received, facts) else ()
    actions = (LimitedAction.MESSAGE_SEND, *opens, *asks)
    keys = tuple((action, who, name) for action in actions for who, name in names if (action, who) in bounds)
    standing = frozenset(key for key in keys if (known := facts.screening.decided.get(key)) and known.stands)
    if limiting.holding(standing):
        return Asked(received, standing, ())
    stopped = {action for action, _, _ in standing}
    return Asked(received, standing, tuple(key for key in keys if key[0] not in stopped))


def _opens(received: Received, facts: Facts) -> bool:
    """Whether it belongs to no ticket that is there already, or cites its way out of one."""
    author = _author(received, facts)
    return ring.opens(received, author, facts) or not (
        author and any(lead.ticket.has(author) or author.is_staff for lead in leads(received, facts))
    )


def _asks(received: Received, facts: Facts) -> bool:
    """Whether its sender, whom nobody knows, is asked who they are, unless another screen has stopped it before."""
    screening = facts.screening
    return screening.verifies and _author(received, facts) is None and received.caller.address not in screening.asked


def _author(received: Received, facts: Facts) -> Person | None:
    sender = received.mail.sender
    return facts.people.get(sender.address.lower()) if sender else None


def _count(asked: Sequence[Asked], facts: Facts, bounds: Bounds) -> None:
    """Note under which keys each mail is one too many."""
    wanted = Counter(key for one in asked for key in one.keys)
    named = {key: _window(key, facts, bounds) for key in wanted}
    room = windows().enter({named[key]: count for key, count in wanted.items()})
    left = {key: room[window] for key, window in named.items()}
    for one in asked:
        _counted[one.received.id] = frozenset(_beyond(one.keys, left))
    while len(_counted) > REMEMBERED:
        _counted.popitem(last=False)


def _beyond(keys: Sequence[Key], left: dict[Key, int]) -> Iterator[Key]:
    for key in keys:
        left[key] -= 1
        if left[key] < 0:
            yield key


def _window(key: Key, facts: Facts, bounds: Bounds) -> Window:
    action, who, name = key
    bound, known = bounds[action, who], facts.screening.decided.get(key)
    return Window((str(facts.org), action, who, name, known.since if known else ""), bound.most, bound.seconds)


def _learn(received: Received, over: frozenset[Key], facts: Facts, bounds: Bounds) -> None:
    screening, holding = facts.screening, limiting.holding(over)
    folding = frozenset(key for key in over if key[:2] == limiting.FOLDING)
    for told, keys in (
        (screening.over, holding),
        (screening.floods, folding),
        (screening.unasked, over - holding - folding),
    ):
        if keys:
            told[received.id] = limiting.reason(min(keys), facts, bounds)
