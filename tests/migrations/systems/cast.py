"""An organization with the people of the documents, each of whom speaks in a transaction of their own."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from models.base import uuid7
from models.database import transaction
from models.profile import Role
from models.tenancy import add_person
from tests.conftest import Tenant
from tests.models.doors import create, update


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is logged in."""

    org: UUID
    id: UUID
    role: str
    name: str

    def ask(self, query: str, /, **said: Any) -> list[Row[Any]]:
        """What a statement answers them, `:org` and `:me` given."""
        with transaction(self.org, role=self.role, profile=self.id) as connection:
            found = connection.execute(text(query), {"org": self.org, "me": self.id, **said})
            return list(found) if found.returns_rows else []

    def one(self, query: str, /, **said: Any) -> Any:
        """The one value that it answers."""
        (row,) = self.ask(query, **said)
        return row[0]

    def opens(self, title: str = "Printer on fire", *, of: "Person | None" = None, **fields: Any) -> UUID:
        """A ticket, theirs unless it is of somebody else."""
        with transaction(self.org, role=self.role, profile=self.id) as connection:
            return create(connection, (of or self).id, title, **{"source": "web"} | fields)

    def changes(self, ticket: UUID, **patch: Any) -> UUID:
        """The revision that a patch made."""
        with transaction(self.org, role=self.role, profile=self.id) as connection:
            (row,) = update(connection, ticket, **patch)
            found: UUID = row.history_id
            return found

    def says(self, ticket: UUID, words: str = "It burns", *, internal: bool = False) -> UUID:
        """A comment."""
        comment = uuid7()
        self.ask(
            "INSERT INTO ticket_comments (org_id, id, ticket_id, author_id, sender_type, is_internal, text)"
            " VALUES (:org, :id, :ticket, :me, :sender, :internal, :words)",
            id=comment,
            ticket=ticket,
            sender="customer" if self.role == "customer" else "agent",
            internal=internal,
            words=words,
        )
        return comment


@dataclass(frozen=True, slots=True)
class Cast:
    """The people of one organization."""

    tenant: Tenant
    admin: Person
    agent: Person
    colleague: Person
    customer: Person
    other: Person

    @property
    def org(self) -> UUID:
        """Their organization."""
        return self.tenant.id

    def system(self, query: str, /, **said: Any) -> list[Row[Any]]:
        """What the organization itself is answered, as its workers are."""
        with transaction(self.org) as connection:
            found = connection.execute(text(query), {"org": self.org, **said})
            return list(found) if found.returns_rows else []

    def stage(self, name: str) -> UUID:
        """A stage of the default workflow."""
        found: UUID = self.system("SELECT id FROM workflow_stages WHERE name = :name", name=name)[0].id
        return found

    def resolves(self, ticket: UUID) -> UUID:
        """The agent brings a ticket to its end; the revision that did."""
        return self.agent.changes(ticket, stage_id=self.stage("Resolved"))


def make_cast(tenant: Tenant) -> Cast:
    """Everybody, in a fresh organization."""

    def person(name: str, role: Role) -> Person:
        with transaction(tenant.id) as connection:
            made = add_person(connection, tenant.id, f"{name.lower()}@{tenant.domain}", name, role)
        return Person(tenant.id, made, role, name)

    return Cast(
        tenant,
        person("Ada", Role.ADMIN),
        Person(tenant.id, tenant.agent, Role.AGENT, "Ann Agent"),
        person("Cole", Role.AGENT),
        person("Carl", Role.CUSTOMER),
        person("Olga", Role.CUSTOMER),
    )
