"""Mailboxes come and go while the door runs; each is in one process, and one that is busy keeps no other waiting."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from gateway.imap import house, leases
from models.database import transaction
from models.mailbox_login import TokenKind
from models.mailbox_secrets import put_secret
from models.settings import Settings, configure
from tests.conftest import Tenant
from tests.door import stored
from tests.gateway.imap.hostile import Hostile, Talk
from tests.imap import FetchingDoor, cursor, health, mail, mailbox, subjects
from tests.waiting import until


@pytest.fixture
def server(certificate: Path) -> Iterator[Hostile]:
    with Hostile(certificate, [mail("One")]) as running:
        yield running


@pytest.fixture
def prompt(near: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Leases are renewed all the time."""
    monkeypatch.setattr(house, "RENEW_EVERY", 0.1)
    return near


def change(tenant: Tenant, statement: str, box: object) -> None:
    with transaction(tenant.id) as connection:
        connection.execute(text(statement), {"box": box})


def test_a_mailbox_that_is_paused_is_let_go_and_fetched_again_when_it_is_resumed(
    tenant: Tenant, server: Hostile, prompt: Settings
):
    box = mailbox(tenant, server.access)
    with FetchingDoor(prompt):
        until(lambda: len(stored(tenant)) == 1)
        change(tenant, "UPDATE mailboxes SET is_active = false WHERE id = :box", box)
        until(lambda: cursor(tenant, box).leased_by is None)
        server.mails[2] = mail("Two")
        change(tenant, "UPDATE mailboxes SET is_active = true WHERE id = :box", box)
        until(lambda: len(stored(tenant)) == 2)


def test_a_mailbox_that_was_changed_is_logged_in_to_anew(tenant: Tenant, server: Hostile, prompt: Settings):
    box = mailbox(tenant, server.access)
    with FetchingDoor(prompt):
        until(lambda: len(stored(tenant)) == 1)
        wish = 'UPDATE mailboxes SET imap_settings = imap_settings || \'{"user": "another"}\' WHERE id = :box'
        with transaction(tenant.id) as connection:
            connection.execute(text(wish), {"box": box})  # forgets the password of the user it had
            put_secret(connection, tenant.id, box, TokenKind.IMAP_PASSWORD, server.access.password)
        until(lambda: any("another" in words for _, words in server.said))


def test_a_lease_that_goes_on_is_kept_and_its_mark_stays(tenant: Tenant, server: Hostile, prompt: Settings):
    box = mailbox(tenant, server.access)
    with FetchingDoor(prompt):
        until(lambda: len(stored(tenant)) == 1)
        before = cursor(tenant, box)
        until(lambda: cursor(tenant, box).leased_until > before.leased_until)
        assert cursor(tenant, box).leased_by == before.leased_by
    assert server.connections == 1
    assert leases.LEASE.total_seconds() > 3 * 20.0, "two renewals may fail before the mailbox is anybody's"


def test_of_two_doors_one_has_the_mailbox_and_the_other_follows_it(tenant: Tenant, server: Hostile, near: Settings):
    box = mailbox(tenant, server.access)
    with FetchingDoor(near):
        until(lambda: len(stored(tenant)) == 1)
        assert transaction_leases() == []
    with FetchingDoor(near):
        server.mails[2] = mail("Two")
        until(lambda: len(stored(tenant)) == 2)
    assert cursor(tenant, box).leased_by is None


def transaction_leases() -> list[object]:
    """What another process could lease now."""
    with transaction(login="fetcher") as connection:
        return list(connection.execute(text("SELECT * FROM lease_mailbox('another', '1 minute')")))


def test_one_that_has_much_or_does_not_answer_keeps_no_other_waiting(
    tenant: Tenant, neighbour: Tenant, server: Hostile, certificate: Path, near: Settings
):
    """More mailboxes of one organization than threads it may have wait for a server that says nothing."""
    with Hostile(certificate) as dead:
        dead.tricks["SEARCH"] = lambda talk, *_: listen(talk)
        for number in range(20):
            mailbox(tenant, dead.access, name=f"box{number}")
        with FetchingDoor(near):
            until(lambda: dead.heard.count("SEARCH UID *") >= 16)
            mailbox(neighbour, server.access)
            until(lambda: subjects(stored(neighbour)) == ["One"])
            dead.hang_up()


def listen(talk: Talk) -> None:
    talk.hear()


def test_a_door_has_only_so_many(tenant: Tenant, server: Hostile, near: Settings):
    boxes = [mailbox(tenant, server.access, name=f"box{number}") for number in range(3)]
    with FetchingDoor(near.model_copy(update={"imap_mailboxes": 2})):
        until(lambda: sum(health(tenant, box).last_seen_at is not None for box in boxes) == 2)
        assert len(transaction_leases()) == 1


def test_the_database_goes_away_and_comes_back(tenant: Tenant, server: Hostile, near: Settings):
    """Its sessions are ended under the door."""
    mailbox(tenant, server.access)
    end = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = 'postern_fetcher'"
    with FetchingDoor(near):
        until(lambda: len(stored(tenant)) == 1)
        with transaction(login="admin") as connection:
            connection.execute(text("GRANT postern_fetcher TO CURRENT_USER"))
            assert connection.scalar(text(end))
            connection.execute(text("REVOKE postern_fetcher FROM CURRENT_USER"))
        server.mails[2] = mail("Two")
        until(lambda: subjects(stored(tenant)) == ["One", "Two"])


def test_a_host_in_a_private_network_is_not_connected_to(tenant: Tenant, server: Hostile, near: Settings):
    configure(own_networks="10.0.0.0/8")
    box = mailbox(tenant, replace(server.access))
    with FetchingDoor(near):
        until(lambda: "POSTERN_OWN_NETWORKS" in (health(tenant, box).last_error or ""))
    assert server.connections == 0
