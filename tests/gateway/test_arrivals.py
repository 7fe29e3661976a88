"""One mail, and how many rows it makes."""

from uuid import UUID

from gateway.addresses import Target
from gateway.arrivals import Origin, arrivals

ORIGIN = Origin("ann@client.test", "192.0.2.1", "client.test", "esmtp")
ONE, TWO = (Target(UUID(int=org), UUID(int=org + 10), f"support@{org}.test") for org in (1, 2))
TAG = "r" + "a" * 38


OTHER = "b" + "c" * 38


def test_one_row_for_each_mailbox():
    recipients = [("support@1.test", ONE), ("Support+x@1.test", ONE), ("support@2.test", TWO), ("support@1.test", ONE)]
    rows = arrivals(recipients, b"x", ORIGIN)
    assert [(row.mailbox_id, row.recipients) for row in rows] == [
        (ONE.mailbox_id, ("support@1.test", "Support+x@1.test")),
        (TWO.mailbox_id, ("support@2.test",)),
    ]
    assert len({row.id for row in rows}) == 2
    assert all((row.content, row.mail_from, row.helo) == (b"x", ORIGIN.mail_from, ORIGIN.helo) for row in rows)


def test_signed_tags_have_their_own_and_the_plain_address_joins():
    upper = f"SUPPORT+{TAG.upper()}@1.test"
    recipients = [
        ("support@1.test", ONE), (f"support+{TAG}@1.test", ONE), ("support@2.test", TWO), (upper, ONE),
        (f"support+{OTHER}@1.test", ONE),
    ]  # fmt: skip
    assert [row.recipients for row in arrivals(recipients, b"x", ORIGIN)] == [
        (f"support+{TAG}@1.test", upper, "support@1.test"),
        (f"support+{OTHER}@1.test",),
        ("support@2.test",),
    ]
    assert len({row.digest for row in arrivals(recipients, b"x", ORIGIN)}) == 3


def test_what_only_looks_like_a_tag_is_plain():
    looks = f"support+{TAG[:-1]}@1.test"
    assert [row.recipients for row in arrivals([("support@1.test", ONE), (looks, ONE)], b"x", ORIGIN)] == [
        ("support@1.test", looks)
    ]
