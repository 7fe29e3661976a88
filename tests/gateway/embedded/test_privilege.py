"""Whom the servers run as, and which folders they trust."""

import os
import pwd
import shutil
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.embedded import EmbeddedPostgres, EmbeddedRedis, binaries
from gateway.embedded.privilege import Account, own_folder, reachable
from tests.gateway.servers import as_root, on_linux


def test_socket_folder_of_somebody_else_is_not_trusted(data: Path, tmp_path: Path) -> None:
    server = EmbeddedRedis(data)
    server.settings.socket_folder.symlink_to(tmp_path)
    try:
        with pytest.raises(PermissionError, match="look at it"):
            server.start()
    finally:
        server.settings.socket_folder.unlink()


def test_open_folder_is_not_trusted(tmp_path: Path) -> None:
    folder = tmp_path / "open"
    folder.mkdir(mode=0o755)
    with pytest.raises(PermissionError):
        own_folder(folder, None)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755


def as_somebody(account: Account, work: Callable[[], None]) -> None:
    """Run work in a child that is the account (its interpreter need not be reachable: all is loaded)."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.setgroups([])
            os.setresgid(account.gid, account.gid, account.gid)
            os.setresuid(account.uid, account.uid, account.uid)
            work()
            code = 0
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@as_root
@on_linux
def test_an_ordinary_user_needs_nothing_of_root() -> None:
    entry = pwd.getpwnam("nobody")
    account = Account("nobody", entry.pw_uid, entry.pw_gid)
    if not reachable(binaries.postgres_tree(None) / "bin/postgres", account):
        pytest.skip("the environment lies under a private home")
    folder = Path(tempfile.mkdtemp(prefix="postern-test-"))
    os.chown(folder, account.uid, account.gid)

    def work() -> None:
        for server in (EmbeddedPostgres(folder / "data", fast=True), EmbeddedRedis(folder / "data")):
            server.start()
            assert Path(f"/proc/{server.pid}").stat().st_uid == account.uid
            server.stop()

    try:
        as_somebody(account, work)
    finally:
        shutil.rmtree(folder)
