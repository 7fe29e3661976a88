"""Expand, then contract: the code of the preceding head goes on running while the schema is already the new one.

What that code says was recorded (`record.py`) and is said here to a database of the newest schema. A change that the
old code cannot live with (a column dropped, one that must be given, a privilege or a policy taken away) belongs in the
revision after the next.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from alembic.script import ScriptDirectory

from migrations import run
from models import settings as module
from models.database import engine
from models.settings import ROLES, Settings, configure
from tests.migrations.record import record
from tests.migrations.replay import Replay, report
from tests.migrations.tape import Step, Tape
from tests.migrations.written import folded, statements
from tests.waiting import until

RECORDED = Path(__file__).parent / "recorded"
LARGEST = 1_500_000  # bytes of a tape
# Statements that the story cannot say, and why; the text is searched for in the SQL.
NEVER_SAID: dict[str, str] = {}
SESSIONS = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"


def preceding() -> str:
    """The revision before the head; the head while it is the only one."""
    found = ScriptDirectory.from_config(run._config()).get_revision("head")
    assert found
    return str(found.down_revision or found.revision)


@pytest.fixture(scope="module")
def tape() -> Tape:
    path = RECORDED / f"{preceding()}.jsonl"
    assert path.exists(), f"no tape of revision {preceding()}; tests/migrations/record.py says how it is made"
    return Tape.read(path.read_text().splitlines())


@contextmanager
def configured(**flags: str) -> Iterator[Settings]:
    """Settings with these flags, for a while."""
    with pytest.MonkeyPatch.context() as patches:
        patches.setattr(module, "_overrides", dict(module._overrides))
        found = configure(**flags)
        try:
            yield found
        finally:
            for login in ROLES:
                engine(found.url(login), login).dispose()
    module.settings.cache_clear()


def server(settings: Settings, *statements: str) -> None:
    with psycopg.connect(settings.url("admin"), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


@contextmanager
def database(instance: Settings, name: str, template: str) -> Iterator[Settings]:
    """Settings of a database of its own."""
    server(instance, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    with configured(database_url=instance.url("admin").replace("/postern?", f"/{name}?")) as found:
        yield found
    with psycopg.connect(instance.url("admin"), autocommit=True) as connection:
        until(lambda: connection.execute(SESSIONS, [name]).fetchone() == (0,))
    server(instance, f"DROP DATABASE {name}")


@pytest.fixture(scope="module")
def newest(instance: Settings) -> Iterator[str]:
    """Name of an empty database of the newest schema, to be copied."""
    with database(instance, "newest", "template1"):
        run.upgrade()
        for login in ROLES:
            engine(module.settings().url(login), login).dispose()
        yield "newest"


@pytest.fixture
def copy(instance: Settings, newest: str) -> Iterator[Settings]:
    """Settings of a database of its own with the newest schema."""
    with database(instance, "copied", newest) as found:
        yield found


def test_the_preceding_code_runs_on_the_newest_schema(copy: Settings, tape: Tape):
    assert tape.revision == preceding()
    failures = Replay(copy).run(tape)
    assert not failures, f"code of revision {tape.revision} would fail here:\n{report(failures)}"


@pytest.mark.parametrize(
    ("change", "why", "statement"),
    [
        ("ALTER TABLE raw_mail DROP COLUMN helo", "42703 column r.helo does not exist", "r.helo"),
        ("ALTER TABLE outgoing RENAME answer TO said", '42703 column "answer" of', "Everything that a batch"),
        ("ALTER TABLE departments ADD colour text NOT NULL", '23502 null value in column "colour"', "INTO departments"),
        ("ALTER TABLE deliveries ADD CHECK (outcome <> 'captured')", "23514 new row for", "INTO deliveries"),
        ("ALTER TABLE ticket_numbers RENAME TO numbers", '42P01 relation "ticket_numbers"', "create_tickets"),
        ("REVOKE UPDATE ON raw_mail FROM postern_app", "42501 permission denied", "UPDATE raw_mail"),
        ("REVOKE INSERT ON raw_mail FROM postern_gateway", "42501 permission denied", "INSERT INTO raw_mail"),
        ("DROP FUNCTION note_repeats", "42883 function note_repeats", "SELECT note_repeats"),
        ("CREATE POLICY less ON departments AS RESTRICTIVE FOR SELECT USING (false)", "42501 new row", "departments"),
        ("CREATE POLICY less ON blobs AS RESTRICTIVE FOR SELECT USING (false)", "0 rows, 2 when", "FROM blobs"),
        (
            "CREATE POLICY less ON workflow_stages AS RESTRICTIVE FOR SELECT USING (category <> 'closed')",
            "identifiers in its rows",
            "stages",
        ),
        (
            "CREATE POLICY less ON raw_mail AS RESTRICTIVE FOR UPDATE USING (stage <> 'quarantined') WITH CHECK (true)",
            "1 rows, 2 when",
            "Mails of the organization",
        ),
    ],
)
def test_a_change_that_old_code_cannot_live_with_is_told(
    copy: Settings, tape: Tape, change: str, why: str, statement: str
):
    owner = "postern_registrar" if "FUNCTION" in change else "postern_owner"
    server(copy, f"SET ROLE {owner}", change)
    (found,) = Replay(copy, most=1).run(tape)
    assert why in found.why
    assert statement in found.step.sql
    assert str(found).startswith(f"step {found.number}, login {found.step.login}: {found.why}")


@pytest.mark.long
def test_a_change_that_old_code_never_meets_is_none(copy: Settings, tape: Tape):
    server(copy, "SET ROLE postern_owner", "ALTER TABLE departments ADD colour text NOT NULL DEFAULT 'grey'")
    assert Replay(copy).run(tape) == []


def test_what_failed_when_it_was_recorded_must_fail_alike(copy: Settings):
    bare = Step(login="app", auto=True, sql="SELECT FROM nowhere", error="42P01")
    assert Replay(copy).run(Tape("x", [bare])) == []
    (other,) = Replay(copy).run(Tape("x", [replace(bare, error="42501")]))
    assert other.why == '42P01 relation "nowhere" does not exist (recorded: 42501)'
    (well,) = Replay(copy).run(Tape("x", [replace(bare, sql="SELECT")]))
    assert well.why == "it succeeds (recorded: 42P01)"
    broken = [
        Step(login="app", sql="SELECT FROM nowhere"),
        Step(login="app", sql="SELECT"),
        Step(login="app", end="commit"),
    ]
    assert [one.number for one in Replay(copy).run(Tape("x", broken))] == [0]


def test_the_tape_is_small_and_keeps_no_secret(tape: Tape, instance: Settings):
    path = RECORDED / f"{tape.revision}.jsonl"
    said = path.read_text()
    assert path.stat().st_size < LARGEST
    assert len(tape.steps) > 500
    assert {step.login for step in tape.steps} >= {"app", "gateway"}
    assert not any(word in said for word in ("/tmp", "PASSWORD", str(instance.home.parent)))
    assert "\n".join(tape.lines()) + "\n" == said


@pytest.fixture(scope="module")
def today(instance: Settings, newest: str) -> Tape:
    """What the code of today says."""
    with database(instance, "played", newest):
        return Tape.read(record().lines())


@pytest.mark.long
def test_the_story_can_be_recorded_with_the_code_of_today(copy: Settings, today: Tape):
    failures = Replay(copy).run(today)
    assert not failures, report(failures)


@pytest.mark.long
def test_the_story_says_all_that_is_written_in_the_code(today: Tape):
    said = {folded(step.sql) for step in today.steps}
    never = [f"{place}\n    {folded(sql)[:200]}" for place, sql in statements() if not _is_in(folded(sql), said)]
    assert not never, "play these in tests/migrations/story.py:\n" + "\n".join(never)


def _is_in(sql: str, said: set[str]) -> bool:
    return sql in said or any(sql in one for one in said) or any(reason in sql for reason in NEVER_SAID)
