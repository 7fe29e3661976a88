from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest

from models.base import uuid7
from models.database import transaction
from tests.conftest import Tenant
from tests.workers.outbound.outbox import Desk, open_desk
from workers.outbound.claims import claim, give_back, hold, retry, take_back

LEASE = timedelta(seconds=60)


@pytest.fixture
def desk(tenant: Tenant) -> Desk:
    return open_desk(tenant)


def claimed(*letters: UUID) -> Sequence[UUID]:
    with transaction() as connection:
        return [one for found in claim(connection, letters, LEASE).values() for one in found]


def test_a_letter_is_claimed_once_and_its_attempt_counted_first(desk: Desk) -> None:
    letter = desk.queue()
    assert claimed(letter, uuid7()) == [letter]
    assert claimed(letter) == []
    row = desk.row(letter)
    assert (row["state"], row["attempts"]) == ("sending", 1)


def test_a_lease_that_ran_out_may_be_taken_over(desk: Desk) -> None:
    letter = desk.queue()
    claimed(letter)
    desk.change("UPDATE outgoing SET leased_until = now() - interval '1 s' WHERE org_id = :org")
    assert claimed(letter) == [letter]
    assert desk.row(letter)["attempts"] == 2


def test_what_is_given_back_was_never_claimed(desk: Desk) -> None:
    letter, foreign = desk.queue(), desk.queue()
    claimed(letter, foreign)
    with transaction(desk.tenant.id) as connection:
        assert give_back(connection, desk.tenant.id, {letter: 1, foreign: 2}) == [letter]
    row = desk.row(letter)
    assert (row["state"], row["attempts"], row["leased_until"]) == ("queued", 0, None)
    assert desk.states(foreign) == ["sending"]
    assert claimed(letter) == [letter]


def test_a_lease_is_prolonged_while_it_is_ours(desk: Desk) -> None:
    letter = desk.queue()
    claimed(letter)
    with transaction(desk.tenant.id) as connection:
        assert hold(connection, desk.tenant.id, letter, 1, timedelta(seconds=300))
        assert not hold(connection, desk.tenant.id, letter, 2, timedelta(seconds=300))
    assert desk.row(letter)["pause"] > 290
    desk.change("UPDATE outgoing SET leased_until = now() - interval '1 s' WHERE org_id = :org")
    with transaction(desk.tenant.id) as connection:
        assert not hold(connection, desk.tenant.id, letter, 1, timedelta(seconds=300))


@pytest.mark.parametrize(
    ("state", "again"),
    [("failed", True), ("unknown", True), ("deferred", True), ("sent", False), ("sending", False), ("captured", False)],
)
def test_a_person_may_have_it_sent_after_all(desk: Desk, state: str, again: bool) -> None:
    letter = desk.queue(state=state)
    desk.change("UPDATE outgoing SET next_try_at = now() + interval '1 h' WHERE org_id = :org")
    with transaction(desk.tenant.id) as connection:
        assert retry(connection, desk.tenant.id, [letter]) == [letter] * again
    assert (desk.states(letter) == ["queued"]) == again
    assert (claimed(letter) == [letter]) == again


def test_a_neighbours_letter_cannot_be_retried_or_given_back(desk: Desk, neighbour: Tenant) -> None:
    letter = desk.queue(state="failed")
    with transaction(neighbour.id) as connection:
        assert retry(connection, neighbour.id, [letter]) == []
        assert retry(connection, desk.tenant.id, [letter]) == []
    assert desk.states(letter) == ["failed"]


def suppress(desk: Desk, address: str = "maria@example.org", until: str | None = None) -> None:
    desk.change(
        "INSERT INTO suppressions (org_id, address, reason, detail, until)"
        " VALUES (:org, :a, 'bounced', '5.1.1 no', :u)",
        a=address,
        u=until,
    )


def test_what_would_go_to_a_suppressed_address_is_withheld_with_the_reason(desk: Desk, neighbour: Tenant) -> None:
    elsewhere = open_desk(neighbour).queue()
    letters = desk.queue(), desk.queue(recipient="Other@example.org"), desk.queue(recipient="MARIA@example.org")
    suppress(desk)
    assert set(claimed(*letters, elsewhere)) == {letters[1], elsewhere}
    assert desk.states(*letters) == ["withheld", "sending", "withheld"]
    row = desk.row(letters[0])
    assert (row["attempts"], row["answer"]) == (0, "the address is suppressed: bounced: 5.1.1 no")


def test_a_suppression_that_is_over_keeps_nothing(desk: Desk) -> None:
    suppress(desk, until="2026-01-01")
    assert claimed(letter := desk.queue()) == [letter]


def test_only_what_waits_is_taken_back(desk: Desk) -> None:
    states = ["queued", "deferred", "sending", "sent", "failed", "unknown"]
    letters = [desk.queue(state=state) for state in states]
    with transaction(desk.tenant.id) as connection:
        assert sorted(take_back(connection, desk.tenant.id, letters)) == sorted(letters[:2])
    assert desk.states(*letters) == ["withheld", "withheld", *states[2:]]
    assert claimed(*letters[:2]) == []
    with transaction(desk.tenant.id) as connection:
        assert retry(connection, desk.tenant.id, letters[:1]) == letters[:1]
