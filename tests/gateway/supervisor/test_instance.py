"""One instance on one folder, each at its own addresses."""

import socket
from pathlib import Path

import pytest

from gateway.supervisor import instance
from models.settings import DEFAULT_SMTP, Settings
from tests.gateway.instances import Start


def test_second_up_on_the_same_data_says_who_runs(up: Start, data: Path) -> None:
    first = up(data)
    first.until()
    second = up(data)
    assert f"process {first.process.pid}" in second.until("already runs")
    assert second.end(0) == 1
    assert first.told()["pid"] == first.process.pid
    assert first.end() == 0


def test_two_instances_side_by_side(up: Start, tmp_path: Path) -> None:
    both = [up(tmp_path / name, POSTERN_SMTP="", POSTERN_HTTP="") for name in ("left", "right")]
    for one in both:
        one.until()
    left, right = (one.told() for one in both)
    assert {left["smtp"], left["http"]}.isdisjoint({right["smtp"], right["http"]})
    assert [one.end() for one in both] == [0, 0]


def test_configured_port_that_is_taken_is_an_error(up: Start, data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        running = up(data, POSTERN_SMTP=address)
        assert address in running.until("already in use")
        assert running.end(0) == 1
    assert not (data / "processes.json").exists()


def test_default_port_that_is_taken_moves_and_says_so(up: Start, data: Path) -> None:
    host, port = instance.split(DEFAULT_SMTP)
    taken = None if instance.unusable(host, port) else socket.create_server((host, port))
    running = up(data, POSTERN_SMTP="")
    assert "default port for smtp is taken" in running.until()
    assert running.told()["smtp"] != DEFAULT_SMTP
    assert running.end() == 0
    if taken:
        taken.close()


@pytest.mark.parametrize("address", ["2525", "localhost:", ":25", "localhost:70000", "localhost:smtp"])
def test_bad_address_is_refused(address: str) -> None:
    with pytest.raises(instance.InstanceError, match="HOST:PORT"):
        instance.split(address)


@pytest.mark.parametrize(("configured", "moves"), [(["smtp"], False), ([], True)])
def test_after_a_crash_an_address_moves_only_if_nobody_chose_it(data: Path, configured: list[str], moves: bool) -> None:
    data.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings = Settings(data=data, smtp=f"127.0.0.1:{taken.getsockname()[1]}")
        instance.announce(settings, configured)
        addresses = instance.Addresses()
        try:
            addresses.settle(settings)
        except instance.InstanceError:
            assert not moves
        else:
            assert moves
            assert addresses.chosen["smtp"] != settings.smtp
        finally:
            addresses.close()
