"""From DATA to the row: exactly one mail or a refusal, whatever its end looks like."""

import hashlib

import pytest

from gateway.flood import BURST
from models.raw_mail import digest
from models.settings import Settings
from tests.conftest import Tenant
from tests.door import greeted, open_door, stored
from tests.waiting import until

STORED = "250 2.0.0 Stored"


def test_every_byte_alone(instance: Settings, tenant: Tenant):
    with open_door(instance) as door, greeted(door) as client:
        client.envelope(tenant.address)
        client.say("DATA")
        for byte in b"..\r\nx\r\n.\r\nNOOP\r\n":
            client.send(bytes([byte]))
        assert [reply[:3] for reply in client.replies(2)] == ["250", "250"]
    assert [mail["content"] for mail in stored(tenant)] == [b".\r\nx\r\n"]


class TestFlood:
    """Who sends too much is answered at once and listened to later, so that the machine has time for everybody else."""

    def test_others_are_served_meanwhile(self, instance: Settings, tenant: Tenant) -> None:
        with open_door(instance, flood_pause_seconds=3600) as door, greeted(door) as mallory, greeted(door) as ann:
            for number in range(int(BURST) + 1):
                assert mallory.mail(b"%d\r\n" % number, tenant.address, sender="mallory@evil.test") == [STORED]
            mallory.send(b"NOOP\r\n")
            assert ann.mail(b"x\r\n", tenant.address) == ann.mail(b"y\r\n", tenant.address) == [STORED]
            mallory.socket.setblocking(False)
            with pytest.raises(BlockingIOError):
                mallory.socket.recv(1)
        assert len(stored(tenant)) == BURST + 3

    def test_an_mx_before_us_is_not_kept_from_the_mails_of_others(self, instance: Settings, tenant: Tenant) -> None:
        with open_door(instance, flood_pause_seconds=3600) as door, greeted(door, "LHLO") as exchange:
            for number in range(int(BURST) + 2):
                exchange.mail(b"%d\r\n" % number, tenant.address, sender="mallory@evil.test")
            assert exchange.say("NOOP").startswith("250")


class TestSize:
    """RFC 1870."""

    def test_announced_and_refused_at_mail(self, instance: Settings):
        with open_door(instance, max_message_bytes=5000) as door, greeted(door) as client:
            assert "SIZE 5000" in client.hello()
            assert client.say("MAIL FROM:<> SIZE=5001").startswith("552 5.3.4")
            assert client.say("MAIL FROM:<> SIZE=5000").startswith("250")

    def test_the_real_size_counts(self, instance: Settings, tenant: Tenant):
        with open_door(instance, max_message_bytes=5000) as door, greeted(door) as client:
            assert client.mail(b"x" * 4998 + b"\r\n", tenant.address)[0].startswith("250")
            assert client.mail(b"x" * 4999 + b"\r\n", tenant.address)[0].startswith("552 5.3.4")
            assert client.say("NOOP").startswith("250")
        assert [mail["size"] for mail in stored(tenant)] == [5000]

    def test_an_endless_mail_is_not_read_for_ever(self, instance: Settings, tenant: Tenant):
        with open_door(instance, max_message_bytes=500_000) as door, greeted(door) as client:
            client.envelope(tenant.address)
            client.say("DATA")
            client.send(b"x" * 1_100_000)
            assert client.rest()[0].startswith("552")

    def test_much_more_than_announced_is_refused(self, instance: Settings, tenant: Tenant):
        with open_door(instance) as door, greeted(door) as client:
            client.say("MAIL FROM:<> SIZE=10")
            client.say(f"RCPT TO:<{tenant.address}>")
            client.say("DATA")
            client.send((b"x" * 998 + b"\r\n") * 2_000 + b".\r\n")
            assert client.reply().startswith("552 5.3.4")
            assert client.say("NOOP").startswith("250")

    def test_no_memory_stays_with_a_refused_mail(self, instance: Settings, tenant: Tenant):
        with open_door(instance, max_message_bytes=30_000_000) as door, greeted(door) as client:
            client.envelope(tenant.address)
            client.say("DATA")
            client.send(b"x" * 32_000_000)
            (dialogue,) = door.door._dialogues
            until(lambda: door.door.room.taken == 0)
            client.send(b"\r\n.\r\n")
            assert client.reply().startswith("552")
            assert len(dialogue.wire._pending) == 0

    def test_all_mails_together_are_bounded(self, instance: Settings, tenant: Tenant):
        with open_door(instance, max_queued_bytes=1_000_000) as door, greeted(door) as first, greeted(door) as second:
            first.envelope(tenant.address)
            first.say("DATA")
            first.send(b"x" * 900_000 + b"\r\n")
            while door.door.room.taken < 900_000:
                assert second.say("NOOP").startswith("250")
            assert second.mail(b"y" * 200_000 + b"\r\n", tenant.address)[0].startswith("451 4.3.1")
            assert second.mail(b"y\r\n", tenant.address)[0].startswith("250")
            first.send(b".\r\n")
            assert first.reply().startswith("500 5.6.0")  # the line is too long, but there was room for it
            assert second.mail(b"y" * 50_000 + b"\r\n", tenant.address)[0].startswith("250")
        assert door.door.room.taken == 0


def test_long_lines(instance: Settings, tenant: Tenant):
    """RFC 5322 section 2.1.1 says 998; real mails exceed it and must not be refused for that."""
    with open_door(instance) as door, greeted(door) as client:
        assert client.mail(b"Subject: " + b"x" * 50_000 + b"\r\n", tenant.address)[0].startswith("250")
        assert client.mail(b"Subject: " + b"x" * 1_000_000 + b"\r\n", tenant.address)[0].startswith("500 5.6.0")
        assert client.say("NOOP").startswith("250")


class TestWhatIsStored:
    """The envelope and the bytes, exactly."""

    def test_a_mail(self, instance: Settings, tenant: Tenant):
        content = b"From: a@b.test\r\n\r\n.dot\r\n\xff\0\r\n"
        address = f"SUPPORT+Tag@{tenant.domain.upper()}"
        with open_door(instance) as door, greeted(door) as client:
            client.envelope(address, tenant.address, tenant.address, sender="Ann@Client.test")
            client.say("DATA")
            client.send(b"From: a@b.test\r\n\r\n..dot\r\n\xff\0\r\n.\r\n")
            assert client.reply() == "250 2.0.0 Stored"
        (mail,) = stored(tenant)
        assert mail["content"] == content
        assert mail["size"] == len(content)
        assert mail["digest"] == digest(tenant.mailbox, "", content)
        assert mail["digest"] == hashlib.sha256(tenant.mailbox.bytes + content).digest()
        assert (mail["mail_from"], mail["recipients"]) == ("Ann@Client.test", [address, tenant.address])
        assert (mail["host"], mail["helo"], mail["protocol"]) == ("127.0.0.1", "client.test", "esmtp")
        assert (mail["mailbox_id"], mail["stage"], mail["repeats"]) == (tenant.mailbox, "received", 0)
        assert door.rung == [("inbound.receive", [str(mail["id"])])]

    @pytest.mark.parametrize(("verb", "protocol"), [("HELO", "smtp"), ("EHLO", "esmtp"), ("LHLO", "lmtp")])
    def test_protocols_rfc3848(self, instance: Settings, tenant: Tenant, verb: str, protocol: str):
        with open_door(instance) as door, greeted(door, verb) as client:
            assert client.mail(b"x\r\n", tenant.address)[0].startswith("250")
        assert [mail["protocol"] for mail in stored(tenant)] == [protocol]

    def test_two_organizations_and_two_reply_addresses(self, instance: Settings, tenant: Tenant, neighbour: Tenant):
        tags = ["r" + "a" * 38, "b" + "c" * 38]
        tagged = [f"support+{tag}@{tenant.domain}" for tag in tags]
        with open_door(instance) as door, greeted(door) as client:
            assert client.mail(b"x\r\n", *tagged, neighbour.address, tenant.address) == ["250 2.0.0 Stored"]
        assert [mail["recipients"] for mail in stored(tenant)] == [[tagged[0], tenant.address], [tagged[1]]]
        assert len({mail["digest"] for mail in stored(tenant)}) == 2
        assert [mail["recipients"] for mail in stored(neighbour)] == [[neighbour.address]]
        assert [len(ids) for _, ids in door.rung] == [3]

    def test_a_repeat_is_counted(self, instance: Settings, tenant: Tenant):
        """Transport headers differ between two deliveries of one mail; it is the same mail."""
        with open_door(instance) as door, greeted(door) as client:
            for number in range(3):
                trace = b"Received: from x by y; %d\r\n" % number
                assert client.mail(trace + b"Subject: x\r\n\r\nx\r\n", tenant.address)[0].startswith("250")
        (mail,) = stored(tenant)
        assert mail["repeats"] == 2
        assert mail["content"].startswith(b"Received: from x by y; 0")
        assert (door.metrics.accepted, door.metrics.stored, door.metrics.repeats) == (3, 1, 2)
