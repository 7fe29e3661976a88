"""The rules of SCHEMA.md for the whole catalogue: the schema keeps each, and each finds what was planted against it."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text

from migrations import run
from models.database import transaction
from models.settings import Settings
from tests.migrations.above import above
from tests.migrations.lint import columns, functions, keys, plants, plants_of_rights, policies, rights, tables, views
from tests.migrations.lint.catalogue import NOT_OURS, OWNER, ROAMING, Rule

RULES: tuple[Rule, ...] = (
    tables.the_owner_owns,
    tables.row_security_is_forced,
    tables.tables_have_policies,
    tables.rows_have_organizations,
    columns.no_enums,
    columns.closed_sets_are_domains,
    columns.times_have_zones,
    columns.changes_are_dated,
    columns.identifiers_are_ordered,
    keys.keys_begin_with_the_organization,
    keys.references_stay_inside,
    keys.tenants_exist,
    keys.unsetting_names_its_column,
    keys.history_is_named_with_its_ticket,
    keys.references_have_indexes,
    keys.constraints_are_valid,
    views.views_are_their_readers,
    views.materialized_views_are_hidden,
    policies.writes_are_checked,
    policies.nobody_sees_everything,
    policies.policies_begin_with_the_organization,
    policies.no_context_is_no_error,
    policies.policies_are_for_all,
    policies.policies_stand_alone,
    policies.door_policies_are_used,
    policies.no_policy_reads_back,
    functions.definers_are_listed,
    functions.what_is_listed_is_there,
    functions.search_paths_are_fixed,
    functions.functions_are_granted_by_name,
    functions.contexts_end_with_the_transaction,
    rights.everybody_may_nothing,
    rights.logins_define_nothing,
    rights.the_doors_read_nothing,
    rights.guarded_rows_have_one_way,
    rights.roles_are_weak,
    rights.roles_stay_apart,
)
NAMED = {rule.__name__: rule for rule in RULES}
BREAKING = (
    *plants.TABLES,
    *plants.COLUMNS,
    *plants.KEYS,
    *plants.VIEWS,
    *plants_of_rights.POLICIES,
    *plants_of_rights.FUNCTIONS,
    *plants_of_rights.RIGHTS,
)
_READING_BACK = """
CREATE POLICY planted ON ticket_participants FOR SELECT USING (
    org_id = nullif(current_setting('app.org_id', true), '')::uuid AND EXISTS (
        SELECT FROM tickets t WHERE t.org_id = ticket_participants.org_id AND t.id = ticket_participants.ticket_id))
"""


@pytest.fixture(scope="module")
def anybody(instance: Settings) -> Iterator[Connection]:
    """A connection that may plant as any role, and keeps nothing."""
    with above(instance).connect() as connection:
        yield connection


def found_after(connection: Connection, rule: Rule, plant: str) -> set[str]:
    """What the rule finds because of the plant."""
    before = rule(connection)
    role, _, statement = plant.removeprefix("AS ").partition("; ") if plant.startswith("AS ") else (OWNER, "", plant)
    planted = connection.begin_nested()
    try:
        connection.exec_driver_sql(f"SET LOCAL ROLE {role}")
        connection.exec_driver_sql(statement.replace("%", "%%"))
        connection.exec_driver_sql("SET LOCAL ROLE NONE")
        return set(rule(connection)) - set(before)
    finally:
        planted.rollback()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_schema_keeps_the_rule(rule: Rule, instance: Settings) -> None:
    with transaction(login="admin") as connection:
        assert rule(connection) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_any_login_may_ask(rule: Rule, instance: Settings) -> None:
    """The rules read the catalogue alone, so they say the same to everybody."""
    with transaction(login="admin") as admin, transaction(login="gateway") as gateway:
        assert rule(gateway) == rule(admin)


@pytest.mark.parametrize(("rule", "plant", "says"), BREAKING)
def test_the_rule_finds_what_was_planted(rule: str, plant: str, says: str, anybody: Connection) -> None:
    assert found_after(anybody, NAMED[rule], plant) == {says}


def test_every_rule_has_something_planted_for_it() -> None:
    assert {rule for rule, _, _ in BREAKING} == set(NAMED)


def test_a_definer_without_a_reason_is_told(instance: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    bare = re.sub("--.*", "", run.sql("definers.sql"))
    monkeypatch.setattr(functions, "sql", lambda name: bare)
    with transaction(login="admin") as connection:
        found = functions.definers_are_listed(connection)
        assert "create_tickets(jsonb) runs as postern_owner for no reason" in found
        assert len(found) == bare.count("ALTER FUNCTION")


def test_every_policy_on_the_way_back_is_told(anybody: Connection) -> None:
    found = found_after(anybody, policies.no_policy_reads_back, _READING_BACK)
    assert "ticket_participants.planted reads tickets, whose policies read ticket_participants" in found
    assert "tickets.own reads ticket_participants, whose policies read tickets" in found


EXCEPTIONS: tuple[tuple[object, str, Rule], ...] = (
    (tables, "UNREACHABLE", tables.tables_have_policies),
    (columns, "OPEN_WORDS", columns.closed_sets_are_domains),
    (keys, "SERVED_OTHERWISE", keys.references_have_indexes),
)


@pytest.mark.parametrize(("module", "name", "rule"), EXCEPTIONS)
def test_every_exception_is_still_needed(
    module: object, name: str, rule: Rule, instance: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the list the rule finds exactly what it names."""
    listed = set(getattr(module, name))
    with transaction(login="admin") as connection:
        otherwise = set(rule(connection))
        monkeypatch.setattr(module, name, {})
        found = set(rule(connection)) - otherwise
    assert {it for it in listed if any(f"{it} " in line for line in found)} == listed
    assert len(found) == len(listed)


def test_every_name_in_the_lists_is_there(instance: Settings) -> None:
    """A table that was renamed would be guarded no more."""
    with transaction(login="admin") as connection:
        there = set(connection.scalars(text("SELECT c.relname FROM pg_class c")))
        there |= set(
            connection.scalars(
                text("SELECT a.attrelid::regclass || '.' || a.attname FROM pg_attribute a WHERE a.attnum > 0")
            )
        )
    columns_named = {f"{table}.{column}" for table, known in rights.FREE_COLUMNS.items() for column in known}
    named = {*ROAMING, *NOT_OURS, *rights.FREE_COLUMNS, *rights.GUARDED_COLUMNS, *columns_named}
    assert named - there == set()
