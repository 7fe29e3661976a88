"""From outside nothing of an organization is seen, changed or found out; inside each role may do what is written."""

from dataclasses import replace

import psycopg
import pytest
from psycopg.sql import SQL, Composed, Identifier, Literal

from models.settings import ROLES, Login, Settings
from tests.migrations.isolation import outside
from tests.migrations.isolation.cases import Stage
from tests.migrations.isolation.catalogue import share, words
from tests.migrations.isolation.contexts import INSIDERS, NO_DEPARTMENT, OUTSIDERS
from tests.migrations.isolation.expected import Rights, expected
from tests.migrations.isolation.filled import NEW
from tests.migrations.isolation.matrix import all_kinds, letters
from tests.migrations.isolation.world import BASE

PARTS = 6
parts = pytest.mark.parametrize("part", range(PARTS))


@pytest.fixture(autouse=True)
def counted(stage: Stage, record_property):
    """How many cases a test ran, for whoever reads with `-s`."""
    yield
    record_property("cases", stage.cases)
    print(f" {stage.cases} cases")  # noqa: T201  a figure for people


@parts
def test_outsiders_see_and_change_nothing(stage: Stage, part: int):
    found = [
        complaint
        for name in share(stage.tables, part, PARTS)
        for context in OUTSIDERS
        for complaint in outside.complaints(stage, stage.tables[name], context)
    ]
    assert not found, listed(found)


@parts
def test_a_reference_to_another_organization_is_like_one_to_nothing(stage: Stage, part: int):
    found = [
        complaint
        for name in share(stage.tables, part, PARTS)
        for complaint in outside.references(stage, stage.tables[name])
    ]
    assert not found, listed(found)


def test_references_out_of_the_organization_are_written_by_functions_only(stage: Stage):
    found = [it for table in stage.tables.values() for it in outside.exempt_references(stage, table)]
    assert not found, listed(found)


@parts
def test_insiders_may_do_what_is_written(stage: Stage, part: int):
    written = expected()
    wrong = []
    for name in share(stage.tables, part, PARTS):
        for kind in all_kinds(name):
            for context in INSIDERS:
                found = letters(stage, stage.tables[name], kind, context)
                said = rights(written, name, kind).get(context.name)
                if found != said:
                    wrong.append(f"{name}.{kind} {context.name}: may {found or '-'}, written {said}")
    assert not wrong, listed(wrong)


def test_an_agent_without_department_sees_what_is_theirs_alone(stage: Stage):
    isolated = next(context for context in INSIDERS if context.name == "isolated")
    unplaced = replace(isolated, department=NO_DEPARTMENT)
    seen = {kind for kind in all_kinds("tickets") if letters(stage, stage.tables["tickets"], kind, unplaced)}
    assert seen == {"internal", "watched"}


def test_every_row_is_written_about(stage: Stage):
    written = set(expected())
    assert {name for name, kind in written if kind == BASE} == set(stage.tables)
    assert written <= {(name, kind) for name in stage.tables for kind in all_kinds(name)}


def test_logins_are_bound_as_the_roles_they_stand_for(stage: Stage, isolated: Settings):
    """The other tests change roles on one connection; here every login has its own."""
    logins: tuple[Login, ...] = ("app", "gateway", "fetcher")
    for login in logins:
        with psycopg.connect(isolated.url(login)) as connection:
            for context in (*INSIDERS, *OUTSIDERS):
                if context.login == ROLES[login]:
                    connection.execute(words(context.enter()))
                    counts = all_counts(stage, context.login)
                    assert tuple(connection.execute(counts).fetchall()) == stage.attempt(context, counts).rows, context
            for name in stage.tables.keys() - set(readable(stage, ROLES[login])):
                with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                    connection.execute(SQL("SELECT count(*) FROM {}").format(Identifier(name)))


def readable(stage: Stage, login: str) -> list[str]:
    return [name for name in sorted(stage.tables) if stage.allowed("SELECT", name, login)]


def all_counts(stage: Stage, login: str) -> Composed:
    """One statement that counts what a login sees of every table it may read."""
    counts = [
        SQL("SELECT {}, count(*) FROM {}").format(Literal(name), Identifier(name)) for name in readable(stage, login)
    ]
    return SQL(" UNION ALL ").join(counts or [SQL("SELECT 1").format()])


def rights(written: dict[tuple[str, str], Rights], table: str, kind: str) -> Rights:
    """What is written about a kind of row; one that nothing is written about is as the plain one."""
    plain = {} if kind.startswith(NEW) else written.get((table, BASE), {})
    return written.get((table, kind), plain)


def listed(found: list[str]) -> str:
    return "\n".join(("", *found))
