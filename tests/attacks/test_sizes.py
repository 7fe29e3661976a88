"""More than a door should take: long lines, many recipients, large mails, and lies about their size."""

import asyncio
from collections.abc import Iterator

import pytest

from models.settings import Settings
from tests.conftest import Tenant
from tests.door import Client, greeted, open_door, stored
from tests.door_process import Process

MEGABYTE = 1_000_000
TEXT = (b"x" * 998 + b"\r\n") * 1_000  # a megabyte
GOOD = b"Subject: good\r\n\r\n"


@pytest.fixture(scope="module")
def small(instance: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """A door of its own process, warm, with room for 20 MB of mail."""
    log = tmp_path_factory.mktemp("small") / "log"
    with Process(instance, log, max_queued_bytes=20 * MEGABYTE) as door:
        yield door


async def read_on() -> None:
    """Turns of a door's loop in which it reads what has come."""
    for _ in range(50):
        await asyncio.sleep(0)


def met(door: Process) -> Client:
    """A client that has said hello; what the door occupies is measured from here on."""
    client = Client(door.port)
    client.hello()
    door.forget_peak()
    return client


@pytest.mark.parametrize("command", [b"NOOP ", b"MAIL FROM:<", b"EHLO ", b"RCPT TO:<", b""])
def test_case_10_a_command_of_100_kb(instance: Settings, tenant: Tenant, command: bytes):
    """500, and the connection is as good as before (RFC 5321 section 4.5.3.1.4)."""
    with open_door(instance) as door, greeted(door) as client:
        assert client.say(command + b"x" * 100_000) == "500 5.5.6 Command line too long"
        assert client.mail(GOOD, tenant.address)[0].startswith("250")
    assert [mail["content"] for mail in stored(tenant)] == [GOOD]


@pytest.mark.parametrize("length", [999, 1_001, 99_990])
def test_case_10_lines_longer_than_rfc5321_4_5_3_1_6_are_taken(instance: Settings, tenant: Tenant, length: int):
    """Not 500 at a thousand bytes, as the standard allows: customers' programs do write such lines."""
    content = b"Subject: x\r\n\r\n" + b"x" * length + b"\r\n"
    with open_door(instance) as door, greeted(door) as client:
        assert client.mail(content, tenant.address)[0].startswith("250")
    assert [mail["content"] for mail in stored(tenant)] == [content]


def test_case_10_a_header_of_1_mb_in_one_line(small: Process, tenant: Tenant):
    """500 after the mail; the memory is given back, and the next mail is taken on the same connection."""
    before = small.memory()
    with met(small) as client:
        for _ in range(20):
            assert client.mail(b"Subject: " + b"x" * MEGABYTE + b"\r\n\r\n", tenant.address)[0].startswith("500 5.6.0")
        assert client.mail(GOOD, tenant.address)[0].startswith("250")
    assert small.memory() < before + 20 * MEGABYTE
    assert [mail["content"] for mail in stored(tenant)] == [GOOD]


def test_case_10_an_endless_command_is_not_kept(small: Process):
    """50 MB without a line end."""
    before = small.memory()
    with met(small) as client:
        for _ in range(50):
            client.send(b"x" * MEGABYTE)
        assert client.say("") == "500 5.5.6 Command line too long"
        assert client.say("NOOP").startswith("250")
    assert small.memory(peak=True) < before + 20 * MEGABYTE


def test_case_11_20000_recipients(instance: Settings, tenant: Tenant):
    """452 from the hundred and first on, and the mail goes to those that were taken (RFC 5321 section 4.5.3.1.10)."""
    boxes = [tenant.address.replace("@", f"+{number}@") for number in range(20_000)]
    with open_door(instance) as door, greeted(door) as client:
        client.say("MAIL FROM:<a@b.test>")
        for start in range(0, len(boxes), 1_000):
            client.send("".join(f"RCPT TO:<{box}>\r\n" for box in boxes[start : start + 1_000]).encode())
            codes = [reply[:9] for reply in client.replies(1_000)]
            assert codes == ["250 2.1.5" if start + number < 100 else "452 4.5.3" for number in range(1_000)]
        assert client.say("DATA").startswith("354")
        client.send(GOOD + b".\r\n")
        assert client.reply().startswith("250")
    assert [mail["recipients"] for mail in stored(tenant)] == [boxes[:100]]


def test_case_12_a_mail_of_54_mb(instance: Settings, tenant: Tenant):
    """552 by the default limit of 50 MiB. The end of the mail is awaited, or a client would hear a reset instead of the
    552; behind it the session goes on."""
    with open_door(instance) as door, greeted(door) as client:
        assert client.say("MAIL FROM:<a@b.test> SIZE=54000000").startswith("552 5.3.4")
        assert client.mail(TEXT * 54, tenant.address)[0].startswith("552 5.3.4")
        assert client.mail(GOOD, tenant.address)[0].startswith("250")
    assert [mail["content"] for mail in stored(tenant)] == [GOOD]


def test_case_12_a_size_that_lies_rfc1870(small: Process, tenant: Tenant):
    """10 bytes announced, 40 MB sent: 552, the connection closed, and nothing of it kept meanwhile."""
    before = small.memory()
    with met(small) as client:
        client.say("MAIL FROM:<a@b.test> SIZE=10")
        client.say(f"RCPT TO:<{tenant.address}>")
        client.say("DATA")
        try:
            for _ in range(40):
                client.send(TEXT)
        except (ConnectionResetError, BrokenPipeError):
            pass  # it was closed while we sent
        else:
            assert client.rest() == ["552 5.3.4 Message is much larger than its SIZE said"]
    assert small.memory(peak=True) < before + 40 * MEGABYTE
    assert stored(tenant) == []


def test_case_12_large_mails_at_once_share_bounded_room(small: Process, tenant: Tenant):
    """Without SIZE nobody knows how large a mail becomes; what all of them hold together has a limit (20 MB here)."""
    before = small.memory()
    clients = [met(small) for _ in range(12)]
    for client in clients:
        client.envelope(tenant.address)
        client.say("DATA")
    for _ in range(7):
        for client in clients:
            client.send(TEXT)
    with met(small) as late:
        assert late.mail(GOOD, tenant.address)[0].startswith("250")
    for client in clients:
        client.send(b".\r\n")
    heard = {client.reply()[:9] for client in clients}
    assert heard <= {"451 4.3.1", "250 2.0.0", "451 4.3.0"}
    assert "451 4.3.1" in heard
    for client in clients:
        client.socket.close()
    assert small.memory(peak=True) < before + 80 * MEGABYTE


def test_case_12_large_mails_that_never_end_leave_room_for_others(instance: Settings, tenant: Tenant):
    """A handful of clients could fill the room for ten minutes, and every other mail would hear 451."""
    room = 2 * MEGABYTE
    with open_door(instance, max_queued_bytes=room) as door, greeted(door) as honest:
        hogs = [Client(door.port) for _ in range(8)]
        for hog in hogs:
            hog.hello()
            hog.envelope(tenant.address)
            hog.say("DATA")
        sent = 0
        while sent + 8_000 < room // 4:  # four of them would fill it
            for hog in hogs:
                hog.send(b"x" * 998 + b"\r\n")
            sent += 1_000
        door.run(read_on())
        assert honest.mail(TEXT[:50_000], tenant.address)[0].startswith("250")
        for hog in hogs:
            hog.socket.close()
    assert [mail["size"] for mail in stored(tenant)] == [50_000]
