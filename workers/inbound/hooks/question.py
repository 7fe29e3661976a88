"""The lines by which a letter asks for the fields that its ticket lacks, with what was wrong with earlier answers."""

from workers.inbound.asking import missing
from workers.inbound.facts import Facts
from workers.inbound.hooks.event import Event, Row


def questions(event: Event, facts: Facts) -> Row:
    """The context of a letter that asks; empty where there is nothing to ask.

    Args:
        event: what it answers.
        facts: of the batch.
    """
    lines = [one.line for one in missing(event.ticket, facts)]
    if not lines:
        return {}
    problems = [f"\u201c{one.question.label}\u201d {one.problem}." for one in event.wrong]
    return {"questions": lines} | ({"problems": problems} if problems else {})
