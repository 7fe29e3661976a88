"""The fetcher reads a mailbox's secret only while it leases it, and of everything else nothing."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from models.base import uuid7
from models.database import transaction
from models.settings import Login
from tests.conftest import Tenant
from tests.models.leasing import (
    ADVANCE,
    HEALTH,
    LEASE,
    LOGIN,
    READ,
    RELEASE,
    SEALED,
    SETTINGS,
    TOKEN,
    UNDER_LEASE,
    advance,
    expire,
    fetch,
    lease,
    make_box,
    multirange,
    pause,
    work,
)
from tests.waiting import until


def test_a_mailbox_is_leased_to_one_holder_at_a_time(tenant: Tenant, box: UUID):
    assert [tuple(row) for row in fetch(LEASE, holder="a", lease="10 minutes")] == [(tenant.id, box)]
    assert lease("a") == lease("b") == []
    expire(tenant, box)
    assert lease("b") == [box]


def test_two_who_ask_at_once_get_different_mailboxes(tenant: Tenant, box: UUID):
    other = uuid7()
    with transaction(tenant.id) as connection:
        make_box(connection, tenant.id, other)
    assert lease("first") == [box]  # so that both have their cursors
    fetch(RELEASE, box=box, holder="first")
    query, said = text(LEASE), {"lease": "10 minutes"}
    with transaction(login="fetcher") as one, transaction(login="fetcher") as two, transaction(login="fetcher") as last:
        got = [connection.execute(query, {"holder": f"{connection}", **said}).all() for connection in (one, two, last)]
    assert {row.mailbox_id for rows in got for row in rows} == {box, other}
    assert got[2] == []


def test_many_who_ask_at_once_never_share_a_mailbox(tenant: Tenant, box: UUID):
    with transaction(tenant.id) as connection:
        for _ in range(4):
            make_box(connection, tenant.id, uuid7())
    with ThreadPoolExecutor(8) as pool:
        got = [found for one in pool.map(lease, map(str, range(40))) for found in one]
    assert len(got) == len(set(got)) == 5


def test_the_longest_neglected_comes_first(tenant: Tenant, box: UUID):
    other = uuid7()
    with transaction(tenant.id) as connection:
        make_box(connection, tenant.id, other)
    turns = []
    for turn in range(4):
        (found,) = lease(f"h{turn}")
        fetch(RELEASE, box=found, holder=f"h{turn}")
        turns.append(found)
    assert turns == [box, other, box, other]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE mailboxes SET is_active = false WHERE org_id = :org",
        "UPDATE mailboxes SET kind = 'smtp' WHERE org_id = :org",
        "UPDATE organizations SET is_active = false WHERE id = :org",
    ],
)
def test_what_is_paused_is_not_leased_and_gives_no_secret(tenant: Tenant, box: UUID, change):
    assert lease("a") == [box]
    assert fetch(LOGIN, box=box, holder="a")
    work(tenant, change)
    assert fetch(LOGIN, box=box, holder="a") == []
    expire(tenant, box)
    assert lease("b") == []


@pytest.mark.parametrize(
    ("holder", "time"),
    [("", "1 minute"), (None, "1 minute"), ("a", "0"), ("a", "-1 minute"), ("a", "1 day"), ("a", None)],
)
def test_a_lease_has_a_holder_and_an_end(tenant: Tenant, box: UUID, holder, time):
    with pytest.raises(DBAPIError, match="lasts from a second"):
        fetch(LEASE, holder=holder, lease=time)


def test_the_holder_logs_in_with_what_is_sealed_for_receiving(tenant: Tenant, box: UUID):
    lease("a")
    (row,) = fetch(LOGIN, box=box, holder="a")
    assert (row.org_id, row.address, row.imap_settings) == (tenant.id, f"{box.hex}@x.test", SETTINGS)
    assert (row.kind, bytes(row.sealed), row.key_id, row.expires_at) == ("imap_password", SEALED, "k1", None)


HOW = ("never leased", "another's", "run out", "given back", "no such mailbox")
WITHOUT = [(how, query) for how in HOW for query in UNDER_LEASE if (how, query) != ("run out", TOKEN)]  # told below


@pytest.mark.parametrize(("how", "query"), WITHOUT, ids=lambda said: said.split("(")[0].removeprefix("SELECT "))
def test_nothing_without_the_lease(tenant: Tenant, box: UUID, how, query):
    if how != "never leased":
        lease("b" if how == "another's" else "a")
    if how == "run out":
        expire(tenant, box)
    if how == "given back":
        fetch(RELEASE, box=box, holder="a")
    asked = uuid7() if how == "no such mailbox" else box
    with pytest.raises(ProgrammingError, match="no lease on that mailbox"):
        fetch(query, box=asked, holder="a", **UNDER_LEASE[query])


def test_an_identifier_that_two_organizations_made_leads_to_neither(tenant: Tenant, neighbour: Tenant, box: UUID):
    with transaction(neighbour.id) as connection:
        make_box(connection, neighbour.id, box)
    assert lease("a") == lease("b") == [box]
    assert {row.org_id for holder in "ab" for row in fetch(LOGIN, box=box, holder=holder)} == {tenant.id, neighbour.id}
    for one in (tenant, neighbour):
        work(one, "UPDATE mailbox_cursors SET leased_by = 'a' WHERE org_id = :org AND mailbox_id = :box", box=box)
    with pytest.raises(ProgrammingError, match="no lease on that mailbox"):
        fetch(LOGIN, box=box, holder="a")
    pause(neighbour)


def test_nobody_takes_a_mailbox_whose_holder_is_still_writing(tenant: Tenant, box: UUID):
    fetch(LEASE, holder="a", lease="1 second")
    is_over = "SELECT leased_until < clock_timestamp() FROM mailbox_cursors WHERE org_id = :org AND mailbox_id = :box"
    with transaction(login="fetcher") as writer:
        writer.execute(text(ADVANCE), {"box": box, "holder": "a", **UNDER_LEASE[ADVANCE], "folder": "Archive"})
        until(lambda: work(tenant, is_over, box=box).scalar())
        assert lease("b") == []
    assert lease("b") == [box]


def test_a_cursor_gathers_and_never_goes_back(box: UUID):
    lease("a")
    assert fetch(READ, box=box, holder="a", folder="INBOX") == []
    assert advance(box, 7, 5, "{[1,6)}") == (7, 5, multirange((1, 6)))
    assert advance(box, 7, 9, "{[8,10)}") == (7, 9, multirange((1, 6), (8, 10)))
    assert advance(box, 7, 3, "{[2,4),[6,8)}") == (7, 9, multirange((1, 10)))
    assert advance(box, 7, 2, "{[1,3)}", "Archive") == (7, 2, multirange((1, 3)))
    assert advance(box, 7, 9, "{}")[1:] == (9, multirange((1, 10)))


def test_a_changed_uidvalidity_starts_the_ledger_anew(box: UUID):
    lease("a")
    advance(box, 7, 9, "{[1,10)}")
    assert advance(box, 8, 2, "{[2,3)}") == (8, 2, multirange((2, 3)))
    assert advance(box, 7, 1, "{[1,2)}") == (7, 1, multirange((1, 2)))


@pytest.mark.parametrize(
    ("folder", "validity", "highest", "seen"),
    [
        ("INBOX", 0, 1, "{}"),
        ("INBOX", None, 1, "{}"),
        ("INBOX", 2**32, 1, "{}"),
        ("INBOX", 1, -1, "{}"),
        ("INBOX", 1, None, "{}"),
        ("INBOX", 1, 1, "{[0,2)}"),
        ("INBOX", 1, 1, "{[1,)}"),
        ("inbox", 1, 1, "{}"),
        ("", 1, 1, "{}"),
    ],
)
def test_what_no_server_may_say_is_refused(box: UUID, folder, validity, highest, seen):
    lease("a")
    with pytest.raises(DBAPIError, match=r"violates|UIDVALIDITY"):
        advance(box, validity, highest, seen, folder)


def test_health_counts_errors_until_it_is_seen_again(tenant: Tenant, box: UUID):
    lease("a")
    found = "SELECT last_seen_at, last_error, error_count, last_error_at FROM mailboxes WHERE id = :id"
    fetch(HEALTH, box=box, holder="a", error="NO\r\n\x1b[31mgo away\x9b" + "x" * 2000)
    fetch(HEALTH, box=box, holder="a", error="NO again")
    row = work(tenant, found, id=box).one()
    assert (row.last_seen_at, row.last_error, row.error_count) == (None, "NO again", 2)
    fetch(HEALTH, box=box, holder="a", error="NO\r\n\x1b[31mgo away\x9b" + "x" * 2000)
    assert work(tenant, found, id=box).one().last_error == ("NO [31mgo away " + "x" * 2000)[:1000]
    fetch(HEALTH, box=box, holder="a", error=None)
    row = work(tenant, found, id=box).one()
    assert row.last_seen_at > row.last_error_at
    assert (row.last_error, row.error_count) == (None, 0)


def test_the_fetcher_stores_mail_and_counts_repeats(tenant: Tenant, box: UUID):
    store = (
        "INSERT INTO raw_mail (id, org_id, mailbox_id, digest, content, size, mail_from, recipients, protocol)"
        " VALUES (:id, :org, :box, 'd', 'c', 1, '', '{}', 'imap') ON CONFLICT DO NOTHING"
    )
    again = "SELECT note_repeats(ARRAY[CAST(:id AS uuid)], ARRAY[CAST(:box AS uuid)], ARRAY[CAST('d' AS bytea)])"
    with transaction(login="fetcher") as connection:
        for _ in range(2):
            said = {"id": uuid7(), "org": tenant.id, "box": box}
            stored = connection.execute(text(store), said).rowcount
        assert stored == 0
        connection.execute(text(again), said)
    assert work(tenant, "SELECT repeats FROM raw_mail WHERE org_id = :org").scalars().all() == [1]


@pytest.mark.parametrize("query", [LEASE, *UNDER_LEASE], ids=lambda query: query.split("(")[0].split()[-1])
@pytest.mark.parametrize("login", ["gateway", "app"])
def test_only_the_fetcher_calls_what_is_under_lease(tenant: Tenant, box: UUID, login: Login, query):
    lease("a")
    said = {"box": box, "holder": "a", "lease": "1 minute", **UNDER_LEASE.get(query, {})}
    with pytest.raises(ProgrammingError, match="permission denied"), transaction(tenant.id, login=login) as connection:
        connection.execute(text(query), said)
