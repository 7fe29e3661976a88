"""Agents hear of a customer's words: the assignee, else the department's agents, else all of the organization."""

from collections.abc import Iterable

from models.outgoing import Letter
from models.profile import Role
from workers.inbound.decide import Act
from workers.inbound.facts import Facts, Known, Person
from workers.inbound.hooks.event import Event, Row, letter, staff_thread


def audience(ticket: Known, facts: Facts) -> list[Person]:
    """Who is told about a ticket; where there is no agent at all, the admins are, so that nothing goes unseen."""
    agents = [one for one in facts.staff if one.role == Role.AGENT]
    assignee = [one for one in facts.staff if one.id == ticket.assigned_to]
    department = [one for one in agents if ticket.department_id and one.department_id == ticket.department_id]
    return assignee or department or agents or list(facts.staff)


def hook(event: Event, facts: Facts) -> Iterable[Row]:
    """One notification for each of the audience, but not for who wrote the words or is said to be out of reach."""
    if event.decision.act in (Act.OPEN, Act.COMMENT):
        for agent in audience(event.ticket, facts):
            reached = agent.address.lower() not in event.unreached
            if agent.address and reached and agent.id != event.author.id:
                yield letter(facts, event, Letter.NOTIFICATION, agent, sender=event.author.name, **staff_thread(event))
