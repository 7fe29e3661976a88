"""What is kept of why a mail became what it is: an entry for each step, for `postern mail explain`."""

from models.outgoing import Letter, State
from workers.inbound.decide import Decision
from workers.inbound.facts import Received
from workers.inbound.hooks import Event, Row, acknowledge


def done(received: Received, decision: Decision, more: list[Row]) -> Row:
    """The row that says what became of a mail; who files it adds the stage.

    Args:
        received: the mail.
        decision: about it, with its reasons.
        more: entries that follow them.
    """
    steps: list[Row] = [{"step": r.step, "verdict": r.verdict, "reason": r.reason} for r in decision.trace]
    marks = [{"step": "parse", "verdict": "repaired", "reason": mark} for mark in received.mail.marks]
    return {"id": received.id.hex, "attempts": received.attempts, "reason": None, "trace": marks + steps + more}


def said(event: Event, sent: list[Row]) -> list[Row]:
    """The entries about what follows from what was filed.

    Args:
        event: what was filed.
        sent: the letters that follow from it.
    """
    why = acknowledge.why_not(event)
    states = [row["state"] for row in sent if row["letter"] == Letter.ACKNOWLEDGEMENT]
    first_mail = "the first mail of a new ticket"
    step = {"step": "acknowledgement", "verdict": states[0] if states else "not sent", "reason": why or first_mail}
    return [*([event.news.entry] if event.news else []), step, *map(_letter, sent)]


def _letter(row: Row) -> Row:
    if row["state"] != State.WITHHELD:
        return {"step": "letter", "verdict": row["letter"], "reason": f"to {row['recipient']}"}
    stopped = f"{row['letter']} to {row['recipient']}: {row['answer']}"
    if row.get("suppressed"):
        return {"step": "suppressed", "verdict": State.WITHHELD, "reason": stopped}
    how = f"`postern outbox retry {row['id'][-12:]}` lets it go"
    return {"step": "loop", "verdict": State.WITHHELD, "reason": f"{stopped}; {how}"}
