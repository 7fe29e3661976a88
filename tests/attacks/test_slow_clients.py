"""Clients that take their time: everybody else is served, they themselves are ended, and the memory stays."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from models.settings import Settings
from tests.attacks.crowd import Crowd, served
from tests.conftest import Tenant
from tests.door import Client, open_door, stored
from tests.door_process import Process
from tests.waiting import until

PROMISE = 1.0  # seconds: a new client beside all of them (G15)
MEGABYTE = 1_000_000
IDLE = b"421 4.4.2 Idle for too long"
FLOOD = b"RCPT TO:<x@y.test>\r\n" * 100_000
OVER = b"421 4.4.2 Session took too long"


@pytest.fixture(scope="module")
def door(instance: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """A door of its own process that lets in many and is soon tired of them."""
    log = tmp_path_factory.mktemp("slow") / "log"
    with Process(instance, log, max_connections=2_000, idle_seconds=1.5, session_seconds=3) as found:
        yield found


def in_time(times: list[float]) -> bool:
    """Whether the promise held nine times of ten: one may have waited for something else on this machine."""
    return sorted(times)[len(times) * 9 // 10] < PROMISE


def in_data(tenant: Tenant) -> bytes:
    """All that comes before a mail's first byte, at once."""
    return f"EHLO slow.test\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<{tenant.address}>\r\nDATA\r\n".encode()


def test_case_18_500_that_never_end_a_command_slowloris_t10(door: Process, tenant: Tenant):
    """A byte now and then is no command: the idle limit ends them all, and new clients do not notice."""
    times: list[float] = []
    with Crowd(door.port, 500) as crowd:
        while crowd.open:
            crowd.drip(b"N")
            crowd.listen()
            times.append(served(door.port, tenant, len(times)))
        assert crowd.last_words() == {IDLE}
    assert in_time(times)
    assert len(stored(tenant)) == len(times)


def test_case_18_500_that_never_end_a_mail(door: Process, tenant: Tenant):
    """Bytes of a mail are a sign of life, so here the limit of the whole session ends them; nothing is stored."""
    before = door.memory()
    times: list[float] = []
    with Crowd(door.port, 500, say=in_data(tenant)) as crowd:
        while crowd.open:
            crowd.drip(b"x")
            crowd.listen()
            times.append(served(door.port, tenant, len(times)))
        assert crowd.last_words() == {OVER}
    assert in_time(times)
    assert door.memory() < before + 100 * MEGABYTE
    assert len(stored(tenant)) == len(times)


def test_case_18_1000_idle_and_100_slow_g15(instance: Settings, tenant: Tenant, tmp_path: Path):
    """The promise: served in a second, less than 100 MB for all of them."""
    with Process(instance, tmp_path / "log", max_connections=2_000) as door:
        before = door.memory()
        with Crowd(door.port, 1_000) as idle, Crowd(door.port, 100, say=in_data(tenant)) as slow:
            times = []
            for number in range(20):
                slow.drip(b"x")
                slow.listen(0.02)
                times.append(served(door.port, tenant, number))
            assert (idle.listen(), len(slow.open)) == (1_000, 100)
            assert in_time(times)
            assert door.memory() < before + 100 * MEGABYTE
    assert len(stored(tenant)) == 20


def test_t9_clients_that_never_read(door: Process, tenant: Tenant):
    """They send commands as long as the door takes them and leave its answers lying; it forgets them in the end."""
    before = door.memory()
    with Crowd(door.port, 20, say=b"EHLO deaf.test\r\nMAIL FROM:<>\r\n") as deaf:
        times = []
        for number in range(20):
            deaf.drip(FLOOD)
            times.append(served(door.port, tenant, number))
        assert in_time(times)
        assert door.memory() < before + 100 * MEGABYTE
        until(lambda: b"\npostern_connections 0.0" in door.page("/metrics"), 15)


def test_t9_nothing_is_obeyed_while_answers_lie_unread(instance: Settings):
    """Short commands with long answers: a client that reads none soon has none made for it."""
    with open_door(instance, bad_commands=10**9) as door, Client(door.port) as deaf:
        (dialogue,) = door.door._dialogues
        deaf.socket.settimeout(0.2)
        with suppress(TimeoutError):
            for _ in range(20):
                deaf.socket.sendall(b"X\r\n" * 100_000)
        until(lambda: dialogue.wire._full)
        assert dialogue.wire.transport.get_write_buffer_size() < MEGABYTE
        assert len(dialogue.wire._out) < 1_000


def test_case_18_clients_that_send_without_a_pause(door: Process, tenant: Tenant):
    """Not slow but too fast: megabytes of commands wait in their connections, and yet others have their turn."""
    times: list[float] = []
    with Crowd(door.port, 5, say=b"EHLO flood.test\r\nMAIL FROM:<>\r\n") as flood:
        for number in range(10):
            flood.drip(FLOOD)
            times.append(served(door.port, tenant, number))
            flood.listen()
        assert len(flood.open) == 5
    assert in_time(times)


def test_t9_clients_that_vanish(instance: Settings, tenant: Tenant):
    """No FIN and no RST, as when a cable is cut: after the idle limit nothing of them is left."""
    half = in_data(tenant) + b"Subject: half"
    with open_door(instance, idle_seconds=0.3) as door, ExitStack() as stack:
        for said in (b"", b"EHLO gone", b"EHLO gone.test\r\n", half, half + b"\r\n.\r") * 10:
            stack.enter_context(Client(door.port)).send(said)
        assert door.metrics.connections == 50
        until(lambda: door.metrics.connections == 0, 10)
        assert (door.door.room.taken, len(door.door._dialogues)) == (0, 0)
    assert stored(tenant) == []


def test_t9_a_reset_in_the_middle_of_a_mail(instance: Settings, tenant: Tenant):
    """Nobody said the dot, so nobody has a mail."""
    with open_door(instance) as door:
        for _ in range(50):
            with Client(door.port) as client:
                client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                client.send(in_data(tenant) + b"Subject: half\r\n\r\n" + b"x" * 100_000)
        until(lambda: door.metrics.connections == 0)
        assert door.door.room.taken == 0
    assert stored(tenant) == []
