"""What a batch needs from the database once it is known where its mails go: whose turn it is, and whether answers fit.

An organization that chooses no agents and asks for no fields is asked nothing here.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from sqlalchemy import Connection

from workers.inbound import decide
from workers.inbound.decide import Act
from workers.inbound.facts import Facts, Received, statement
from workers.inbound.routing.answers import Answer, read
from workers.inbound.routing.route import route
from workers.inbound.routing.rules import Pool
from workers.inbound.routing.turns import Key, Turn, take


@dataclass(frozen=True, slots=True)
class Ahead:
    """For the planning of a batch; `turns` moves on with each agent that is chosen.

    Attributes:
        answers: to fields, by mail; whether its ticket asks for them is seen when it is known.
    """

    turns: dict[Key, Turn] = field(default_factory=dict)
    answers: dict[UUID, list[Answer]] = field(default_factory=dict)


def look(connection: Connection, facts: Facts, batch: Sequence[Received]) -> Ahead:
    """Ask for it, for all mails of a batch at once.

    Args:
        connection: in the context of the organization; pools are locked until its transaction ends.
        facts: of the batch, as observed.
        batch: its mails.
    """
    live = [one for one in batch if not one.imported]
    pools = {pool for one in live if (pool := _pool(one, facts))} if facts.routing.chooses else set()
    found = {one.id: read(one.mail.text, facts.routing.questions) for one in live}
    said = {mail: some for mail, some in found.items() if some}
    return Ahead(
        take(connection, facts.org, pools) if pools else {},
        _checked(connection, facts.org, said) if said else {},
    )


def _pool(received: Received, facts: Facts) -> Pool | None:
    """Among whom the ticket that a mail opens finds its agent, as far as can be seen before others are filed."""
    sender = received.mail.sender
    author = facts.people.get(sender.address.lower()) if sender else None
    if decide.decide(received, author, facts).act is not Act.OPEN:
        return None
    return route(received, author, facts).pool


def _checked(connection: Connection, org: UUID, said: dict[UUID, list[Answer]]) -> dict[UUID, list[Answer]]:
    every = [(mail, one) for mail, some in said.items() for one in some]
    asked = [{"place": place, "key": one.question.key, "value": one.value} for place, (_, one) in enumerate(every)]
    rows = connection.execute(statement("answers"), {"org": org, "answers": json.dumps(asked)})
    checked: dict[UUID, list[Answer]] = {}
    for row in rows:
        mail, one = every[row.place]
        checked.setdefault(mail, []).append(replace(one, problem=row.problem or ""))
    return checked
