"""The ledger of a maildrop: what lies there and was taken, or is left alone; what is gone is forgotten."""

from uuid import UUID

import pytest
from sqlalchemy.exc import DBAPIError

from tests.conftest import Tenant
from tests.models.leasing import LEASE, LOGIN, MATCH, NOTE, fetch, lease, work

OLD = "INSERT INTO mailbox_uidls (org_id, mailbox_id, uidl, size, taken) VALUES (:org, :id, 'old', 1, false)"
POP3 = "UPDATE mailboxes SET kind = 'pop3' WHERE id = :id"


def note(box: UUID, **uidls: int) -> None:
    fetch(NOTE, box=box, holder="a", uidls=list(uidls), sizes=list(uidls.values()))


def match(box: UUID, *there: str) -> dict[str, tuple[int, bool]]:
    return {row.uidl: (row.size, row.taken) for row in fetch(MATCH, box=box, holder="a", there=list(there))}


def test_a_mailbox_that_is_fetched_by_pop3_is_leased_and_says_so(tenant: Tenant, box: UUID):
    work(tenant, POP3, id=box)
    assert [tuple(row) for row in fetch(LEASE, holder="a", lease="10 minutes")] == [(tenant.id, box)]
    assert [row.protocol for row in fetch(LOGIN, box=box, holder="a")] == ["pop3"]


def test_what_was_taken_is_known_as_long_as_it_is_there(box: UUID):
    lease("a")
    note(box, one=1, two=2, three=3)
    assert match(box, "one", "two", "three", "new") == {"one": (1, True), "two": (2, True), "three": (3, True)}
    assert match(box, "two", "three") == {"two": (2, True), "three": (3, True)}
    assert match(box, "one", "two", "three") == {"two": (2, True), "three": (3, True)}
    assert match(box) == {}


def test_a_mail_is_noted_again_and_copies_share_an_id(box: UUID):
    lease("a")
    fetch(NOTE, box=box, holder="a", uidls=["one", "one"], sizes=[5, 5])
    note(box, one=7)
    assert match(box, "one") == {"one": (7, True)}
    fetch(NOTE, box=box, holder="a", uidls=[], sizes=[])
    assert match(box, "one") == {"one": (7, True)}


def test_an_old_mail_is_left_alone_until_it_is_gone_or_taken(tenant: Tenant, box: UUID):
    lease("a")
    work(tenant, OLD, id=box)
    assert match(box, "old") == match(box) == {"old": (1, False)}  # nothing there may mean that nothing is mounted
    note(box, old=1)
    assert match(box, "old") == {"old": (1, True)}
    work(tenant, "UPDATE mailbox_uidls SET taken = false WHERE org_id = :org")
    assert match(box, "new") == {}


@pytest.mark.parametrize("uidl", ["", "x" * 71, "two words", "\x7f", "\xe4"])
def test_what_is_no_id_is_refused(box: UUID, uidl: str):
    lease("a")
    with pytest.raises(DBAPIError, match="ck_mailbox_uidls_uidl"):
        note(box, **{uidl: 1})


@pytest.mark.parametrize(
    ("change", "left"),
    [
        ('imap_settings = imap_settings || \'{"host": "other.test"}\'', 0),
        ('imap_settings = imap_settings || \'{"user": "other"}\'', 0),
        ("imap_settings = imap_settings || '{\"port\": 1995}'", 1),
        ("kind = 'pop3'", 1),
    ],
)
def test_another_account_has_other_mails(tenant: Tenant, box: UUID, change: str, left: int):
    lease("a")
    note(box, one=1)
    work(tenant, f"UPDATE mailboxes SET {change} WHERE id = :id", id=box)
    assert work(tenant, "SELECT count(*) FROM mailbox_uidls WHERE org_id = :org").scalar() == left
