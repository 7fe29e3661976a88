"""Who is told: the assignee, else the department's agents, else every agent, and with no agent the admins."""

from dataclasses import replace

import pytest

from models.base import uuid7
from models.profile import Role
from models.workflow import Status
from workers.inbound.facts import Facts, Known, Person
from workers.inbound.hooks.notify import audience

SALES = uuid7()
ANN = Person(uuid7(), "Ann", "ann@demo.test", Role.AGENT)
SAM = Person(uuid7(), "Sam", "sam@demo.test", Role.AGENT, SALES)
ADA = Person(uuid7(), "Ada", "ada@demo.test", Role.ADMIN, SALES)
CAROL = Person(uuid7(), "Carol", "carol@customer.test", Role.CUSTOMER)
TICKET = Known(uuid7(), "Printer", Status.OPEN, CAROL)


def facts(*staff: Person) -> Facts:
    return Facts(uuid7(), CAROL, {}, staff, {}, frozenset(), {})


@pytest.mark.parametrize(
    ("staff", "ticket", "told"),
    [
        ((ANN, SAM, ADA), TICKET, [ANN, SAM]),
        ((ANN, SAM, ADA), replace(TICKET, department_id=SALES), [SAM]),
        ((ANN, ADA), replace(TICKET, department_id=SALES), [ANN]),
        ((ANN, SAM, ADA), replace(TICKET, department_id=SALES, assigned_to=ANN.id), [ANN]),
        ((ANN, SAM, ADA), replace(TICKET, assigned_to=ADA.id), [ADA]),
        ((ANN, SAM), replace(TICKET, assigned_to=ADA.id), [ANN, SAM]),
        ((ADA,), TICKET, [ADA]),
        ((), TICKET, []),
    ],
)
def test_audience(staff, ticket, told):
    assert audience(ticket, facts(*staff)) == told
