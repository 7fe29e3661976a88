"""The scene of fetched mail: a mailbox is leased, logged in to, gone through, breaks, and is given back."""

import asyncio
from datetime import UTC, datetime

from sqlalchemy import text

from gateway.accept import Acceptor, Mail
from gateway.cli.find import organizations
from gateway.imap import leases
from gateway.imap.leases import Figures
from gateway.imap.login import read
from gateway.imap.taking import rows
from gateway.imap.uids import uids
from gateway.metrics import Metrics
from models.base import uuid7
from models.database import hang_up, transaction
from models.fetching import fetch_since
from models.mailbox_login import Place, Taken, TakenUidl
from tests.migrations.props import Props, mail
from workers.clock.task import tell

MADE = text(
    "INSERT INTO mailboxes (org_id, id, address, name, kind, imap_settings)"
    " VALUES (:org, :id, 'fetched@harbour.test', 'Fetched', 'imap', CAST(:settings AS jsonb))"
)
SETTINGS = '{"host": "imap.test", "user": "fetched"}'


def mail_is_fetched(props: Props) -> None:
    """For the first organization; its mailbox is paused afterwards, so that no other scene leases it."""
    org, box = organizations()[0].id, uuid7()
    with transaction(org, role="admin") as connection:
        connection.execute(MADE, {"org": org, "id": box, "settings": SETTINGS})
        assert fetch_since(connection, org, box, datetime.now(UTC))
    asyncio.run(_fetch(props))
    tell()
    with transaction(org, role="admin") as connection:
        connection.execute(text("UPDATE mailboxes SET is_active = false WHERE id = :id"), {"id": box})
    props.fleet.work()
    assert [one["letter"] for one in props.json("outbox", "list", "--org", "demo")].count("mailbox_broken") == 1


async def _fetch(props: Props) -> None:
    try:
        acceptor = Acceptor(Metrics(), props.fleet.ring, max_queued_bytes=1 << 24, login="fetcher")
        lease = await leases.lease()
        assert lease
        login = read(lease, await leases.login_rows(lease))
        assert (await leases.cursor(lease, "INBOX")).uidvalidity is None
        place = Place(lease.mailbox, lease.holder, "INBOX", 7)
        content = mail("carol@customer.test", "Fetched", "By IMAP", Message_ID="<fetched@customer.test>")
        fetched = [Mail(rows(login, content), Taken(place, uid)) for uid in (1, 2)]
        assert await acceptor.accept_all(fetched) == [None, None]
        await leases.advance(place, 9)
        await leases.surveyed(place, uids([5]), datetime.now(UTC))
        assert list((await leases.cursor(lease, "INBOX")).ledger) == [1, 2]
        by_pop = Mail(rows(login, content), TakenUidl(place, "one", 9))
        assert await acceptor.accept_all([by_pop]) == [None]
        assert await leases.uidls(lease, ["one"]) == {"one": (9, True)}
        await leases.note_health(lease, None)
        await leases.note_figures(lease, Figures(1.5, None, 1, 1))
        assert list(await leases.renew([lease])) == [lease.mailbox]
        for _ in range(2):
            await leases.note_health(lease, "you are not let in", permanent=True)
        await leases.release(lease)
    finally:
        await hang_up()
