"""A talk is its customer's and the agent's who took it; what waits is seen by every agent."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from models.base import uuid7
from models.database import transaction
from models.profile import Role
from models.tenancy import add_person
from tests.conftest import Tenant

REFUSED = "row-level security|permission denied"
OPEN = text(
    "INSERT INTO chat_sessions (org_id, id, customer_id, agent_id, status)"
    " VALUES (:org, :id, :customer, :agent, :status)"
)
SAY = text(
    "INSERT INTO chat_messages (org_id, session_id, sender_id, content) VALUES (:org, :session, :sender, 'hello')"
)


class Talk:
    """An organization with two customers, two agents and a talk that waits."""

    def __init__(self, tenant: Tenant) -> None:
        self.org, self.ann, self.session = tenant.id, tenant.agent, uuid7()
        with transaction(self.org) as connection:
            self.bob = add_person(connection, self.org, "bob@x.test", "Bob", Role.AGENT)
            self.kim = add_person(connection, self.org, "kim@x.test", "Kim", Role.CUSTOMER)
            self.lee = add_person(connection, self.org, "lee@x.test", "Lee", Role.CUSTOMER)
        self.open(self.kim, self.session, self.kim)

    def run(self, who: UUID, statement: Any, **said: Any) -> Any:
        role = "agent" if who in (self.ann, self.bob) else "customer"
        with transaction(self.org, role=role, profile=who) as connection:
            return connection.execute(statement, {"org": self.org} | said)

    def open(self, who: UUID, session: UUID, customer: UUID, agent: UUID | None = None, status: str = "waiting"):
        self.run(who, OPEN, id=session, customer=customer, agent=agent, status=status)

    def say(self, who: UUID, sender: UUID | None = None):
        self.run(who, SAY, session=self.session, sender=sender or who)

    def move(self, who: UUID, status: str, agent: UUID | None) -> int:
        moved = text("UPDATE chat_sessions SET status = :status, agent_id = :agent")
        found: int = self.run(who, moved, status=status, agent=agent).rowcount
        return found

    def seen(self, who: UUID, table: str = "chat_sessions") -> int:
        role = "agent" if who in (self.ann, self.bob) else "customer"
        with transaction(self.org, role=role, profile=who) as connection:
            found: int = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
            return found


@pytest.fixture
def talk(tenant: Tenant) -> Talk:
    return Talk(tenant)


def test_a_talk_waits_is_taken_and_put_back(talk: Talk):
    people = (talk.kim, talk.lee, talk.ann, talk.bob)
    assert [talk.seen(who) for who in people] == [1, 0, 1, 1]
    assert talk.move(talk.lee, "ended", None) == talk.move(talk.kim, "ended", None) == 0
    with pytest.raises(DBAPIError, match=REFUSED):
        talk.move(talk.ann, "active", talk.bob)
    assert talk.move(talk.ann, "active", talk.ann) == 1
    assert [talk.seen(who) for who in people] == [1, 0, 1, 0]
    assert talk.move(talk.bob, "active", talk.bob) == 0
    assert talk.move(talk.ann, "waiting", None) == 1
    assert talk.move(talk.bob, "active", talk.bob) == 1
    assert talk.move(talk.bob, "ended", talk.bob) == 1
    assert [talk.seen(who) for who in people] == [1, 0, 0, 1]
    with transaction(talk.org, role="admin") as connection:
        assert connection.scalar(text("SELECT count(*) FROM chat_sessions")) == 1
        assert connection.execute(text("DELETE FROM chat_sessions")).rowcount == 1


def test_a_customer_opens_a_talk_of_their_own_that_waits(talk: Talk):
    for who, customer, agent, status in (
        (talk.kim, talk.lee, None, "waiting"),
        (talk.kim, talk.kim, talk.ann, "active"),
        (talk.kim, talk.kim, talk.ann, "waiting"),
        (talk.ann, talk.kim, None, "waiting"),
    ):
        with pytest.raises(DBAPIError, match=REFUSED):
            talk.open(who, uuid7(), customer, agent, status)


def test_whose_talk_it_is_stays(talk: Talk):
    with pytest.raises(DBAPIError, match="permission denied"), transaction(talk.org) as connection:
        connection.execute(text("UPDATE chat_sessions SET customer_id = :lee"), {"lee": talk.lee})


def test_an_active_talk_has_an_agent(talk: Talk):
    with pytest.raises(DBAPIError, match="active_has_agent"), transaction(talk.org) as connection:
        connection.execute(text("UPDATE chat_sessions SET status = 'active'"))


def test_each_of_the_two_speaks_as_themselves(talk: Talk):
    talk.move(talk.ann, "active", talk.ann)
    talk.say(talk.kim)
    talk.say(talk.ann)
    for who, sender in ((talk.lee, None), (talk.bob, None), (talk.kim, talk.ann), (talk.ann, talk.kim)):
        with pytest.raises(DBAPIError, match=REFUSED):
            talk.say(who, sender)
    assert [talk.seen(who, "chat_messages") for who in (talk.kim, talk.lee, talk.ann, talk.bob)] == [2, 0, 2, 0]
    assert talk.run(talk.ann, text("DELETE FROM chat_messages")).rowcount == 0
    for role in ("system", "admin"):
        with transaction(talk.org, role=role) as connection:
            assert connection.execute(text("UPDATE chat_messages SET content = 'other'")).rowcount == 2
