"""Teaching stored mails, each once: what one was taught as before is taken back, and its trace says what it is now."""

import json
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from models.teaching import LEARN, Sort, take_back, teach

_LOCK = text("SELECT id, trace FROM raw_mail WHERE id = ANY (:mails) ORDER BY id FOR UPDATE")
_NOTE = text("UPDATE raw_mail SET trace = trace || CAST(:step AS jsonb) WHERE id = ANY (:mails)")


def learn(connection: Connection, org: UUID, words: Mapping[UUID, tuple[str, ...]], sort: Sort) -> int:
    """Teach stored mails.

    Args:
        connection: in the context of `org`, with role system.
        org: whose they are.
        words: what is counted of each (`spam.tokens.words_of`).
        sort: what they are.

    Returns:
        How many were counted; the others had been taught as the same before.
    """
    before = {row.id: taught_as(row.trace) for row in connection.execute(_LOCK, {"mails": list(words)})}
    fresh = [one for one in words if before.get(one) is not sort]
    for one in fresh:
        if (other := before.get(one)) is not None:
            take_back(connection, org, words[one], other)
    teach(connection, org, [words[one] for one in fresh], sort)
    step = {"step": LEARN, "verdict": str(sort), "reason": f"a person said that it is {sort}"}
    connection.execute(_NOTE, {"mails": fresh, "step": json.dumps([step])})
    return len(fresh)


def taught_as(trace: Iterable[Mapping[str, Any]]) -> Sort | None:
    """As what a mail was taught last, None if it never was."""
    said = [step["verdict"] for step in trace if step["step"] == LEARN]
    return Sort(said[-1]) if said else None
