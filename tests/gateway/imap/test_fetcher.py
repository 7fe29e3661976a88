"""Mail that lies on a real server comes in: once, unmarked, and whatever was there before stays."""

from tests.conftest import Tenant
from tests.door import stored
from tests.imap import FetchingDoor, Pymap, cursor, health, mail, mailbox, subjects
from tests.waiting import until


def test_what_lies_there_and_what_comes_is_stored_once_and_left_as_it_is(
    tenant: Tenant, pymap: Pymap, door: FetchingDoor
):
    pymap.put(mail("One"), mail("Two"))
    box = mailbox(tenant, pymap.access)
    until(lambda: len(stored(tenant)) == 2)
    pymap.put(mail("Three"))
    until(lambda: len(stored(tenant)) == 3)
    found = stored(tenant)
    assert subjects(found) == ["One", "Two", "Three"]
    assert [(one["protocol"], one["helo"], one["peer"], one["mail_from"]) for one in found] == [
        ("imaps", "127.0.0.1", None, "carla@customer.test")
    ] * 3
    assert {tuple(one["recipients"]) for one in found} == {(f"fetched@{tenant.domain}",)}
    assert bytes(found[0]["content"]) == mail("One")
    assert set(door.rung) == {str(one["id"]) for one in found}
    until(lambda: health(tenant, box).last_seen_at)
    with pymap.client() as other:
        assert other.search(["UNSEEN"]) == other.search(["ALL"])
    row = cursor(tenant, box)
    assert len(other_uids := list(row.ledger)) == 1
    assert row.highest_uid == other_uids[0].upper - 1
    assert row.complete_since
