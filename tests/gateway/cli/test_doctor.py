"""The doctor finds what was broken on purpose, and says what to do."""

import json
import shutil
from collections.abc import Iterator
from email.policy import Compat32
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest
from sqlalchemy import text

from gateway.cli import find
from gateway.cli.checks import Check, Finding, Verdict, database, machine, mail, seals, webhooks
from gateway.cli.doctor import examine
from gateway.embedded import EmbeddedPostgres
from models import seal_keys
from models.database import transaction
from models.mailbox_login import TokenKind
from models.mailbox_secrets import put_secret
from models.settings import Settings
from models.webhook import new_secret
from tests.conftest import Tenant
from tests.gateway.cli.desk import Desk, a_mail, change, file, run, store
from tests.running import Postern


class Usage(NamedTuple):
    """What `shutil.disk_usage` answers."""

    total: int
    used: int
    free: int


GIB = 1 << 30


def found(check: Check) -> dict[str, Finding]:
    """Findings by name."""
    return {one.check: one for one in examine(check)}


def broken(instance: Settings, **variables: str) -> dict[str, Any]:
    """What a doctor says with these variables, by name of the check."""
    done = run("doctor", "--json", data=instance.home, **variables)
    assert done.stderr == b""
    told: dict[str, Any] = {one["check"]: one for one in json.loads(done.stdout)}
    assert done.returncode == any(one["verdict"] == "fail" for one in told.values())
    return told


@pytest.mark.xdist_group("system")
def test_a_fresh_system_is_well_and_says_what_it_does_not_do(running: Postern):
    told = {one["check"]: one for one in running.desk("doctor")}
    assert all(one.keys() == {"check", "verdict", "said", "advice"} for one in told.values())
    assert {name for name, one in told.items() if one["verdict"] != "ok"} - {"python", "disk"} == {
        "relay",
        "agent policy",
    }
    assert "capture folder" in told["relay"]["said"]
    assert "no further sender proof" in told["agent policy"]["advice"]
    assert {
        "database",
        "schema",
        "login app",
        "login gateway",
        "durability app",
        "redis",
        "keys",
        "door",
    } <= told.keys()


def test_servers_that_may_forget_are_found(tenant: Tenant, desk: Desk):
    """Those of the tests do not wait for the disk."""
    del tenant
    said = desk("doctor")
    assert said.code == 1
    assert "fail  durability app: the database has fsync, full_page_writes" in said.out
    assert "warn  redis disk: no append-only file" in said.out


def test_where_nothing_was_started_it_says_so(tmp_path: Path):
    done = run("doctor", data=tmp_path / "none")
    assert (done.returncode, done.stderr) == (1, b"")
    said = done.stdout.decode()
    assert f"fail  database: no database in {tmp_path}/none; start it with `postern up" in said
    assert "warn  keys" in said
    assert "fail  redis: does not answer" in said
    assert said.count("fail  database") == 1


def test_what_is_away_or_malformed_is_found(instance: Settings):
    nobody = "127.0.0.1:1"
    away = {"POSTERN_REDIS_URL": f"redis://{nobody}/0", "POSTERN_RELAY": f"smtp://{nobody}", "POSTERN_SMTP": nobody}
    told = broken(instance, **away)
    assert told["redis"]["verdict"] == "fail"
    assert (told["relay"]["verdict"], told["door"]["verdict"]) == ("warn", "warn")
    assert "letters wait" in told["relay"]["said"]
    database = f"postgresql://who:sesame@{nobody}/postern"
    told = broken(instance, POSTERN_RELAY="ftp://who:sesame@relay", POSTERN_DATABASE_URL=database)
    assert (told["relay"]["verdict"], told["database"]["verdict"]) == ("fail", "fail")
    assert "sesame" not in json.dumps(told)


@pytest.fixture
def powerful(instance: Settings) -> Iterator[None]:
    """A door that may make roles."""
    del instance
    with transaction(login="admin") as connection:
        connection.execute(text("ALTER ROLE postern_gateway CREATEROLE"))
    yield
    with transaction(login="admin") as connection:
        connection.execute(text("ALTER ROLE postern_gateway NOCREATEROLE"))


@pytest.mark.usefixtures("powerful")
def test_a_login_with_power_is_found():
    told = found(database.logins)
    assert told["login app"].verdict is Verdict.OK
    assert told["login gateway"].verdict is Verdict.FAIL
    assert "CREATEROLE" in told["login gateway"].said


@pytest.fixture
def outdated(instance: Settings) -> Iterator[None]:
    """A schema of another program."""
    del instance
    with transaction(login="admin") as connection:
        there = connection.execute(
            text("UPDATE alembic_version SET version_num = '0000' RETURNING OLD.version_num")
        ).scalar()
    yield
    with transaction(login="admin") as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :there"), {"there": there})


@pytest.mark.usefixtures("outdated")
def test_another_schema_is_found():
    told = found(database.schema)["schema"]
    assert (told.verdict, told.advice) == (Verdict.FAIL, "run `postern migrate`")


def test_keys_that_others_can_read_are_found(instance: Settings):
    path = instance.keys / "readable.json"
    path.touch()
    path.chmod(0o640)
    try:
        told = found(machine.keys)["keys"]
    finally:
        path.unlink()
    assert told.verdict is Verdict.FAIL
    assert told.advice == f"chmod go= {path}"


def test_failpoints_are_found_where_they_are_armed(instance: Settings, tmp_path: Path):
    assert found(machine.failpoints) == {}
    assert broken(instance, POSTERN_FAILPOINTS=str(tmp_path))["failpoints"]["verdict"] == Verdict.FAIL


@pytest.mark.parametrize(
    ("free", "verdict"), [(50 << 20, Verdict.FAIL), (GIB // 2, Verdict.WARN), (2 * GIB, Verdict.OK)]
)
def test_little_room_is_found(instance: Settings, monkeypatch: pytest.MonkeyPatch, free: int, verdict: Verdict):
    del instance
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(100 * GIB, 0, free))
    assert found(machine.disk)["disk"].verdict is verdict


@pytest.mark.parametrize(("mended", "verdict"), [(True, Verdict.OK), (False, Verdict.WARN)])
def test_a_python_that_lets_headers_in_is_found(monkeypatch: pytest.MonkeyPatch, mended: bool, verdict: Verdict):
    for kind in Compat32.__mro__:
        if "verify_generated_headers" in vars(kind):
            monkeypatch.delattr(kind, "verify_generated_headers")
    if mended:
        monkeypatch.setattr(Compat32, "verify_generated_headers", True, raising=False)
    assert found(machine.python)["python"].verdict is verdict


def test_mail_that_waits_is_found(tenant: Tenant):
    waiting = store(tenant, a_mail())
    change(tenant, "UPDATE raw_mail SET received_at = now() - interval '1 hour' WHERE id = :id", id=waiting)
    assert found(mail.backlog)["inbound"].verdict is Verdict.WARN
    change(tenant, "UPDATE raw_mail SET stage = 'quarantined' WHERE id = :id", id=waiting)
    assert "wait for a person" in found(mail.backlog)["quarantine"].said
    change(tenant, "UPDATE raw_mail SET stage = 'dropped' WHERE id = :id", id=waiting)


def test_letters_that_a_loop_stopped_are_told_of(tenant: Tenant):
    file(tenant, a_mail())
    change(tenant, "UPDATE outgoing SET state = 'withheld'")
    assert "outbox list --state withheld" in found(mail.loops)["loops"].advice
    change(tenant, "UPDATE outgoing SET created_at = now() - interval '2 days'")
    change(tenant, "UPDATE outgoing SET state = 'failed'")


def test_an_organization_that_asks_for_proof_is_not_warned_of(tenant: Tenant, instance: Settings):
    assert tenant.slug in found(mail.proof)["agent policy"].said or ", …" in found(mail.proof)["agent policy"].said
    with psycopg.connect(EmbeddedPostgres(instance.home).url("superuser"), autocommit=True) as server:  # of all tests
        server.execute("""UPDATE organization_settings SET policies = '{"sender_proof": "dkim"}'""")
        try:
            assert found(mail.proof)["agent policy"].verdict is Verdict.OK
        finally:
            server.execute("UPDATE organization_settings SET policies = '{}'")


def test_a_webhook_that_takes_nothing_is_told_of(tenant: Tenant):
    change(tenant, "INSERT INTO webhooks (org_id, name, url) VALUES (:org, 'Deaf', 'https://x.test')", org=tenant.id)
    change(
        tenant,
        "INSERT INTO webhook_calls (org_id, webhook_id, event, state) SELECT org_id, id, 'x', 'failed' FROM webhooks",
    )
    told = found(webhooks.calls)["webhooks"]
    assert (told.verdict, f"Deaf of {tenant.slug}" in told.said) == (Verdict.WARN, True)
    change(tenant, "DELETE FROM webhook_calls")
    assert tenant.slug not in found(webhooks.calls)["webhooks"].said


def test_a_secret_whose_key_is_lost_is_found(tenant: Tenant, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    ours = tuple(org for org in find.organizations() if org.id == tenant.id)
    monkeypatch.setattr(find, "organizations", lambda slug=None: ours)
    monkeypatch.setattr(seal_keys, "_path", lambda: tmp_path / "seal.json")
    assert found(seals.keys)["seals"].verdict is Verdict.OK
    assert not (tmp_path / "seal.json").exists(), "a doctor makes nothing"
    with transaction(tenant.id) as connection:
        for kind in (TokenKind.IMAP_PASSWORD, TokenKind.SMTP_PASSWORD):
            put_secret(connection, tenant.id, tenant.mailbox, kind, "a secret")
        made = text("INSERT INTO webhooks (org_id, name, url) VALUES (:org, 'Chat', 'https://x.test') RETURNING id")
        new_secret(connection, tenant.id, connection.execute(made, {"org": tenant.id}).scalar_one())
    (lost,) = seal_keys.known()
    assert found(seals.keys)["seals"].said == "3 secret(s), each sealed with a key that is here"
    (tmp_path / "seal.json").unlink()
    told = found(seals.keys)["seals"]
    assert told.verdict is Verdict.FAIL
    assert told.said == (
        f"3 secret(s) are sealed with a key that is not in {tmp_path / 'seal.json'} ({lost}): {tenant.address},"
        " the webhook Chat"
    )
    assert "from the backup" in told.advice
    assert "`postern mailbox rotate-secret ADDRESS`" in told.advice
