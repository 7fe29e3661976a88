"""What a mailbox wishes, and how it fares: understood whole or told; nothing that could delete mail is guessed."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError

from gateway.embedded import EmbeddedPostgres
from models.base import uuid7
from models.database import transaction
from models.fetching import HEADSTART, After, Unclear, read
from models.settings import Settings
from tests.conftest import Tenant
from tests.models.leasing import (
    FIGURES,
    HEALTH,
    READ,
    RENEW,
    SURVEY,
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

MADE = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)


def test_without_wishes_nothing_is_touched_and_old_mail_is_left_alone():
    found = read({}, MADE)
    assert (found.after, found.folder, found.since) == (After.LEAVE, "", MADE - HEADSTART)


@pytest.mark.parametrize(
    ("said", "since"),
    [
        ("2026-01-31", datetime(2026, 1, 31, tzinfo=UTC)),
        ("2026-01-31T12:00:00+02:00", datetime(2026, 1, 31, 10, tzinfo=UTC)),
    ],
)
def test_how_far_back(said: str, since: datetime):
    assert abs(read({"since": said}, MADE).since - since) < timedelta(seconds=1)


def test_what_is_done_afterwards():
    assert read({"after": "seen"}, MADE).after == After.SEEN
    assert read({"after": "move", "folder": "Done"}, MADE).folder == "Done"


@pytest.mark.parametrize(
    "said",
    [{"after": "DELETE"}, {"after": None}, {"after": ["delete"]}, {"after": "move"}, {"since": "soon"}, {"since": 7},
     {"after": "move", "folder": 7}],
)  # fmt: skip
def test_what_is_unclear_is_told(said: dict[str, Any]):
    with pytest.raises(Unclear, match="fetch"):
        read(said, MADE)


def test_figures_add_up_alarms_and_keep_the_last_lag(tenant: Tenant, box: UUID):
    lease("a")
    found = "SELECT lag_seconds, oldest_waiting_at IS NULL, gap_alarms, set_aside FROM mailboxes WHERE id = :id"
    fetch(FIGURES, box=box, holder="a", lag=2.5, oldest="2026-01-01", gaps=2, aside=3)
    assert tuple(work(tenant, found, id=box).one()) == (2.5, False, 2, 3)
    fetch(FIGURES, box=box, holder="a", lag=None, oldest=None, gaps=1, aside=0)
    assert tuple(work(tenant, found, id=box).one()) == (2.5, True, 3, 0)


def test_what_is_set_aside_is_no_longer_once_it_is_taken_or_numbered_anew(box: UUID):
    lease("a")

    def aside() -> tuple[str, bool]:
        (row,) = fetch(READ, box=box, holder="a", folder="INBOX")
        return str(row.set_aside), row.complete_since is not None

    said = {"box": box, "holder": "a", **UNDER_LEASE[SURVEY]}
    advance(box, 7, 9, "{[1,3)}")
    assert aside() == (multirange(), False)
    fetch(SURVEY, **said | {"validity": 7, "aside": "{[2,6)}"})
    assert aside() == (multirange((3, 6)), True)
    fetch(SURVEY, **said | {"validity": 8, "aside": "{[9,10)}"})
    advance(box, 7, 9, "{[4,5)}")
    assert aside() == (multirange((3, 4), (5, 6)), True)
    advance(box, 8, 1, "{}")
    assert aside() == (multirange(), False)


def renew(*pairs: tuple[UUID, str], time: str = "10 minutes") -> dict[UUID, str]:
    boxes, holders = [box for box, _ in pairs], [holder for _, holder in pairs]
    return {row.mailbox_id: row.mark for row in fetch(RENEW, boxes=boxes, holders=holders, lease=time)}


def test_a_lease_is_renewed_by_its_holder_only_and_while_it_runs(tenant: Tenant, box: UUID):
    lease("a")
    until_when = "SELECT leased_until FROM mailbox_cursors WHERE org_id = :org AND mailbox_id = :id"
    before = work(tenant, until_when, id=box).scalar()
    assert renew((box, "b"), (uuid7(), "a")) == {}
    assert work(tenant, until_when, id=box).scalar() == before
    assert renew((box, "a"), (box, "b"), time="20 minutes").keys() == {box}
    assert work(tenant, until_when, id=box).scalar() > before
    expire(tenant, box)
    assert renew((box, "a")) == {}
    assert lease("b") == [box]


def test_what_was_paused_is_not_renewed(tenant: Tenant, box: UUID):
    lease("a")
    pause(tenant)
    assert renew((box, "a")) == {}


def test_the_mark_changes_when_a_new_login_is_needed_and_not_before(tenant: Tenant, box: UUID):
    lease("a")
    first = renew((box, "a"))
    fetch(HEALTH, box=box, holder="a", error="x")
    renewed = "UPDATE mailbox_tokens SET sealed = sealed || 'x' WHERE mailbox_id = :id AND kind = :kind"
    work(tenant, renewed, id=box, kind="smtp_password")
    assert renew((box, "a")) == first
    seen = set(first.values())
    for change in (
        "UPDATE mailboxes SET imap_settings = imap_settings || '{\"port\": 1993}' WHERE id = :id",
        'UPDATE mailboxes SET settings = \'{"fetch": {"after": "seen"}}\' WHERE id = :id',
        "UPDATE mailbox_tokens SET sealed = sealed || 'x' WHERE mailbox_id = :id AND kind = 'imap_password'",
    ):
        work(tenant, change, id=box)
        (mark,) = renew((box, "a")).values()
        assert mark not in seen
        seen.add(mark)


@pytest.mark.parametrize("time", ["0", "1 day", None])
def test_a_renewed_lease_has_an_end(box: UUID, time):
    lease("a")
    with pytest.raises(DBAPIError, match="lasts from a second"):
        renew((box, "a"), time=time)


@pytest.fixture
def no_other(instance: Settings) -> None:
    """The mailboxes of other tests are paused."""
    with psycopg.connect(EmbeddedPostgres(instance.home).url("superuser")) as connection:
        connection.execute("UPDATE mailboxes SET is_active = false WHERE kind <> 'smtp'")


@pytest.mark.usefixtures("no_other")
def test_metrics_tell_of_fetched_mailboxes_over_all_organizations(tenant: Tenant, box: UUID):
    lease("a")
    fetch(HEALTH, box=box, holder="a", error="x")
    fetch(FIGURES, box=box, holder="a", lag=2.5, oldest="2026-01-01", gaps=2, aside=3)
    work(tenant, "UPDATE mailboxes SET kind = 'pop3' WHERE id = :id", id=box)  # whatever the protocol
    found = {row.name: row.value for row in fetch("SELECT * FROM postern_metrics()") if row.name.startswith("imap_")}
    assert found["imap_mailboxes"] == found["imap_mailboxes_failing"] == 1
    assert (found["imap_lag_seconds"], found["imap_gap_alarms"], found["imap_set_aside"]) == (2.5, 2, 3)
    assert found["imap_oldest_waiting_seconds"] > 0
    assert "imap_next_token_seconds" not in found
    pause(tenant)
    assert not [row for row in fetch("SELECT * FROM postern_metrics()") if row.name.startswith("imap_")]


@pytest.mark.usefixtures("no_other")
def test_metrics_of_single_mailboxes_are_bounded_and_the_broken_come_first(tenant: Tenant):
    boxes = [uuid7() for _ in range(4)]
    with transaction(tenant.id) as connection:
        for box in boxes:
            make_box(connection, tenant.id, box)
    work(tenant, "UPDATE mailboxes SET last_seen_at = now() WHERE id = ANY (:ids)", ids=boxes[:3])
    failing = "UPDATE mailboxes SET failing_since = now() - interval '1 h', last_error_at = now() WHERE id = :id"
    work(tenant, failing, id=boxes[1])

    def shown(most: int) -> list[UUID]:
        rows = fetch("SELECT * FROM mailbox_metrics(:most) WHERE name = 'broken'", most=most)
        assert {row.org_id for row in rows} <= {tenant.id}
        return [row.mailbox_id for row in rows]

    assert shown(0) == []
    assert shown(1) == [boxes[1]]
    assert set(shown(2)) == {boxes[1], boxes[3]}, "the other one was never fetched from"
    assert set(shown(9)) == set(boxes)
    pause(tenant)
    assert shown(9) == []


def test_a_mailbox_fails_since_its_first_error_in_a_row(tenant: Tenant, box: UUID):
    lease("a")
    found = "SELECT failing_since, error_is_permanent, error_count FROM mailboxes WHERE id = :id"
    fetch(HEALTH, box=box, holder="a", error="x")  # as a program says it that knows nothing of the last argument
    first, is_permanent, _ = work(tenant, found, id=box).one()
    assert (first is None, is_permanent) == (False, False)
    fetch(HEALTH.replace(":error", ":error, true"), box=box, holder="a", error="y")
    assert tuple(work(tenant, found, id=box).one()) == (first, True, 2)
    fetch(HEALTH, box=box, holder="a", error=None)
    assert tuple(work(tenant, found, id=box).one()) == (None, False, 0)
