"""The cluster's folder: whole or not there, and never entered by two servers."""

import os
import signal
from pathlib import Path

import psycopg
import pytest

from gateway.embedded import EmbeddedPostgres, ServerError, cluster
from gateway.embedded.privilege import service_account
from tests.gateway.servers import ask, on_linux


@on_linux
def test_killed_server_starts_again_with_what_was_committed(data: Path) -> None:
    server = EmbeddedPostgres(data)
    server.start()
    with psycopg.connect(server.url("postern_admin")) as connection:
        connection.execute("create table kept as select 42 as answer")
    os.kill(server.pid, signal.SIGKILL)
    assert server.process
    server.process.wait()
    server.start()
    try:
        assert ask(server, "select answer from kept") == 42
    finally:
        server.stop()


@on_linux
def test_pid_file_that_names_another_process_does_not_stop_us(data: Path) -> None:
    server = EmbeddedPostgres(data, fast=True)
    server.start()
    pid_file = server.folder / "postmaster.pid"
    said = pid_file.read_text()
    server.stop()
    pid_file.write_text("\n".join([str(os.getpid()), *said.splitlines()[1:]]) + "\n")
    if account := service_account():
        os.chown(pid_file, account.uid, account.gid)
    server.start()
    assert server.ready()
    server.stop()


def test_second_server_in_one_cluster_is_refused_with_the_way_out(postgres: EmbeddedPostgres) -> None:
    second = EmbeddedPostgres(postgres.home, fast=True)
    second.patience = 0
    with pytest.raises(ServerError, match=f"kill -INT {postgres.pid}"):
        second.start()
    assert ask(postgres, "select 1") == 1


def test_start_waits_for_a_predecessor_that_is_ending(data: Path) -> None:
    first, second = EmbeddedPostgres(data, fast=True), EmbeddedPostgres(data, fast=True)
    first.start()
    first.process.send_signal(first.stop_signal)  # type: ignore[union-attr]  # it was just started
    second.start()
    assert second.ready()
    second.stop()
    first.stop()


def test_a_predecessor_that_removes_its_pid_file_while_it_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid_file = tmp_path / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\nthe rest\n")

    def just_gone(_: int) -> bool:
        pid_file.unlink()
        return True

    monkeypatch.setattr(cluster, "_alive", just_gone)
    cluster.await_predecessor(tmp_path, 0)
    assert not pid_file.exists()


def test_interrupted_initdb_leaves_no_half_cluster(data: Path) -> None:
    half = data / "postgres" / "cluster.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    server = EmbeddedPostgres(data, fast=True)
    server.start()
    assert not half.exists()
    server.stop()


def test_pid_file_that_is_being_written_is_no_pid_file(tmp_path: Path) -> None:
    assert cluster.pid_file(tmp_path).pid == 0
    (tmp_path / "postmaster.pid").write_text("")
    assert cluster.pid_file(tmp_path).pid == 0


def test_cluster_without_its_keys_is_not_given_new_ones(data: Path) -> None:
    server = EmbeddedPostgres(data, fast=True)
    server.start()
    server.stop()
    (data / "keys" / "database.json").unlink()
    with pytest.raises(ServerError, match=r"restore .*database\.json from a backup"):
        server.start()
    assert not (data / "keys" / "database.json").exists()
