"""One mail, and how many rows it makes."""

from uuid import UUID

from gateway.addresses import Target
from gateway.arrivals import Origin, arrivals

ORIGIN = Origin("ann@client.test", "192.0.2.1", "client.test", "esmtp")
ONE, TWO = (Target(UUID(int=org), UUID(int=org + 10), f"support@{org}.test") for org in (1, 2))
TAG = "r" + "a" * 38


def test_addresses_of_one_mailbox_share_a_row_but_signed_tags_do_not():
    recipients = [
        ("support@1.test", ONE), ("Support+x@1.test", ONE), (f"support+{TAG}@1.test", ONE), ("support@2.test", TWO),
        (f"SUPPORT+{TAG.upper()}@1.test", ONE), ("support@1.test", ONE), ("support+" + "r" * 38 + "@1.test", ONE),
    ]  # fmt: skip
    rows = arrivals(recipients, b"x", ORIGIN)
    assert [(row.mailbox_id, row.recipients) for row in rows] == [
        (ONE.mailbox_id, ("support@1.test", "Support+x@1.test", "support+" + "r" * 38 + "@1.test")),
        (ONE.mailbox_id, (f"support+{TAG}@1.test", f"SUPPORT+{TAG.upper()}@1.test")),
        (TWO.mailbox_id, ("support@2.test",)),
    ]
    assert len({row.digest for row in rows}) == 3
    assert len({row.id for row in rows}) == 3
    assert all((row.content, row.mail_from, row.helo) == (b"x", ORIGIN.mail_from, ORIGIN.helo) for row in rows)
