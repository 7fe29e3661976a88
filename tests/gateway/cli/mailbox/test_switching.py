"""Paused, resumed, removed: the door hears of it, no ticket is lost, no secret is left."""

import pytest
from sqlalchemy import text

from models.database import transaction
from models.settings import Settings
from tests.conftest import Tenant
from tests.gateway.cli.desk import Desk, change, rows, run
from tests.imap import Access, mailbox


def receives(address: str) -> bool:
    """Whether the door would take mail for it."""
    with transaction(login="gateway") as connection:
        return bool(connection.execute(text("SELECT * FROM resolve_address(:a)"), {"a": address}).all())


def secrets(tenant: Tenant) -> int:
    """How many there are."""
    return len(rows(tenant, "SELECT 1 FROM mailbox_tokens"))


def test_a_paused_mailbox_receives_nothing_until_it_is_resumed(tenant: Tenant, desk: Desk):
    assert desk.json("mailbox", "pause", tenant.address)["state"] == "paused"
    assert not receives(tenant.address)
    assert "is paused" in desk("mailbox", "pause", tenant.address).out
    assert desk.json("mailbox", "resume", tenant.address)["state"] == "active"
    assert receives(tenant.address)


def test_a_mailbox_that_nothing_belongs_to_is_deleted(tenant: Tenant, desk: Desk):
    box = mailbox(tenant, Access(port=993))
    removed = desk.json("mailbox", "remove", f"fetched@{tenant.domain}", "--yes")
    assert removed == {"address": f"fetched@{tenant.domain}", "org": tenant.slug, "outcome": "deleted"}
    assert not rows(tenant, "SELECT 1 FROM mailboxes WHERE id = :id", id=box)
    assert secrets(tenant) == 0


def test_one_with_tickets_is_closed_and_they_stay(tenant: Tenant, desk: Desk, number: str):
    assert desk.json("mailbox", "remove", tenant.address, "--yes")["outcome"] == "closed"
    assert not receives(tenant.address)
    assert desk.json("ticket", "show", number, "--org", tenant.slug)["number"] == number
    assert desk.json("mailbox", "show", tenant.address)["state"] == "removed"
    assert "was removed; open it again" in desk.refuses("mailbox", "resume", tenant.address)


def test_a_closed_one_has_no_secret_and_may_be_opened_again_or_by_others(
    tenant: Tenant, neighbour: Tenant, desk: Desk, number: str
):
    fetched = '{"host": "127.0.0.1", "user": "support"}'
    change(tenant, "UPDATE mailboxes SET kind = 'imap', imap_settings = :said WHERE id = :id", said=fetched,
           id=tenant.mailbox)  # fmt: skip
    change(
        tenant,
        "INSERT INTO mailbox_tokens (org_id, mailbox_id, kind, sealed, key_id)"
        " VALUES (:org, :box, 'imap_password', repeat('x', 40)::bytea, 'k')",
        org=tenant.id,
        box=tenant.mailbox,
    )
    desk.json("mailbox", "remove", tenant.address, "--yes")
    assert secrets(tenant) == 0
    shown = desk.json("mailbox", "show", tenant.address)
    assert (shown["kind"], shown["imap_settings"]) == ("smtp", {})
    again = desk.json("mailbox", "add", tenant.address, "--org", tenant.slug, "--name", "Again")
    assert (again["id"], again["state"], again["name"]) == (str(tenant.mailbox), "active", "Again")
    assert receives(tenant.address)
    desk.json("mailbox", "remove", tenant.address, "--yes")
    assert desk.json("mailbox", "add", tenant.address, "--org", neighbour.slug)["org"] == neighbour.slug
    assert desk.json("mailbox", "show", tenant.address)["org"] == neighbour.slug
    assert "cannot be used" in desk.refuses("mailbox", "add", tenant.address, "--org", tenant.slug)
    assert desk.json("ticket", "show", number, "--org", tenant.slug)["number"] == number


def test_nobody_to_ask_means_no(instance: Settings, tenant: Tenant):
    done = run("mailbox", "remove", tenant.address, data=instance.home)
    assert done.returncode == 1
    assert b"say so with --yes" in done.stderr
    assert receives(tenant.address)


@pytest.mark.parametrize(
    ("change_to", "kept"),
    [
        ('{"host": "evil.test", "user": "support"}', False),
        ('{"host": "127.0.0.1", "user": "support", "port": 1143}', True),
        ('{"host": "127.0.0.1", "user": "another"}', False),
        ('{"host": "127.0.0.1", "user": "support", "folders": ["INBOX", "Sales"]}', True),
    ],
)
def test_whoever_changes_the_server_has_to_give_the_secret_anew(tenant: Tenant, change_to: str, kept: bool):
    """FreeScout CVE-2026-40569: a new host was told the password of the old one."""
    box = mailbox(tenant, Access(port=993))
    change(tenant, "UPDATE mailboxes SET imap_settings = imap_settings - 'port' - 'folders' - 'tls' - 'auth'")
    change(
        tenant,
        "INSERT INTO mailbox_tokens (org_id, mailbox_id, kind, sealed, key_id)"
        " VALUES (:org, :box, 'imap_password', repeat('x', 40)::bytea, 'k') ON CONFLICT DO NOTHING",
        org=tenant.id,
        box=box,
    )
    change(tenant, "INSERT INTO mailbox_cursors (org_id, mailbox_id, folder) VALUES (:org, :box, 'INBOX')",
           org=tenant.id, box=box)  # fmt: skip
    change(tenant, "UPDATE mailboxes SET imap_settings = CAST(:said AS jsonb) WHERE id = :box", said=change_to, box=box)
    assert (secrets(tenant) == 1) is kept
    assert bool(rows(tenant, "SELECT 1 FROM mailbox_cursors WHERE mailbox_id = :box", box=box)) is kept
