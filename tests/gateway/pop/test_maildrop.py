"""The ledger of a maildrop: what was taken is never taken again, whether it is left there or deleted."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from models.database import transaction
from models.settings import Settings
from tests.conftest import Tenant
from tests.door import stored
from tests.gateway.imap.hostile import Gone, Talk
from tests.gateway.pop.hostile import Pop
from tests.imap import FetchingDoor, cursor, health, mail, mailbox, subjects
from tests.waiting import until


def ledger(tenant: Tenant, box: UUID) -> dict[str, bool]:
    """By unique-id, whether it was taken."""
    query = text("SELECT uidl, taken FROM mailbox_uidls WHERE mailbox_id = :id")
    with transaction(tenant.id) as connection:
        return {row.uidl: row.taken for row in connection.execute(query, {"id": box})}


def looks(pop: Pop) -> int:
    return pop.heard.count("QUIT")


def looked_again(pop: Pop, times: int = 2) -> None:
    """Wait until it was gone through anew."""
    now = looks(pop)
    until(lambda: looks(pop) >= now + times)


def repeats(tenant: Tenant) -> list[Any]:
    return [one["repeats"] for one in stored(tenant)]


def test_what_lies_there_and_what_comes_is_stored_once_and_left(tenant: Tenant, pop: Pop, hasty: Settings):
    pop.put(mail("One"), mail("Two", body=".\r\n..\r\n.x"))
    box = mailbox(tenant, pop.access)
    with FetchingDoor(hasty) as door:
        until(lambda: len(stored(tenant)) == 2)
        pop.put(mail("Three"))
        until(lambda: len(stored(tenant)) == 3)
        looked_again(pop)
        until(lambda: health(tenant, box).last_seen_at)
    found = stored(tenant)
    assert [bytes(one["content"]) for one in found] == list(pop.mails.values())
    assert [(one["protocol"], one["helo"], one["peer"], one["mail_from"]) for one in found] == [
        ("pop3s", "127.0.0.1", None, "carla@customer.test")
    ] * 3
    assert {tuple(one["recipients"]) for one in found} == {(f"fetched@{tenant.domain}",)}
    assert set(door.rung) == {str(one["id"]) for one in found}
    assert sorted(one for one in pop.heard if one.startswith("RETR")) == ["RETR 1", "RETR 2", "RETR 3"]
    assert not [one for one in pop.heard if one.startswith("DELE")]
    assert ledger(tenant, box) == {"id-1": True, "id-2": True, "id-3": True}
    assert cursor(tenant, box).uidvalidity is None
    assert repeats(tenant) == [0, 0, 0]


def test_what_is_committed_is_deleted_if_the_mailbox_says_so(tenant: Tenant, pop: Pop, hasty: Settings):
    pop.put(mail("One"), mail("Two"))
    box = mailbox(tenant, pop.access, after="delete")
    with FetchingDoor(hasty):
        until(lambda: not pop.mails)
        pop.put(mail("Three"))
        until(lambda: len(stored(tenant)) == 3)
        until(lambda: not pop.mails)
        until(lambda: ledger(tenant, box) == {})
    assert subjects(stored(tenant)) == ["One", "Two", "Three"]


def test_an_old_mail_that_is_left_alone_stays_so_even_where_mails_are_deleted(
    tenant: Tenant, pop: Pop, hasty: Settings
):
    pop.put(mail("Old"), mail("New"))
    box = mailbox(tenant, pop.access, after="delete")
    leave = "INSERT INTO mailbox_uidls (org_id, mailbox_id, uidl, size, taken) VALUES (:org, :id, 'id-1', 7, false)"
    with transaction(tenant.id) as connection:
        connection.execute(text(leave), {"org": tenant.id, "id": box})
    with FetchingDoor(hasty):
        until(lambda: list(pop.mails) == [1])
        looked_again(pop)
        old = pop.mails.pop(1)
        looked_again(pop)
        assert ledger(tenant, box) == {"id-1": False}  # an empty maildrop may be one that is not mounted
        pop.mails[1] = old
        pop.put(mail("Newer"))
        until(lambda: list(pop.mails) == [1])
    assert subjects(stored(tenant)) == ["New", "Newer"]


def test_an_id_that_is_given_to_another_mail_hides_it_not(tenant: Tenant, pop: Pop, hasty: Settings):
    pop.put(mail("First"), mail("Stays"))
    box = mailbox(tenant, pop.access)
    with FetchingDoor(hasty):
        until(lambda: len(stored(tenant)) == 2)
        del pop.mails[1]
        until(lambda: ledger(tenant, box) == {"id-2": True})
        pop.mails[1] = mail("Other")
        until(lambda: subjects(stored(tenant)) == ["First", "Stays", "Other"])


@pytest.mark.parametrize("after", ["leave", "delete"])
def test_copies_that_share_an_id_and_mails_that_do_so_by_mistake_are_all_taken(
    tenant: Tenant, pop: Pop, hasty: Settings, after: str
):
    pop.put(mail("One"), mail("One"), mail("Two, longer"))
    pop.names = dict.fromkeys((1, 2, 3), "same")
    box = mailbox(tenant, pop.access, after=after)
    with FetchingDoor(hasty):
        until(lambda: health(tenant, box).last_seen_at)
        looked_again(pop)
    assert subjects(stored(tenant)) == ["One", "Two, longer"]


def test_ids_that_change_bring_no_mail_twice(tenant: Tenant, pop: Pop, hasty: Settings):
    pop.put(mail("One"), mail("Two"))
    box = mailbox(tenant, pop.access)
    with FetchingDoor(hasty):
        until(lambda: len(stored(tenant)) == 2)
        pop.names = {1: "another-1", 2: "another-2"}
        until(lambda: ledger(tenant, box) == {"another-1": True, "another-2": True})
    assert subjects(stored(tenant)) == ["One", "Two"]
    assert repeats(tenant) == [1, 1]


def test_ids_of_any_form_are_known_again(tenant: Tenant, pop: Pop, hasty: Settings):
    pop.put(mail("Long"), mail("Spaced"), mail("Foreign"))
    pop.names = {1: "x" * 300, 2: "two words", 3: "\xe4\xf6"}
    box = mailbox(tenant, pop.access)
    with FetchingDoor(hasty):
        until(lambda: len(stored(tenant)) == 3)
        looked_again(pop)
    assert repeats(tenant) == [0, 0, 0]
    assert [len(uidl) for uidl in ledger(tenant, box)] == [70, 70, 70]


def test_without_ids_mails_are_taken_only_where_they_are_deleted(tenant: Tenant, pop: Pop, hasty: Settings):
    pop.tricks["UIDL"] = lambda talk, *_: talk.say("-ERR unknown command")
    pop.put(mail("One"), mail("Two"))
    box = mailbox(tenant, pop.access)
    with FetchingDoor(hasty):
        until(lambda: "only if they are deleted" in (health(tenant, box).last_error or ""))
    assert stored(tenant) == []
    with transaction(tenant.id) as connection:
        connection.execute(
            text('UPDATE mailboxes SET settings = \'{"fetch": {"after": "delete"}}\' WHERE id = :id'), {"id": box}
        )
    with FetchingDoor(hasty):
        until(lambda: not pop.mails)
        pop.put(mail("Three"))
        until(lambda: not pop.mails)
        until(lambda: health(tenant, box).error_count == 0)
    assert subjects(stored(tenant)) == ["One", "Two", "Three"]
    assert ledger(tenant, box) == {}


def test_a_mail_without_an_id_among_others_is_set_aside(tenant: Tenant, pop: Pop, hasty: Settings):
    pop.put(mail("One"), mail("Two"))
    pop.names = {1: ""}
    box = mailbox(tenant, pop.access)
    with FetchingDoor(hasty):
        until(lambda: health(tenant, box).set_aside == 1)
        until(lambda: subjects(stored(tenant)) == ["Two"])
        assert health(tenant, box).error_count == 0


def test_what_was_never_deleted_since_the_end_never_came_is_deleted_later_and_not_fetched(
    tenant: Tenant, pop: Pop, hasty: Settings
):
    def ends(talk: Talk, *_: str) -> None:
        raise Gone

    pop.tricks["QUIT"] = ends
    pop.put(mail("One"), mail("Two"))
    box = mailbox(tenant, pop.access, after="delete")
    with FetchingDoor(hasty):
        until(lambda: health(tenant, box).error_count >= 2)
        assert len(pop.mails) == 2
        pop.tricks.clear()
        until(lambda: not pop.mails)
        until(lambda: health(tenant, box).error_count == 0)
    assert sorted(one for one in pop.heard if one.startswith("RETR")) == ["RETR 1", "RETR 2"]
    assert repeats(tenant) == [0, 0]


def test_where_the_end_was_not_answered_another_mail_with_the_id_is_no_victim(
    tenant: Tenant, pop: Pop, hasty: Settings
):
    pop.put(mail("One"))

    def ends(talk: Talk, *_: str) -> None:
        pop.mails = {1: mail("Another, with the same id")}
        pop.tricks.clear()
        raise Gone

    pop.tricks["QUIT"] = ends
    mailbox(tenant, pop.access, after="delete")
    with FetchingDoor(hasty):
        until(lambda: not pop.mails)
    assert subjects(stored(tenant)) == ["One", "Another, with the same id"]


def test_ids_that_are_mere_numbers_cost_no_mail(tenant: Tenant, pop: Pop, hasty: Settings):
    """The next mail has the number, and the size, of the one that was deleted."""
    box = mailbox(tenant, pop.access, after="delete")
    with FetchingDoor(hasty):
        for count in range(1, 6):
            pop.mails = {1: mail(f"Mail {count}")}
            until(lambda: not pop.mails)
        until(lambda: health(tenant, box).last_seen_at)
    assert subjects(stored(tenant)) == [f"Mail {count}" for count in range(1, 6)]


def test_a_server_that_keeps_what_it_said_it_had_deleted_is_told_of(tenant: Tenant, pop: Pop, hasty: Settings):
    pop.tricks["DELE"] = lambda talk, *_: talk.say("+OK as if")
    pop.put(mail("One"))
    box = mailbox(tenant, pop.access, after="delete")
    with FetchingDoor(hasty):
        until(lambda: "still has 1 mails" in (health(tenant, box).last_error or ""))
        pop.put(mail("Two"))
        until(lambda: len(stored(tenant)) == 2)
        pop.tricks.clear()
        until(lambda: health(tenant, box).error_count == 0)
    assert subjects(stored(tenant)) == ["One", "Two"]


def test_a_server_that_refuses_to_delete_is_told_of_and_new_mail_still_comes(tenant: Tenant, pop: Pop, hasty: Settings):
    pop.tricks["DELE"] = lambda talk, *_: talk.say("-ERR read only")
    pop.put(mail("One"))
    box = mailbox(tenant, pop.access, after="delete")
    with FetchingDoor(hasty):
        until(lambda: "does not delete what it was told to: -ERR read only" in (health(tenant, box).last_error or ""))
        pop.put(mail("Two"))
        until(lambda: len(stored(tenant)) == 2)
    assert repeats(tenant) == [0, 0]


def test_what_is_too_large_or_not_given_out_stops_no_other(tenant: Tenant, pop: Pop, hasty: Settings):
    pop.put(mail("Small"), mail("Large", body="x" * 5000), mail("Withheld"), mail("Small, too"))

    def withholds(talk: Talk, tag: str, said: str) -> None:
        if said == "3":
            talk.say("-ERR [SYS/TEMP] not now")
        else:
            type(talk).do_retr(talk, tag, said)  # type: ignore[attr-defined]  # a POP3 server's

    pop.tricks["RETR"] = withholds
    box = mailbox(tenant, pop.access, after="delete")
    with FetchingDoor(hasty.model_copy(update={"max_message_bytes": 2000})):
        until(lambda: health(tenant, box).set_aside == 2)
        until(lambda: subjects(stored(tenant)) == ["Small", "Small, too"])
        assert health(tenant, box).error_count == 0
        pop.tricks.clear()
        until(lambda: health(tenant, box).set_aside == 1)
    assert list(pop.mails) == [2]
    with FetchingDoor(hasty):
        until(lambda: health(tenant, box).set_aside == 0)
        until(lambda: not pop.mails)
    assert len(stored(tenant)) == 4


def test_a_mail_at_which_the_connection_breaks_stops_the_others_for_a_while_only(
    tenant: Tenant, pop: Pop, hasty: Settings
):
    pop.put(*[mail(f"Mail {number}") for number in (1, 2, 3)])

    def breaks(talk: Talk, tag: str, said: str) -> None:
        if talk.there[int(said) - 1][0] == "id-2":  # type: ignore[attr-defined]  # as above
            raise Gone
        type(talk).do_retr(talk, tag, said)  # type: ignore[attr-defined]  # as above

    pop.tricks["RETR"] = breaks
    box = mailbox(tenant, pop.access, after="delete")
    with FetchingDoor(hasty):
        until(lambda: sorted(subjects(stored(tenant))) == ["Mail 1", "Mail 3"])
        until(lambda: health(tenant, box).set_aside == 1)
    assert list(pop.mails) == [2]
