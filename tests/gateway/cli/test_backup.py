"""A backup is whole or not there, and what it restores goes on as before: rows, keys, and threads that are open."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from gateway.cli.keeping import archive
from gateway.cli.keeping.archive import Manifest
from models import marks
from models import settings as module
from models.base import uuid7
from models.database import engine, transaction
from models.mailbox_login import TokenKind
from models.mailbox_secrets import put_secret, take_secret
from models.raw_mail import digest
from models.settings import ROLES, Settings, configure
from tests.conftest import Tenant
from tests.gateway.cli.desk import STORE, Desk, change, file, rows, run
from tests.migrations.above import above, all_rows
from workers.inbound.task import receive

SECRET = "the password"
ANSWER = (
    b"From: carla@customer.test\r\nSubject: Something else\r\nMessage-ID: <%s@customer.test>\r\n\r\nIt still burns.\r\n"
)
SAID = (
    "SELECT c.text FROM ticket_comments c JOIN tickets t ON t.id = c.ticket_id"
    " WHERE t.number = :it AND c.sender_type = 'customer' ORDER BY c.created_at"
)


@pytest.fixture
def elsewhere(instance: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Another installation: an empty database, and a folder without keys but that of the server's logins."""
    admin, name = instance.url("admin"), f"restored_{uuid7().hex[-12:]}"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    shutil.copytree(instance.keys, tmp_path / "new" / "keys", ignore=lambda _, names: {*names} - {"database.json"})
    monkeypatch.setattr(module, "_overrides", dict(module._overrides))
    yield Settings(data=tmp_path / "new", database_url=admin.replace("/postern?", f"/{name}?"))
    _leave(configure())
    monkeypatch.undo()
    module.settings.cache_clear()
    marks.keys.cache_clear()
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name}".encode())


def _move(to: Settings) -> None:
    configure(data=to.data, database_url=to.database_url)
    marks.keys.cache_clear()


def _leave(settings: Settings) -> None:
    for login in ROLES:
        engine(settings.url(login), login).dispose()


def reply_address(tenant: Tenant) -> str:
    (handle,) = rows(tenant, "SELECT handle FROM outgoing WHERE recipient = 'carla@customer.test'")[0]
    return marks.reply_address(tenant.address, tenant.id, handle)


def answer(tenant: Tenant, to: str) -> None:
    """Carla answers to an address that only its signature leads anywhere from."""
    mail, content = uuid7(), ANSWER % uuid7().hex.encode()
    row = {"id": mail, "org": tenant.id, "box": tenant.mailbox, "digest": digest(tenant.mailbox, "", content)}
    with transaction(login="gateway") as connection:
        connection.execute(STORE, row | {"content": content, "size": len(content), "to": [to]})
    receive([str(mail)])


def test_what_is_restored_goes_on_as_before(
    instance: Settings, elsewhere: Settings, tenant: Tenant, desk: Desk, tmp_path: Path
) -> None:
    """Every row is there, the audit log holds, a secret opens, and an answer to an old letter finds its ticket."""
    file(tenant)
    (number,) = rows(tenant, "SELECT number FROM tickets")[0]
    address, kept = reply_address(tenant), tmp_path / "all.backup"
    with transaction(tenant.id) as connection:
        put_secret(connection, tenant.id, tenant.mailbox, TokenKind.IMAP_PASSWORD, SECRET)
    made = desk.json("backup", str(kept))
    with above(instance).connect() as connection:
        before = all_rows(connection)
    assert kept.stat().st_mode & 0o777 == 0o600
    assert made["rows"] == sum(map(len, before.values()))

    _move(elsewhere)
    done = desk.json("restore", str(kept))
    assert (done["rows"], done["tables"]) == (made["rows"], len(before))
    with above(elsewhere).connect() as connection:
        assert all_rows(connection) == before
    answer(tenant, address)
    assert rows(tenant, SAID, it=number) == [("It burns.",), ("It still burns.",)]
    with transaction(tenant.id) as connection:
        assert take_secret(connection, tenant.id, tenant.mailbox, TokenKind.IMAP_PASSWORD) == SECRET
    assert desk("audit", "verify", "--org", tenant.slug).code == 0

    assert "connections of Postern's programs are open" in desk.refuses("restore", str(kept), "--replace")
    _leave(configure())
    assert "is not empty" in desk.refuses("restore", str(kept))
    desk.json("restore", str(kept), "--replace")
    assert rows(tenant, SAID, it=number) == [("It burns.",)]


def test_what_is_no_whole_backup_of_this_revision_is_refused_before_anything_is_written(
    elsewhere: Settings, tenant: Tenant, desk: Desk, tmp_path: Path
) -> None:
    kept, broken = tmp_path / "all.backup", tmp_path / "broken"
    desk.json("backup", str(kept))
    whole = kept.read_bytes()
    middle = len(whole) // 2
    _move(elsewhere)
    for content in (whole[:-1], whole[:middle], whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :], b""):
        broken.write_bytes(content)
        assert "is no whole backup" in desk.refuses("restore", str(broken))
    other = tmp_path / "other"
    with archive.written(other) as target:
        archive.seal(target, Manifest("9.9", "9999", "2026-01-01T00:00:00Z", {}))
    assert "made by Postern 9.9 at revision 9999" in desk.refuses("restore", str(other))
    with above(elsewhere).connect() as connection:
        assert all_rows(connection) == {}


def test_a_backup_that_would_lack_something_is_not_made(tenant: Tenant, desk: Desk, tmp_path: Path) -> None:
    """A table without the policy, a folder without the keys, a place that is taken; no draft is left."""
    kept = tmp_path / "all.backup"
    with transaction(login="admin") as connection:
        connection.exec_driver_sql("SET LOCAL ROLE postern_owner; DROP POLICY backup ON tags")
    try:
        assert "would lack rows of tags" in desk.refuses("backup", str(kept))
    finally:
        with transaction(login="admin") as connection:
            connection.exec_driver_sql("SET LOCAL ROLE postern_owner")
            connection.execute(text("CREATE POLICY backup ON tags FOR SELECT TO postern_backup USING (true)"))
    assert list(tmp_path.iterdir()) == []
    kept.write_text("mine")
    assert "is there already" in desk.refuses("backup", str(kept))
    assert [path.read_text() for path in tmp_path.iterdir()] == ["mine"]


@pytest.mark.long
def test_the_embedded_server_is_started_for_it(tenant: Tenant, desk: Desk, tmp_path: Path) -> None:
    """On a machine that has nothing yet, and where nothing runs."""
    tmp_path.chmod(0o711)
    change(tenant, "UPDATE workflows SET name = 'Ours'")
    first, second = tmp_path / "first", tmp_path / "second"
    made = desk.json("backup", str(first))
    for words in (("restore", str(first)), ("backup", str(second))):
        done = run(*words, data=tmp_path / "data")
        assert done.returncode == 0, done.stderr
    with archive.opened(first, print) as (_, one), archive.opened(second, print) as (_, two):
        assert one.tables == two.tables
        assert one.rows == made["rows"]
