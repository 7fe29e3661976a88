"""`postern up` on servers that must not be trusted: one sentence, exit code 1, and no process that works with them."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.settings import Settings
from tests.forgetful import ForgetfulRedis
from tests.gateway.cli.desk import run
from tests.logins import login
from tests.running import free_port


def inside(folder: Path) -> list[str]:
    """Processes that work in an instance's folder (Linux; elsewhere none is found)."""
    return [entry.name for entry in Path("/proc").glob("[0-9]*") if _works_in(entry, folder)]


def _works_in(entry: Path, folder: Path) -> bool:
    try:
        return (entry / "cwd").resolve(strict=True).is_relative_to(folder)
    except OSError:
        return False  # it has ended


@pytest.fixture
def refused(instance: Settings, tmp_path: Path) -> Iterator["Refused"]:
    """Starts a second instance on the servers of the tests, in a folder of its own."""
    (tmp_path / "data").mkdir()
    shutil.copytree(instance.keys, tmp_path / "data" / "keys")
    yield Refused(instance, tmp_path / "data")
    shutil.rmtree(Settings(data=tmp_path / "data").socket_folder, ignore_errors=True)


class Refused:
    """A start that must fail."""

    def __init__(self, instance: Settings, data: Path) -> None:
        self.instance, self.data = instance, data

    def __call__(self, **changed: str) -> str:
        """The one sentence it ends with."""
        doors = {name: f"127.0.0.1:{free_port()}" for name in ("smtp", "http")}
        servers = {"database_url": self.instance.url("admin"), "redis_url": self.instance.broker()}
        chosen = {**doors, **servers, **changed}
        done = run("up", data=self.data, **{f"POSTERN_{name.upper()}": said for name, said in chosen.items()})
        said = done.stdout.decode() + done.stderr.decode()
        assert done.returncode == 1, said
        assert "Traceback" not in said
        assert not (self.data / "postern.json").exists()
        logs = {path.stem: path.read_text() for path in (self.data / "logs").iterdir()}
        assert not {"worker-inbound", "worker-outbound", "worker-clock", "beat"} & logs.keys()
        assert logs["gateway"] == ""  # it was loaded, and never told to run
        assert inside(self.data) == []
        assert bool(inside(self.instance.home)) == Path("/proc/self").exists()  # whom it is about would be found
        (sentence,) = said.splitlines()
        return sentence


@pytest.mark.parametrize("ours", ["app", "gateway", "fetcher"])
def test_a_login_with_power_is_refused(instance: Settings, refused: Refused, ours: str):
    with login(instance, "SUPERUSER") as url:
        said = refused(**{f"{ours}_database_url": url})
    assert said.startswith("postern: the database login t")
    assert "is a superuser, so that no policy would hold for it: " in said
    assert said.endswith(f"use the login postern_{ours} as `postern migrate` makes it, or take that from this one")


def test_a_database_that_may_forget_is_refused(refused: Refused):
    said = refused(unsafe_database="false")
    assert "the database has fsync, full_page_writes, synchronous_commit off for the login postern_app" in said


def test_a_redis_that_throws_work_away_is_refused(refused: Refused, tmp_path: Path):
    server = ForgetfulRedis(tmp_path / "redis", fast=True)
    server.start()
    try:
        said = refused(redis_url=server.url("redis+socket"))
    finally:
        server.stop()
    assert (
        said
        == "postern: Redis has maxmemory-policy allkeys-lru and would throw work away: set maxmemory-policy noeviction"
    )


def test_doctor_says_the_same(instance: Settings):
    """Also of what the setting for tests lets pass."""
    with login(instance, "BYPASSRLS") as url:
        done = run(
            "doctor", "--json", data=instance.home, POSTERN_GATEWAY_DATABASE_URL=url, POSTERN_UNSAFE_DATABASE="true"
        )
    told = {one["check"]: one for one in json.loads(done.stdout)}
    assert done.returncode == 1
    assert {name: told[name]["verdict"] for name in ("login app", "login gateway", "durability app")} == {
        "login app": "ok", "login gateway": "fail", "durability app": "fail",
    }  # fmt: skip
    assert "(BYPASSRLS), so that no policy would hold" in told["login gateway"]["said"]
    assert "POSTERN_UNSAFE_DATABASE" in told["durability app"]["advice"]
