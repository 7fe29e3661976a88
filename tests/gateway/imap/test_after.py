"""What is done on the server with what was committed: nothing, or what the mailbox says, and never to anything else."""

import pytest

from models.settings import Settings
from tests.conftest import Tenant
from tests.door import stored
from tests.imap import FetchingDoor, Pymap, cursor, health, mail, mailbox
from tests.waiting import until


def flags(pymap: Pymap) -> dict[int, tuple[bytes, ...]]:
    with pymap.client() as other:
        found: dict[int, tuple[bytes, ...]] = other.get_flags(other.search(["ALL"]))
        return found


def test_mails_are_marked_seen_and_one_that_people_mark_unread_stays_so(tenant: Tenant, pymap: Pymap, near: Settings):
    pymap.put(mail("One"), mail("Two"))
    with FetchingDoor(near.model_copy(update={"imap_survey_seconds": 0.2})):
        box = mailbox(tenant, pymap.access, after="seen")
        until(lambda: all(b"\\Seen" in there for there in flags(pymap).values()))
        assert len(stored(tenant)) == 2
        with pymap.client() as other:
            other.remove_flags([101], [b"\\Seen"])
        pymap.put(mail("Three"))
        until(lambda: len(stored(tenant)) == 3)
        before = health(tenant, box).last_seen_at
        until(lambda: health(tenant, box).last_seen_at > before)
        assert b"\\Seen" not in flags(pymap)[101]
    with FetchingDoor(near):  # a process that begins cannot know whether its predecessor came to it
        until(lambda: b"\\Seen" in flags(pymap)[101])


def test_mails_are_moved(tenant: Tenant, pymap: Pymap, door: FetchingDoor):
    with pymap.client() as other:
        other.create_folder("Taken")
    pymap.put(mail("One"), mail("Two"))
    mailbox(tenant, pymap.access, after="move", folder="Taken")
    until(lambda: flags(pymap) == {})
    assert len(stored(tenant)) == 2
    with pymap.client("Taken") as other:
        assert len(other.search(["ALL"])) == 2


def test_mails_are_deleted_and_nothing_that_others_marked(tenant: Tenant, pymap: Pymap, near: Settings):
    old = mail("Marked by somebody, and not for us to take")
    with pymap.client() as other:
        other.append("INBOX", old, flags=[b"\\Deleted"], msg_time=None)
    with FetchingDoor(near.model_copy(update={"max_message_bytes": len(old) - 1})):
        pymap.put(mail("One"), mail("Two"))
        box = mailbox(tenant, pymap.access, after="delete")
        until(lambda: len(stored(tenant)) == 2 and len(flags(pymap)) == 1)
        until(lambda: health(tenant, box).set_aside == 1)
    assert [(one.lower, one.upper) for one in cursor(tenant, box).ledger] == [(102, 104)]


@pytest.mark.parametrize("after", ["move", "delete"])
def test_what_a_process_that_died_left_there_is_dealt_with_by_the_next(
    tenant: Tenant, pymap: Pymap, near: Settings, after: str
):
    with pymap.client() as other:
        other.create_folder("Taken")
    pymap.put(mail("One"), mail("Two"))
    wishes = {"after": after, "folder": "Taken"}
    box = mailbox(tenant, pymap.access, **wishes)
    with FetchingDoor(near):
        until(lambda: flags(pymap) == {})
    assert len(stored(tenant)) == 2
    pymap.put(mail("Three"))
    with FetchingDoor(near):
        until(lambda: len(stored(tenant)) == 3 and flags(pymap) == {})
    assert cursor(tenant, box).highest_uid == 103


def test_wishes_that_cannot_be_followed_are_told_and_nothing_is_fetched(
    tenant: Tenant, pymap: Pymap, door: FetchingDoor
):
    pymap.put(mail("One"))
    box = mailbox(tenant, pymap.access, after="burn")
    until(lambda: "fetch.after is 'burn'" in (health(tenant, box).last_error or ""))
    assert stored(tenant) == []
