"""The audit log is a chain: whoever changes, removes or puts in a row is found out, whoever they are."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from models.settings import Settings
from tests.conftest import Tenant
from tests.gateway.cli.desk import Desk, change, rows
from tests.migrations.above import above

WRITERS, EACH = 4, 5
ROWS = 4  # of which the first is the organization's own
THIRD = "(SELECT id FROM audit_log WHERE org_id = :org AND place = 3)"
FORGED = (
    "INSERT INTO audit_log (org_id, action, noun, subject_id, changes, {more}) "
    "SELECT :org, 'update', 'teams', 'x', '{{}}', {values} "
)


@pytest.fixture
def chained(tenant: Tenant) -> Tenant:
    """An organization whose settings were changed three times."""
    for name in ("One", "Two", "Three"):
        change(tenant, "UPDATE workflows SET name = :name", name=name)
    return tenant


@contextmanager
def forger(instance: Settings) -> Iterator[Connection]:
    """Somebody above every policy and trigger."""
    with above(instance).begin() as connection:
        connection.exec_driver_sql("SET session_replication_role = replica")
        yield connection


def broken(desk: Desk, tenant: Tenant) -> tuple[int, str]:
    """Place and problem of the first broken row."""
    said = desk("audit", "verify", "--org", tenant.slug)
    assert said.code == 1
    place, _, problem = said.err.partition(": row ")[2].partition(" ")
    return int(place), problem.strip()


def test_what_was_done_is_listed_and_the_chain_holds(chained: Tenant, desk: Desk) -> None:
    latest, *_, first = desk.json("audit", "list", "--org", chained.slug)
    assert (first["place"], first["action"], first["noun"]) == (1, "insert", "organizations")
    assert (latest["place"], latest["role"]) == (4, "system")
    assert latest["changes"] == {"name": {"from": "Two", "to": "Three"}}
    assert "name: Two → Three" in desk("audit", "list", "--org", chained.slug).out
    (proof,) = desk.json("audit", "verify", "--org", chained.slug)
    assert (proof["holds"], proof["rows"], proof["problem"]) == (True, ROWS, None)
    change(chained, "UPDATE workflows SET name = 'Four'")
    assert desk("audit", "verify", "--org", chained.slug, "--head", proof["head"]).code == 0
    assert "not in the chain" in desk("audit", "verify", "--org", chained.slug, "--head", "00" * 32).err


@pytest.mark.parametrize(
    ("forgery", "place", "problem"),
    [
        ("UPDATE audit_log SET changes = '{\"name\": {}}' WHERE id = " + THIRD, 3, "says something else than it did"),
        ("UPDATE audit_log SET changes = '{}' WHERE id = " + THIRD, 3, "says something else than it did"),
        ("UPDATE audit_log SET actor_role = 'agent' WHERE id = " + THIRD, 3, "does not follow"),
        ("UPDATE audit_log SET at = at - interval '1 day' WHERE id = " + THIRD, 3, "does not follow"),
        ("UPDATE audit_log SET digest = audit_digest('{}'), changes = '{}' WHERE id = " + THIRD, 3, "does not follow"),
        ("DELETE FROM audit_log WHERE id = " + THIRD, 3, "was removed"),
        ("DELETE FROM audit_log WHERE org_id = :org AND place = 4", 4, "was removed, at the end"),
        ("DELETE FROM audit_log WHERE org_id = :org", 1, "was removed, at the end"),
        (FORGED.format(more="place", values="NULL"), 5, "was inserted beside the chain"),
        (FORGED.format(more="place, digest, hash", values="5, audit_digest('{}'), 'x'"), 5, "does not follow"),
        (
            "UPDATE audit_log SET place = 5 WHERE org_id = :org AND place = 4; "
            + FORGED.format(more="place, digest, hash", values="4, audit_digest('{}'), hash")
            + "FROM audit_log WHERE id = "
            + THIRD,
            4,
            "does not follow",
        ),
    ],
)
def test_a_changed_a_removed_and_an_inserted_row_are_found(
    instance: Settings, chained: Tenant, desk: Desk, forgery: str, place: int, problem: str
) -> None:
    with forger(instance) as connection:
        for statement in forgery.split("; "):
            connection.execute(text(statement), {"org": chained.id} if ":org" in statement else {})
    found = broken(desk, chained)
    assert found[0] == place
    assert found[1].startswith(problem)
    change(chained, "UPDATE mailboxes SET signature = 'Settings can be changed all the same'")
    assert broken(desk, chained)[1]


def test_the_programs_may_neither_change_nor_remove_nor_chain(chained: Tenant, desk: Desk) -> None:
    for statement in (
        "UPDATE audit_log SET changes = '{}'",
        "DELETE FROM audit_log",
        "SELECT * FROM audit_heads",
        "UPDATE audit_heads SET place = 1",
        "SELECT cut_audit('x')",
    ):
        with pytest.raises(DBAPIError, match="permission denied"):
            change(chained, statement)
    assert desk("audit", "verify", "--org", chained.slug).code == 0


def test_who_writes_at_the_same_time_makes_one_chain(tenant: Tenant, desk: Desk) -> None:
    def write(writer: int) -> None:
        for number in range(EACH):
            change(
                tenant,
                "INSERT INTO departments (org_id, name) VALUES (:org, :name)",
                org=tenant.id,
                name=f"{writer}-{number}",
            )

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    (proof,) = desk.json("audit", "verify", "--org", tenant.slug)
    assert (proof["holds"], proof["rows"]) == (True, 1 + WRITERS * EACH)


def test_an_erased_person_goes_from_the_log_and_the_chain_holds(tenant: Tenant, desk: Desk) -> None:
    address = "carla@customer.test"
    change(tenant, "UPDATE mailboxes SET signature = 'Ask Carla@customer.test'")
    change(
        tenant,
        "INSERT INTO profiles (org_id, name, email, role) VALUES (:org, 'Carla', :it, 'customer')",
        org=tenant.id,
        it=address,
    )
    before = rows(tenant, "SELECT digest FROM audit_log WHERE changes::text ~* 'carla'")
    desk.json("person", "erase", address, "--org", tenant.slug, "--yes")
    assert rows(tenant, "SELECT 1 FROM audit_log WHERE changes::text ~* 'carla'") == []
    assert before == rows(tenant, "SELECT digest FROM audit_log WHERE noun = 'mailboxes' AND changes = '{}'")
    assert desk("audit", "verify", "--org", tenant.slug).code == 0


def test_a_wrong_hash_is_wrong_usage(tenant: Tenant, desk: Desk) -> None:
    assert "is no hash" in desk.refuses("audit", "verify", "--org", tenant.slug, "--head", "xyz", code=2)
