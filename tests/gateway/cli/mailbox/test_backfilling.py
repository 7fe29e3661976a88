"""Old mail at a provider is fetched from a date on, while the door runs."""

from datetime import UTC, datetime

import pytest

from tests.conftest import Tenant
from tests.gateway.cli.desk import Desk
from tests.imap import Access, mailbox


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2026-01-31", datetime(2026, 1, 31, tzinfo=UTC)),
        ("2026-01-31T10:30:00", datetime(2026, 1, 31, 10, 30, tzinfo=UTC)),
    ],
)
def test_it_is_fetched_since_then(tenant: Tenant, desk: Desk, said: str, meant: datetime):
    mailbox(tenant, Access(port=993))
    shown = desk.json("mailbox", "backfill", f"fetched@{tenant.domain}", "--since", said)
    assert datetime.fromisoformat(shown["fetch"]["since"]) == meant
    assert "is fetched since 2026-01-31" in desk("mailbox", "backfill", f"fetched@{tenant.domain}", "--since", said).out


def test_one_that_is_not_fetched_says_what_to_do(tenant: Tenant, desk: Desk):
    said = desk.refuses("mailbox", "backfill", tenant.address, "--since", "2026-01-31")
    assert "is not fetched" in said
    assert "--fetch" in said
