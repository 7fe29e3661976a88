"""Our own failures and the client's: nothing of ours leaks out, and no mail is stored twice."""

import re
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from sqlalchemy import text

from gateway.addresses import Target
from gateway.flood import Floods
from models.database import transaction
from models.raw_mail import Arrival
from models.settings import Settings
from tests.conftest import Tenant
from tests.door import Client, OpenDoor, greeted, open_door, stored
from tests.waiting import until

RESET = b"\1\0\0\0\0\0\0\0"  # SO_LINGER on, 0 s: closing sends RST
MAILS = 100
SORRY = re.compile(r"451 4\.3\.0 Temporary failure, try again later; reference [0-9a-f]{8}")


@contextmanager
def taken_away(privilege: str, subject: str, owner: str) -> Iterator[None]:
    """The door's login may not do something for a while: an error that no code of the door expects."""
    change(f"REVOKE {privilege} ON {subject} FROM postern_gateway", owner)
    try:
        yield
    finally:
        change(f"GRANT {privilege} ON {subject} TO postern_gateway", owner)


def change(statement: str, owner: str) -> None:
    """Change a privilege as the owner of what it is about."""
    with transaction(login="admin") as connection:
        connection.execute(text(f"SET LOCAL ROLE {owner}"))
        connection.execute(text(statement))


@pytest.mark.parametrize("verb", ["EHLO", "LHLO"])
def test_case_15_a_failure_at_the_dot_e6(
    instance: Settings, tenant: Tenant, capfd: pytest.CaptureFixture[str], verb: str
):
    """aiosmtpd says 500 with the exception's text: a lost mail, and our secrets told. Here: 451 and a reference."""
    with open_door(instance) as door, greeted(door, verb) as client:
        with taken_away("INSERT", "raw_mail", "postern_owner"):
            (answer,) = client.mail(b"Subject: canary\r\n\r\n", tenant.address)
        assert SORRY.fullmatch(answer)
        logged = "".join(capfd.readouterr())
        assert answer.rpartition(" ")[2] in logged
        assert not [word for word in ("canary", "ann@client.test", tenant.address) if word in logged]
        assert stored(tenant) == []
        assert client.mail(b"Subject: canary\r\n\r\n", tenant.address)[0].startswith("250")
    assert [mail["repeats"] for mail in stored(tenant)] == [0]


def test_case_15_a_failure_at_a_recipient(instance: Settings, tenant: Tenant, capfd: pytest.CaptureFixture[str]):
    """An address that cannot be looked up is not unknown; nobody is refused for good."""
    with open_door(instance) as door, greeted(door) as client:
        with taken_away("EXECUTE", "FUNCTION resolve_address(text)", "postern_registrar"):
            answers = client.envelope(tenant.address, f"nobody@{tenant.domain}")[1:]
        assert [bool(SORRY.fullmatch(answer)) for answer in answers] == [True, True]
        logged = "".join(capfd.readouterr())
        assert all(answer.rpartition(" ")[2] in logged for answer in answers)
        assert tenant.domain not in logged
        assert client.say(f"RCPT TO:<{tenant.address}>").startswith("250")
        assert client.say(f"RCPT TO:<nobody@{tenant.domain}>").startswith("550")
    assert stored(tenant) == []


class Broken:
    """A part of the door that breaks its promise to raise nothing but what is known."""

    floods = Floods()

    async def accept(self, arrivals: Sequence[Arrival]) -> None:
        raise RuntimeError(f"{len(arrivals)} mails: could not connect to host=10.0.0.5 password=hunter2")

    async def resolve(self, address: str) -> Target | None:
        raise RuntimeError(f"{address}: could not connect to host=10.0.0.5 password=hunter2")


def test_case_15_a_surprise_anywhere(instance: Settings, tenant: Tenant):
    """What nobody thought of is no fault of the mail either, and its text stays here."""
    with open_door(instance) as door, greeted(door) as client:
        parts = door.door.addresses, door.door.acceptor
        client.envelope(tenant.address)
        door.door.addresses = door.door.acceptor = Broken()
        assert SORRY.fullmatch(client.say(f"RCPT TO:<x{tenant.address}>"))
        assert client.say("DATA").startswith("354")
        client.send(b"Subject: canary\r\n\r\n.\r\n")
        assert SORRY.fullmatch(client.reply())
        assert stored(tenant) == []
        door.door.addresses, door.door.acceptor = parts
        assert client.mail(b"Subject: canary\r\n\r\n", tenant.address)[0].startswith("250")
    assert len(stored(tenant)) == 1


@contextmanager
def no_commits() -> Iterator[None]:
    """Nothing can be stored for a while: commits wait for our lock."""
    with transaction(login="admin") as connection:
        connection.execute(text("LOCK TABLE raw_mail IN SHARE MODE"))
        yield


def begun(door: OpenDoor, tenant: Tenant, number: int) -> Client:
    """A client that has sent all of a mail but its dot."""
    client = Client(door.port)
    client.hello()
    client.envelope(tenant.address)
    client.say("DATA")
    client.send(f"Subject: {number}\r\n\r\n".encode())
    return client


def reset(client: Client) -> None:
    """Break the connection as a client does that dies."""
    client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    client.socket.close()


def storing(door: OpenDoor) -> int:
    """How many mails have their dot and not their answer."""
    return sum(dialogue.storing for dialogue in tuple(door.door._dialogues))


def test_case_17_a_reset_between_dot_and_250_rfc1047(instance: Settings, tenant: Tenant):
    """The client cannot know that we have its mail, and sends it again: a hundred times, each is there once."""
    with open_door(instance) as door:
        clients = [begun(door, tenant, number) for number in range(MAILS)]
        with no_commits():
            for client in clients:
                client.send(b".\r\n")
            until(lambda: storing(door) == MAILS)
            for client in clients:
                reset(client)
            until(lambda: door.metrics.connections == 0)
            assert door.metrics.accepted == 0
        until(lambda: stored(tenant))  # what was under way is committed, though nobody waits for it
        with greeted(door) as client:
            for number in range(MAILS):
                assert client.mail(f"Subject: {number}\r\n\r\n".encode(), tenant.address)[0].startswith("250")
    mails = stored(tenant)
    assert sorted(mail["content"] for mail in mails) == sorted(f"Subject: {n}\r\n\r\n".encode() for n in range(MAILS))
    assert sum(mail["repeats"] for mail in mails) >= 1  # so the resets did fall between
    assert door.door.room.taken == 0


def test_case_17_a_reset_after_the_commit_and_before_the_250_is_read(instance: Settings, tenant: Tenant):
    """The other half: the commit is done, the answer is lost on the way."""
    with open_door(instance) as door:
        clients = [begun(door, tenant, number) for number in range(MAILS)]
        for client in clients:
            client.send(b".\r\n")
        until(lambda: door.metrics.accepted == MAILS)
        for client in clients:
            reset(client)
        with greeted(door) as client:
            for number in range(MAILS):
                assert client.mail(f"Subject: {number}\r\n\r\n".encode(), tenant.address)[0].startswith("250")
    assert [mail["repeats"] for mail in stored(tenant)] == [1] * MAILS
