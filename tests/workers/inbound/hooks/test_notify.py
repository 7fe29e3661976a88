"""Who is told: the assignee, else the department's agents, else every agent, and with no agent the admins."""

from dataclasses import replace

import pytest

from models.base import uuid7
from models.outgoing import Letter
from models.profile import Role
from models.workflow import Status
from tests.conftest import Tenant
from tests.workers.inbound.house import House
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


def test_staff_who_watch_hear_once_and_take_no_part(tenant: Tenant):
    """Whom a letter tells of the words gets no notice by letter, too; who looks on is no customer of the ticket."""
    house = House(tenant)
    house.writes(CAROL.address)
    house.change(
        "INSERT INTO ticket_participants (org_id, ticket_id, profile_id, kind)"
        " SELECT org_id, id, :who, 'watcher' FROM tickets",
        who=tenant.agent,
    )
    (ticket,) = house.rows("SELECT id FROM tickets")
    notice = house.letter(Letter.NOTIFICATION)
    house.writes(CAROL.address, to=house.address(house.letter(Letter.ACKNOWLEDGEMENT), "r"))
    assert house.rows("SELECT mailed_at FROM notifications WHERE profile_id = :who", who=tenant.agent)[0].mailed_at
    row = house.writes(tenant.agent_address, "Re: The kettle", In_Reply_To=notice.message_id)
    assert (row.ticket_id, row.stage) == (ticket.id, "filed")
    assert [step["verdict"] for step in row.trace if step["step"] == "thread"] == ["held"]
    house.writes(tenant.agent_address, "Re: The kettle", house.address(notice, "r"))
    answers = house.rows("SELECT recipient FROM outgoing WHERE letter = 'reply_to_customer'")
    assert [answer.recipient for answer in answers] == [CAROL.address]
