"""Queues are known by name, how the organization works by its staff; admins change both, and may keep queues apart."""

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import text

from models.base import uuid7
from models.database import enter, hang_up, transaction, transaction_async
from models.profile import Role
from models.tenancy import add_person
from tests.conftest import Tenant
from tests.models.doors import create
from tests.models.scene import Scene, make_scene


@pytest.fixture
def scene(tenant: Tenant, neighbour: Tenant) -> Scene:
    return make_scene(tenant, neighbour)


@pytest.mark.parametrize(("who", "sees"), [("system", 1), ("admin", 1), ("agent", 1), ("customer", 0), ("guest", 0)])
def test_staff_read_the_organizations_settings(scene: Scene, who: str, sees: int):
    with scene.as_(who) as connection:
        assert connection.scalar(text("SELECT count(*) FROM organization_settings")) == sees
        changed = connection.execute(text("UPDATE organization_settings SET locale = 'de'")).rowcount
    assert changed == (1 if who in ("system", "admin") else 0)


@pytest.mark.parametrize(("who", "sees"), [("admin", 2), ("agent", 2), ("isolated", 2), ("customer", 2), ("guest", 0)])
def test_queues_are_known_by_name_and_managed_by_admins(scene: Scene, who: str, sees: int):
    with scene.as_(who) as connection:
        assert connection.scalar(text("SELECT count(*) FROM departments")) == sees
        changed = connection.execute(text("UPDATE departments SET description = 'x'")).rowcount
    assert changed == (2 if who == "admin" else 0)


SET_APART = text("UPDATE organization_settings SET department_isolation = :apart")
DEPARTMENTS = text("INSERT INTO departments (org_id, name) VALUES (:org, 'Own'), (:org, 'Other') RETURNING id")
WATCH = text(
    "INSERT INTO ticket_participants (org_id, ticket_id, profile_id, kind) VALUES (:org, :ticket, :profile, 'watcher')"
)


@pytest.fixture
def people(tenant: Tenant) -> dict[str, UUID]:
    """An agent of a department and one of none, an admin, and tickets in every relation to both agents."""
    org = tenant.id
    with transaction(org) as connection:
        own, other = connection.scalars(DEPARTMENTS, {"org": org})
        found = {
            name: add_person(connection, org, f"{name}@x.test", name, Role(role), department)
            for name, role, department in (("member", "agent", own), ("loner", "agent", None), ("boss", "admin", None))
        }
        for title, department, helper in (
            ("own", own, None), ("other", other, None), ("nowhere", None, None), ("mine", other, "member"),
            ("lone", other, "loner"),
        ):  # fmt: skip
            assigned = found[helper] if helper else None
            create(connection, tenant.agent, title, department_id=department, assigned_to=assigned)
        for helper in ("member", "loner"):
            watched = create(connection, tenant.agent, f"watched by {helper}", department_id=other)
            connection.execute(WATCH, {"org": org, "ticket": watched, "profile": found[helper]})
    return found | {"nobody": uuid7()}


def seen(tenant: Tenant, kind: str, role: str, profile: UUID | None) -> set[str]:
    """Titles of the tickets that somebody sees."""
    titles = text("SELECT title FROM tickets")
    if kind == "pool":
        with transaction(tenant.id, role=role, profile=profile) as connection:
            return set(connection.scalars(titles))

    async def look() -> set[str]:
        try:
            async with transaction_async(tenant.id, role=role, profile=profile) as connection:
                return set(await connection.scalars(titles))
        finally:
            await hang_up()

    return asyncio.run(look())


EVERYTHING = {"own", "other", "nowhere", "mine", "lone", "watched by member", "watched by loner"}


@pytest.mark.parametrize("kind", ["pool", "loop"])
@pytest.mark.parametrize(
    ("who", "role", "apart"),
    [
        ("member", "agent", {"own", "mine", "watched by member"}),
        ("loner", "agent", {"lone", "watched by loner"}),
        ("nobody", "agent", set()),
        (None, "agent", set()),
        ("boss", "admin", EVERYTHING),
        (None, "system", EVERYTHING),
    ],
)
def test_departments_that_are_kept_apart(
    tenant: Tenant, people: dict[str, UUID], who: str | None, role: str, apart: set[str], kind: str
):
    """An agent sees the own department; without one, what is assigned or shared; who is not known, nothing."""
    profile = people[who] if who else None
    assert seen(tenant, kind, role, profile) == EVERYTHING
    with transaction(tenant.id) as connection:
        connection.execute(SET_APART, {"apart": True})
    assert seen(tenant, kind, role, profile) == apart


def test_an_own_department_does_not_outlive_its_context(tenant: Tenant, neighbour: Tenant, people: dict[str, UUID]):
    department = text("SELECT current_setting('app.department_id', true)")
    with transaction(tenant.id) as connection:
        connection.execute(SET_APART, {"apart": True})
        enter(connection, tenant.id, role="agent", profile=people["member"])
        assert connection.scalar(department)
        for org, role in ((tenant.id, "system"), (neighbour.id, "agent"), (None, "system")):
            enter(connection, org, role=role, profile=neighbour.agent)
            assert connection.scalar(department) == ""
    with transaction(tenant.id, role="agent", profile=neighbour.agent) as connection:
        assert connection.scalar(department) == str(UUID(int=0))
