"""Letters that would keep programs writing to each other: the row is made and withheld, until a person lets it go.

Two things stop a loop. A chain in which nobody but programs has written ends at `DEEPEST`. And where the other side
gives no sign that it is a program, each correspondent of a mailbox makes ours write only so often.
"""

from collections.abc import Sequence

from models.outgoing import Letter, State
from workers.inbound.facts import Facts
from workers.inbound.hooks.event import Event, Row
from workers.inbound.recognise import Kind

DEEPEST = 2  # our letter and a program's answer to it, or the other way round; a third is not written
BUDGETS: dict[str, tuple[int, int]] = {
    # letter: mails of one correspondent that it may follow from, in an hour and in a day
    Letter.ACKNOWLEDGEMENT: (3, 10),
    Letter.HELD: (10, 30),
    Letter.FIELDS: (5, 10),
    Letter.NOTIFICATION: (3, 10),
}
_ENDING = (Letter.REPLY, Letter.RETURNED)  # a person's words; what follows but once from a letter that came back
_REACTIONS = (Kind.BOUNCE, Kind.FEEDBACK, Kind.RECEIPT, Kind.CHALLENGE, Kind.AUTOMATIC)


def brake(rows: Sequence[Row], event: Event, facts: Facts) -> list[Row]:
    """The same letters, of which some are withheld and say why.

    Args:
        rows: that follow from an event.
        event: what was filed.
        facts: of its batch; grow by what is counted here.
    """
    why = {name: _why(name, event, facts) for name in dict.fromkeys(row["letter"] for row in rows)}
    return [row | _counted(row, event) | _withheld(why[row["letter"]]) for row in rows]


def _why(name: str, event: Event, facts: Facts) -> str:
    spent = facts.spend(event.box.id, event.author.id, name) if _counts(name, event) else None
    if name not in _ENDING and event.decision.depth + 1 > DEEPEST:
        return f"it would be number {event.decision.depth + 1} of the mails in a row that no person wrote"
    if spent is None:
        return ""
    for said, most, count in zip(("hour", "day"), BUDGETS[name], spent, strict=True):
        if count > most:
            return f"it would follow from more than {most} mails of {_name(event)} within the {said}"
    return ""


def _counts(name: str, event: Event) -> bool:
    """An agent is told of whatever people and lists write; of reactions to our letters, or a flood, only so often."""
    if name == Letter.NOTIFICATION:
        decision = event.decision
        return decision.folded or decision.kind in _REACTIONS or (decision.depth > 0 and event.author.is_staff)
    return name in BUDGETS


def _counted(row: Row, event: Event) -> Row:
    return {"correspondent_id": event.author.id.hex} if _counts(row["letter"], event) else {}


def _withheld(why: str) -> Row:
    return {"state": State.WITHHELD, "answer": why} if why else {}


def _name(event: Event) -> str:
    return event.author.address or "an unknown sender"
