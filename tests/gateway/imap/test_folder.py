"""The ledger of a folder: what was taken is never taken again, what was passed over is found, numbers may change."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from gateway.imap import house
from models.database import transaction
from models.fetching import fetch_since
from models.settings import Settings
from tests.conftest import Tenant
from tests.door import stored
from tests.gateway.imap.hostile import Hostile, Talk
from tests.imap import FetchingDoor, Pymap, cursor, health, mail, mailbox, subjects
from tests.waiting import until

LONG_AGO = datetime.now(UTC) - timedelta(days=400)


@pytest.fixture
def server(certificate: Path) -> Iterator[Hostile]:
    """It behaves unless told otherwise."""
    with Hostile(certificate) as running:
        yield running


@pytest.fixture
def hasty(near: Settings) -> Settings:
    """Settings with which a folder is gone through all the time."""
    return near.model_copy(update={"imap_survey_seconds": 0.2, "imap_poll_seconds": 0.1})


def forget(tenant: Tenant, uids: str) -> None:
    """Plant a gap: mails that were passed over."""
    query = text("UPDATE mailbox_cursors SET ledger = ledger - CAST(:uids AS int8multirange)")
    with transaction(tenant.id) as connection:
        connection.execute(query, {"uids": uids})
        connection.execute(text("UPDATE raw_mail SET digest = id::text::bytea"))


def well(tenant: Tenant, box: object) -> bool:
    return health(tenant, box).last_seen_at is not None  # type: ignore[arg-type]  # an identifier


def test_old_mail_that_was_there_before_is_left_alone_but_not_what_is_moved_in_later(
    tenant: Tenant, server: Hostile, door: FetchingDoor
):
    server.mails = {1: mail("Old"), 2: mail("New"), 3: mail("Older")}
    server.dates = {1: LONG_AGO, 3: LONG_AGO}
    box = mailbox(tenant, server.access)
    until(lambda: well(tenant, box))
    assert subjects(stored(tenant)) == ["New"]
    server.mails[4], server.dates[4] = mail("Moved in by a colleague"), LONG_AGO
    until(lambda: subjects(stored(tenant)) == ["New", "Moved in by a colleague"])
    assert cursor(tenant, box).highest_uid == 4


def test_a_mailbox_says_how_far_back_it_is_fetched_and_going_further_back_is_no_alarm(
    tenant: Tenant, server: Hostile, hasty: Settings, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(house, "RENEW_EVERY", 0.1)
    server.mails = {1: mail("Old"), 2: mail("Older")}
    server.dates = {1: LONG_AGO, 2: LONG_AGO - timedelta(days=300)}
    box = mailbox(tenant, server.access)
    with FetchingDoor(hasty):
        until(lambda: well(tenant, box))
    assert stored(tenant) == []
    with FetchingDoor(hasty):
        with transaction(tenant.id) as connection:
            assert fetch_since(connection, tenant.id, box, LONG_AGO - timedelta(days=1))
        until(lambda: subjects(stored(tenant)) == ["Old"])
        until(lambda: cursor(tenant, box).complete_since < LONG_AGO)
    assert health(tenant, box).gap_alarms == 0


def test_a_gap_is_filled_and_counted(tenant: Tenant, server: Hostile, hasty: Settings):
    server.mails = {uid: mail(f"Mail {uid}") for uid in range(1, 8)}
    box = mailbox(tenant, server.access)
    with FetchingDoor(hasty):
        until(lambda: len(stored(tenant)) == 7 and well(tenant, box))
        forget(tenant, "{[3,5)}")
        until(lambda: len(stored(tenant)) == 9)
        until(lambda: health(tenant, box).gap_alarms == 2)
        until(lambda: [(one.lower, one.upper) for one in cursor(tenant, box).ledger] == [(1, 8)])
    assert subjects(stored(tenant))[7:] == ["Mail 3", "Mail 4"]


def test_a_folder_that_was_numbered_anew_is_gone_through_and_nothing_is_there_twice(
    tenant: Tenant, server: Hostile, hasty: Settings
):
    server.mails = {uid: mail(f"Mail {uid}") for uid in (1, 2, 3)}
    box = mailbox(tenant, server.access)
    with FetchingDoor(hasty):
        until(lambda: len(stored(tenant)) == 3 and well(tenant, box))
        server.uidvalidity, server.mails = 8, {uid + 10: mail(f"Mail {uid}") for uid in (1, 2, 3, 4)}
        server.hang_up()
        until(lambda: len(stored(tenant)) == 4)
        until(lambda: [(one.lower, one.upper) for one in cursor(tenant, box).ledger] == [(11, 15)])
    assert (cursor(tenant, box).uidvalidity, cursor(tenant, box).highest_uid) == (8, 14)
    assert [one["repeats"] for one in stored(tenant)] == [1, 1, 1, 0]
    assert health(tenant, box).gap_alarms == 0


def test_what_is_too_large_is_told_and_taken_when_it_may_be(tenant: Tenant, server: Hostile, hasty: Settings):
    server.mails = {1: mail("Small"), 2: mail("Large", body="x" * 5000), 3: mail("Small, too")}
    box = mailbox(tenant, server.access)
    with FetchingDoor(hasty.model_copy(update={"max_message_bytes": 2000})):
        until(lambda: health(tenant, box).set_aside == 1)
        until(lambda: len(stored(tenant)) == 2)
        server.mails[4] = mail("Large as well", body="x" * 5000)
        until(lambda: health(tenant, box).set_aside == 2)
    assert [(one.lower, one.upper) for one in cursor(tenant, box).set_aside] == [(2, 3), (4, 5)]
    with FetchingDoor(hasty):
        until(lambda: len(stored(tenant)) == 4)
        until(lambda: health(tenant, box).set_aside == 0)
    assert health(tenant, box).gap_alarms == 0


def test_a_mail_that_the_server_does_not_give_out_stops_no_other(tenant: Tenant, server: Hostile, hasty: Settings):
    server.mails = {uid: mail(f"Mail {uid}") for uid in (1, 2, 3)}

    def withholds(talk: Talk, tag: str, said: str) -> None:
        wanted, _, items = said.partition(" ")
        if "BODY" in items and "2" in wanted.replace(":", ",2,").split(","):
            talk.say(f"{tag} NO the mail cannot be retrieved")
        else:
            talk.do_fetch(tag, said)

    server.tricks["FETCH"] = withholds
    box = mailbox(tenant, server.access)
    with FetchingDoor(hasty):
        until(lambda: sorted(subjects(stored(tenant))) == ["Mail 1", "Mail 3"])
        until(lambda: health(tenant, box).set_aside == 1)
        assert health(tenant, box).error_count == 0
        server.tricks.clear()
        until(lambda: len(stored(tenant)) == 3)
        until(lambda: health(tenant, box).set_aside == 0)


def test_a_mail_at_which_the_connection_breaks_stops_the_others_for_a_while_only(
    tenant: Tenant, server: Hostile, hasty: Settings
):
    server.mails = {uid: mail(f"Mail {uid}") for uid in (1, 2, 3)}

    def breaks(talk: Talk, tag: str, said: str) -> None:
        wanted, _, items = said.partition(" ")
        if "BODY" in items and (wanted == "2" or ":" in wanted or "," in wanted):
            talk.server.hang_up()
        talk.do_fetch(tag, said)

    server.tricks["FETCH"] = breaks
    box = mailbox(tenant, server.access)
    with FetchingDoor(hasty):
        until(lambda: sorted(subjects(stored(tenant))) == ["Mail 1", "Mail 3"])
        until(lambda: health(tenant, box).set_aside == 1)


def test_a_mail_that_is_gone_when_it_is_fetched_is_no_trouble(tenant: Tenant, server: Hostile, door: FetchingDoor):
    server.mails = {1: mail("Stays"), 2: mail("Goes")}

    def expunges(talk: Talk, tag: str, said: str) -> None:
        talk.do_fetch(tag, said)
        server.mails.pop(2, None)

    server.tricks["FETCH"] = expunges
    box = mailbox(tenant, server.access)
    until(lambda: well(tenant, box))
    server.mails[3] = mail("Comes")
    until(lambda: subjects(stored(tenant)) == ["Stays", "Comes"])
    assert health(tenant, box).error_count == 0


def test_what_people_mark_and_move_is_fetched_all_the_same(tenant: Tenant, pymap: Pymap, near: Settings):
    pymap.put(mail("Read by somebody"), mail("Unread"))
    with pymap.client() as other:
        other.add_flags(other.search(["ALL"])[:1], [b"\\Seen", b"\\Flagged"])
    mailbox(tenant, pymap.access)
    with FetchingDoor(near):
        until(lambda: len(stored(tenant)) == 2)
        with pymap.client() as other:
            other.create_folder("Done")
            other.move(other.search(["ALL"]), "Done")
        pymap.put(mail("Third"))
        until(lambda: len(stored(tenant)) == 3)
        with pymap.client("Done") as other:
            other.move(other.search(["ALL"])[:1], "INBOX")
        until(lambda: [one["repeats"] for one in stored(tenant)] == [1, 0, 0])
    assert len(stored(tenant)) == 3


def test_several_folders_are_read(tenant: Tenant, pymap: Pymap, door: FetchingDoor):
    with pymap.client() as other:
        other.create_folder("Orders")
    pymap.put(mail("In the inbox"))
    pymap.put(mail("An order"), folder="Orders")
    box = mailbox(tenant, replace(pymap.access, folders=("inbox", "Orders")))
    until(lambda: sorted(subjects(stored(tenant))) == ["An order", "In the inbox"])
    pymap.put(mail("Another order"), folder="Orders")
    until(lambda: len(stored(tenant)) == 3)
    until(lambda: cursor(tenant, box, "Orders").highest_uid)


def test_while_a_backlog_comes_in_the_oldest_mail_that_waits_is_told(tenant: Tenant, server: Hostile, near: Settings):
    server.mails = {1: mail("One"), 2: mail("Two")}
    server.dates = {1: datetime.now(UTC) - timedelta(minutes=5)}
    held = threading.Event()

    def holds(talk: Talk, tag: str, said: str) -> None:
        if "BODY" in said:
            held.wait(30)
        talk.do_fetch(tag, said)

    server.tricks["FETCH"] = holds
    box = mailbox(tenant, server.access)
    with FetchingDoor(near):
        until(lambda: health(tenant, box).oldest_waiting_at)
        assert abs(health(tenant, box).oldest_waiting_at - server.dates[1]) < timedelta(seconds=1)
        held.set()
        until(lambda: len(stored(tenant)) == 2)
        until(lambda: health(tenant, box).oldest_waiting_at is None)
    assert 0 <= health(tenant, box).lag_seconds < 60
