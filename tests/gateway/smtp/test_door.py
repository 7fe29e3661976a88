"""Who is let in, for how long, and how the door closes."""

import asyncio
import socket

import pytest

from models.settings import Settings
from tests.conftest import Tenant
from tests.door import HOST, Client, OpenDoor, greeted, open_door, stored
from tests.waiting import until


def closing(door: OpenDoor) -> "asyncio.Future[None]":
    """Begin to close the door, as SIGTERM does."""

    async def begin() -> "asyncio.Future[None]":
        task = asyncio.ensure_future(door.door.close())
        await asyncio.sleep(0)
        return task

    return door.run(begin())


class TestConnections:
    """421 when full (RFC 5321 section 3.8)."""

    def test_one_too_many(self, instance: Settings):
        with open_door(instance, max_connections=3) as door:
            inside = [Client(door.port) for _ in range(3)]
            with Client(door.port, greeted=False) as client:
                assert client.rest() == ["421 4.7.0 Too many connections, try again later"]
            assert (door.metrics.connections, door.metrics.refused_connections) == (3, 1)
            assert inside[0].say("QUIT").startswith("221")
            assert inside[0].rest() == []
            with greeted(door):
                assert door.metrics.connections == 3
            for one in inside:
                one.socket.close()

    def test_five_hundred_at_once_harm_nobody(self, instance: Settings, tenant: Tenant):
        with open_door(instance, max_connections=50) as door, greeted(door) as client:
            crowd = [socket.create_connection((HOST, door.port)) for _ in range(500)]
            assert client.mail(b"x\r\n", tenant.address)[0].startswith("250")
            assert door.metrics.connections <= 50
            for one in crowd:
                one.close()
        assert door.metrics.connections == 0

    def test_clients_that_leave_at_once(self, instance: Settings):
        with open_door(instance) as door:
            for _ in range(200):
                with socket.create_connection((HOST, door.port)) as client:
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            with greeted(door) as client:
                assert client.say("NOOP").startswith("250")
                until(lambda: door.metrics.connections == 1)


class TestTime:
    """RFC 5321 section 4.5.3.2 lets a server be patient, not endlessly."""

    def test_silence(self, instance: Settings):
        with open_door(instance, idle_seconds=0.2) as door, greeted(door) as client:
            assert client.rest() == ["421 4.4.2 Idle for too long"]

    def test_silence_within_a_mail(self, instance: Settings, tenant: Tenant):
        with open_door(instance, idle_seconds=0.2) as door, greeted(door) as client:
            client.envelope(tenant.address)
            client.say("DATA")
            client.send(b"x\r\n")
            assert client.rest() == ["421 4.4.2 Idle for too long"]
        assert (stored(tenant), door.door.room.taken) == ([], 0)

    def test_slowloris_never_ends_a_command(self, instance: Settings):
        with open_door(instance, idle_seconds=0.2) as door, greeted(door) as client:
            client.socket.settimeout(0.02)
            answer = b""
            while not answer:
                client.send(b"N")
                try:
                    answer = client.socket.recv(100)
                except TimeoutError:
                    continue
            assert answer.startswith(b"421 4.4.2")

    def test_a_session_ends_some_time(self, instance: Settings):
        with open_door(instance, session_seconds=0.3) as door, greeted(door) as client:
            assert client.rest() == ["421 4.4.2 Session took too long"]

    def test_a_client_that_does_not_hang_up_is_cut(self, instance: Settings):
        with open_door(instance, idle_seconds=0.2) as door, greeted(door) as client:
            assert client.say("GET / HTTP/1.1").startswith("554")
            assert client.rest() == []
            until(lambda: not door.metrics.connections)
            assert not door.door._dialogues

    def test_a_crowd_makes_idle_clients_leave_sooner(self, instance: Settings, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr("gateway.smtp.door.CROWDED_IDLE", 0.2)
        monkeypatch.setattr("gateway.smtp.door.TICK", 0.05)
        with open_door(instance, max_connections=4) as door:
            crowd = [Client(door.port) for _ in range(4)]
            assert crowd[0].rest() == ["421 4.4.2 Idle for too long"]
            for one in crowd:
                one.socket.close()


class TestClosing:
    """SIGTERM: mails under way are finished, everybody else comes again."""

    def test_mails_under_way_are_finished(self, instance: Settings, tenant: Tenant):
        with open_door(instance) as door, greeted(door) as idle, greeted(door) as busy:
            busy.envelope(tenant.address)
            busy.say("DATA")
            end = closing(door)
            assert idle.rest() == ["421 4.3.2 Shutting down, try again later"]
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection((HOST, door.port))
            assert door.door.draining
            assert not end.done()
            busy.send(b"last\r\n.\r\n")
            assert busy.rest() == ["250 2.0.0 Stored", "421 4.3.2 Shutting down, try again later"]
            door.run(asyncio.wait_for(end, 1))
        assert [mail["content"] for mail in stored(tenant)] == [b"last\r\n"]

    def test_but_not_for_ever(self, instance: Settings, tenant: Tenant, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr("gateway.smtp.door.DRAIN", 0.2)
        with open_door(instance) as door, greeted(door) as busy:
            busy.envelope(tenant.address)
            busy.say("DATA")
            closing(door)
            assert busy.rest() == ["421 4.3.2 Shutting down, try again later"]
        assert stored(tenant) == []
