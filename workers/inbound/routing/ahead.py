"""What a batch needs from the database once it is known where its mails go: whose turn it is, and whether answers fit.

An organization that chooses no agents and has no fields is asked nothing here.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from sqlalchemy import Connection

from models.field import FieldType
from workers.inbound import decide
from workers.inbound.asking import follow
from workers.inbound.decide import Act, Reason
from workers.inbound.facts import Facts, Person, Received
from workers.inbound.routing.answers import Answer, read
from workers.inbound.routing.route import Route, heard, route
from workers.inbound.routing.rules import Pool
from workers.inbound.routing.turns import Key, Turn, key, take
from workers.inbound.statements import statement


@dataclass(frozen=True, slots=True)
class Ahead:
    """For the planning of a batch; `turns` moves on with each agent that is chosen.

    Attributes:
        answers: to fields, by mail; whether its ticket has a place for them is seen when it is known.
        ways: where the ticket of a mail goes if it opens one, by mail, as far as anybody asked.
    """

    turns: dict[Key, Turn] = field(default_factory=dict)
    answers: dict[UUID, list[Answer]] = field(default_factory=dict)
    ways: dict[UUID, Route] = field(default_factory=dict)

    def way(self, received: Received, author: Person | None, facts: Facts) -> Route:
        """Where the ticket goes that a mail opens; nothing that other mails of its batch bring changes that."""
        if received.id not in self.ways:
            fields = heard(self.answers.get(received.id, ()), author.audiences if author else ())
            self.ways[received.id] = route(received, author, facts, fields)
        return self.ways[received.id]

    def agent(self, way: Route) -> tuple[UUID | None, tuple[Reason, ...]]:
        """Who works on a ticket that goes there; whoever is chosen among several is the last in their turn then."""
        turn = self.turns.get(key(way.pool)) if way.pool else None
        if way.pool is None or turn is None:
            return way.assignee, way.trace
        chosen, self.turns[key(way.pool)] = turn.next(way.pool.method)
        how = way.pool.method.replace("_", " ")
        if chosen is None:
            return None, (*way.trace, Reason("assignee", "nobody", f"{how}, but there is no agent in {turn.whose}"))
        return chosen.id, (*way.trace, Reason("assignee", chosen.name, f"{how} among the agents of {turn.whose}"))


def look(connection: Connection, facts: Facts, batch: Sequence[Received]) -> Ahead:
    """Ask for it, for all mails of a batch at once.

    Args:
        connection: in the context of the organization; pools are locked until its transaction ends.
        facts: of the batch, as observed.
        batch: its mails.
    """
    live = [one for one in batch if not one.imported]
    ahead = Ahead(answers=answers(connection, facts, live))
    if facts.routing.chooses and (pools := {pool for one in live if (pool := _pool(one, facts, ahead))}):
        ahead.turns.update(take(connection, facts.org, pools))
    return ahead


def _pool(received: Received, facts: Facts, ahead: Ahead) -> Pool | None:
    """Among whom a mail's ticket finds its agent, as far as can be seen before others are filed."""
    sender = received.mail.sender
    author = facts.people.get(sender.address.lower()) if sender else None
    pool, found = ahead.way(received, author, facts).pool, ahead.answers.get(received.id)
    if pool is None and not found:
        return None
    act, ticket = decide.foresee(received, author, facts)
    if act is Act.OPEN:
        return pool
    if found and act is Act.COMMENT and ticket:
        _, _, way = follow(received, ticket, found, facts)
        return way.pool if way else None
    return None


def answers(connection: Connection, facts: Facts, batch: Iterable[Received]) -> dict[UUID, list[Answer]]:
    """The answers to fields that stand in mails, by mail, each with what is wrong with it.

    Args:
        connection: in the context of the organization.
        facts: of the batch.
        batch: its mails.
    """
    found = [(one.id, answer) for one in batch for answer in read(one.mail.text, facts.routing.questions)]
    if not found:
        return {}
    problems = _problems(connection, facts.org, [answer for _, answer in found])
    checked: dict[UUID, list[Answer]] = {}
    for (mail, answer), problem in zip(found, problems, strict=True):
        if problem is not None:
            checked.setdefault(mail, []).append(replace(answer, problem=problem))
    return checked


def _problems(connection: Connection, org: UUID, found: Sequence[Answer]) -> list[str | None]:
    """What is wrong with each, '' if nothing is, None if its field is gone; an event is one that is offered."""
    problems = [_event(one) for one in found]
    asked = [
        {"place": place, "key": one.question.key, "value": one.value}
        for place, one in enumerate(found)
        if problems[place] is None
    ]
    if asked:
        for row in connection.execute(statement("answers"), {"org": org, "answers": json.dumps(asked)}):
            problems[row.place] = row.problem or ""
    return problems


def _event(answer: Answer) -> str | None:
    if answer.question.type != FieldType.DROPDOWN_DYNAMIC_EVENT:
        return None
    return "" if any(answer.value == value for value, _ in answer.question.options) else "is none of the events"
