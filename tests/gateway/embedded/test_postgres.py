"""PostgreSQL as we start it: durable, private, ours alone, and itself again after every kind of end."""

import json
import stat
from pathlib import Path

import psycopg
import pytest

from gateway.embedded import EmbeddedPostgres, ServerError
from tests.gateway.servers import ask


def test_administrator_owns_the_database_and_is_no_superuser(postgres: EmbeddedPostgres) -> None:
    assert ask(
        postgres, "select not rolsuper and rolcreaterole and not rolbypassrls from pg_roles where rolname = user"
    )
    assert (
        ask(postgres, "select pg_get_userbyid(datdba) from pg_database where datname = current_database()")
        == "postern_admin"
    )
    assert ask(postgres, "select rolsuper from pg_roles where rolname = user", "superuser")
    assert ask(postgres, "select datlocprovider = 'b' and datlocale = 'C.UTF-8' from pg_database limit 1")


def test_settings_are_ours(postgres: EmbeddedPostgres) -> None:
    assert ask(postgres, "show listen_addresses") == ""
    assert ask(postgres, "show timezone") == "UTC"
    assert ask(postgres, "show password_encryption") == "scram-sha-256"
    assert ask(postgres, "select bool_and(auth_method = 'scram-sha-256') from pg_hba_file_rules", "superuser")


def test_without_fast_a_commit_is_on_disk(data: Path) -> None:
    server = EmbeddedPostgres(data, settings={"max_connections": "50"})
    server.start()
    try:
        assert [ask(server, f"show {name}") for name in ("fsync", "synchronous_commit", "full_page_writes")] == [
            "on"
        ] * 3
        assert ask(server, "show max_connections") == "50"
    finally:
        server.stop()


def test_wrong_password_is_refused(postgres: EmbeddedPostgres) -> None:
    url = postgres.url("postern_admin").replace(postgres.settings.passwords()["postern_admin"], "guess")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(url)


def test_second_start_goes_on_where_it_was(data: Path) -> None:
    first = EmbeddedPostgres(data, fast=True)
    first.start()
    with psycopg.connect(first.url("postern_admin")) as connection:
        connection.execute("create table kept as select 42 as answer")
    first.stop()
    second = EmbeddedPostgres(data, fast=True)
    second.start()
    try:
        assert ask(second, "select answer from kept") == 42
    finally:
        second.stop()


def test_nothing_outside_keys_and_logs_holds_a_password(postgres: EmbeddedPostgres) -> None:
    keys = postgres.home / "keys" / "database.json"
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    command_line = Path(f"/proc/{postgres.pid}/cmdline")
    for password in json.loads(keys.read_text()).values():
        assert password not in postgres.log.read_text()
        assert not command_line.exists() or password not in command_line.read_text()


def test_server_that_cannot_start_says_why(data: Path) -> None:
    server = EmbeddedPostgres(data, settings={"shared_buffers": "nonsense"}, fast=True)
    with pytest.raises(ServerError, match="shared_buffers"):
        server.start()


def test_two_instances_side_by_side(tmp_path: Path) -> None:
    left, right = (EmbeddedPostgres(tmp_path / name, fast=True) for name in ("left", "right"))
    left.start()
    right.start()
    assert left.url("superuser") != right.url("superuser")
    assert ask(left, "select 1") == ask(right, "select 1") == 1
    left.stop()
    right.stop()
