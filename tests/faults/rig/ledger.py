"""The ledger: what the world was promised and what the relay was given, against what the database holds."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.faults.rig.invariants import INVARIANTS
from tests.faults.rig.sink import Tally
from tests.faults.rig.world import World

Rows = Sequence[tuple[Any, ...]]
Ask = Callable[[str], Rows]  # a query, as somebody who sees everything
MOST_DELIVERIES = 4  # of one letter: three that crashed at the worst moment, and one that a person asked for then
SHOWN = 5


def examine(ask: Ask, world: World, relay: Tally) -> None:
    """Everything at once, after the system has come to rest.

    Raises:
        AssertionError: a promise was broken; it shows which, and some of the mails, letters or rows.
    """
    mails = stored(ask)
    found: dict[str, Any] = {
        "acknowledged and lost": lost(mails, world),
        "stored twice": [one for one in world.acknowledged if len(mails.get(one, [])) > 1],
        "stored otherwise than sent": changed(mails, world),
        "torn apart": torn(ask, world),
        "letters gone wrong": misdelivered(ask, relay),
        "refused for good": world.refused,
        **broken(ask),
    }
    wrong = {name: list(rows)[:SHOWN] for name, rows in found.items() if rows}
    assert not wrong, wrong
    assert world.acknowledged, "nothing was sent"


def stored(ask: Ask) -> dict[str, list[bytes]]:
    """The bytes of every stored mail by its Message-ID."""
    found: dict[str, list[bytes]] = defaultdict(list)
    for (content,) in ask("SELECT content FROM raw_mail"):
        found[bytes(content).partition(b"Message-ID: ")[2].partition(b"\r\n")[0].decode()].append(bytes(content))
    return found


def lost(mails: Mapping[str, list[bytes]], world: World) -> list[str]:
    """Mails that were answered 250 and are not there."""
    return sorted(world.acknowledged.keys() - mails.keys())


def changed(mails: Mapping[str, list[bytes]], world: World) -> list[str]:
    """Mails whose bytes are not those that were sent."""
    return [one for one, mail in world.acknowledged.items() if mails.get(one, [mail.content])[0] != mail.content]


def torn(ask: Ask, world: World) -> list[str]:
    """Conversations whose mails do not lie on one ticket, each as one comment."""
    lies: dict[int, list[Any]] = defaultdict(list)
    for message_id, ticket in ask("SELECT message_id, ticket_id FROM ticket_comments WHERE raw_mail_id IS NOT NULL"):
        if mail := world.acknowledged.get(message_id):
            lies[mail.conversation].append(ticket)
    said = Counter(mail.conversation for mail in world.acknowledged.values())
    wrong = [one for one, count in said.items() if len(lies[one]) != count or len(set(lies[one])) != 1]
    return [f"conversation {one}: {len(lies[one])} of {said[one]} on {len(set(lies[one]))} tickets" for one in wrong]


def misdelivered(ask: Ask, relay: Tally) -> list[str]:
    """Letters that did not come, came too often, or came to somebody else; and letters that nobody wrote."""
    letters = ask("SELECT message_id, recipient, attempts FROM outgoing WHERE state <> 'withheld'")
    wrong = [f"{one}: nobody wrote it" for one in relay.times.keys() - {row[0] for row in letters}]
    for message_id, recipient, attempts in letters:
        times = relay.times[message_id]
        if not 1 <= times <= min(attempts, MOST_DELIVERIES) or relay.recipients[message_id] != {recipient}:
            wrong.append(f"{message_id} to {recipient}: {times} times in {attempts} attempts")
    return wrong


def broken(ask: Ask) -> dict[str, Rows]:
    """The invariants that do not hold, with the rows that break them."""
    return {name: found for name, query in INVARIANTS.items() if (found := ask(query))}
