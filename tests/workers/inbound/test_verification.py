"""Unknown senders: who is asked, whose answer counts, and what it lets in."""

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import text

from models import marks
from models.database import transaction
from tests.conftest import Tenant
from tests.workers.inbound.mailroom import bound, file, rows, store, written

CARLA = "carla@customer.test"
OUT = "SELECT handle, recipient, letter FROM outgoing WHERE letter = 'verification' ORDER BY id"
TOKENS = "SELECT email, attempts, used_at IS NOT NULL AS used FROM email_verification_tokens ORDER BY id"
STAGES = "SELECT stage FROM raw_mail ORDER BY id"


@pytest.fixture
def asking(tenant: Tenant) -> Tenant:
    """An organization that asks unknown senders."""
    with transaction(tenant.id, role="admin") as connection:
        connection.execute(text('UPDATE organization_settings SET policies = \'{"verification": "unknown"}\''))
    return tenant


def held(tenant: Tenant, sender: str = CARLA, *headers: str) -> UUID:
    """A mail that waits, by its identifier."""
    (row,) = file(tenant, store(tenant, written(sender, *headers), path=sender))
    assert row.stage == "quarantined"
    return UUID(str(row.id))


def signed(tenant: Tenant, place: int = -1) -> str:
    """Where a question is answered to."""
    return marks.reply_address(tenant.address, tenant.id, rows(tenant, OUT)[place].handle)


def answer(tenant: Tenant, to: str, sender: str = CARLA, *headers: str) -> str:
    """The stage of a mail that answers."""
    mail = store(tenant, written(sender, *headers, words="It is me."), path=sender, to=to)
    return str(file(tenant, mail)[0].stage)


def stages(tenant: Tenant) -> list[str]:
    return [row.stage for row in rows(tenant, STAGES)]


def test_an_answer_lets_in_what_waited_and_comes_behind_it(asking: Tenant):
    first, second = held(asking), held(asking)
    other = held(asking, "dave@customer.test")
    assert [row.recipient for row in rows(asking, OUT)] == [CARLA, "dave@customer.test"]
    assert answer(asking, signed(asking, 0)) == "received"
    assert stages(asking) == ["received", "received", "quarantined", "received"]
    waiting = [row.id for row in rows(asking, "SELECT id FROM raw_mail WHERE stage = 'received' ORDER BY id")]
    assert {row.stage for row in file(asking, *waiting)} == {"filed"}
    assert rows(asking, "SELECT stage FROM raw_mail WHERE id = :id", id=other)[0].stage == "quarantined"
    assert {first, second} < set(waiting)
    assert [(row.email, row.used) for row in rows(asking, TOKENS)] == [(CARLA, True), ("dave@customer.test", False)]


def test_where_nobody_asks_nobody_is_asked(tenant: Tenant):
    (row,) = file(tenant, store(tenant, written(CARLA), path=CARLA))
    assert (row.stage, rows(tenant, TOKENS)) == ("filed", [])


def test_whoever_is_known_is_not_asked(asking: Tenant):
    (row,) = file(asking, store(asking, written(asking.agent_address), path=asking.agent_address))
    assert (row.stage, rows(asking, TOKENS)) == ("filed", [])


def test_two_mails_at_once_are_one_question(asking: Tenant):
    file(asking, *(store(asking, written(CARLA), path=CARLA) for _ in range(3)))
    assert len(rows(asking, OUT)) == 1
    assert stages(asking) == ["quarantined"] * 3


Spoil = Callable[[Tenant, str], tuple[str, str, tuple[str, ...]]]


@pytest.mark.parametrize(
    ("spoil", "attempts"),
    [
        (lambda tenant, to: (to, "eve@evil.test", ()), 0),
        (lambda tenant, to: (to, CARLA, ("Auto-Submitted: auto-replied",)), 0),
        (lambda tenant, to: (tenant.address, CARLA, ()), 0),
        (lambda tenant, to: (to.replace("+r", "+b"), CARLA, ()), 0),
        (lambda tenant, to: (to.partition("@")[0][:-3] + "aaa@" + to.partition("@")[2], CARLA, ()), 1),
    ],
    ids=["another sender", "a robot", "no signed address", "the return path", "a guess"],
)
def test_what_is_no_answer(asking: Tenant, spoil: Spoil, attempts: int):
    waiting = held(asking)
    to, sender, headers = spoil(asking, signed(asking))
    assert answer(asking, to, sender, *headers) == "quarantined"
    assert rows(asking, "SELECT stage FROM raw_mail WHERE id = :id", id=waiting)[0].stage == "quarantined"
    assert (rows(asking, TOKENS)[0].used, rows(asking, TOKENS)[0].attempts) == (False, attempts)


def test_five_guesses_are_too_many(asking: Tenant):
    held(asking)
    right = signed(asking)
    for letter in "abcde":
        guess = right.partition("@")[0][:-4] + 4 * letter + "@" + asking.domain
        assert answer(asking, guess) == "quarantined"
    assert rows(asking, TOKENS)[0].attempts == 5
    assert answer(asking, right) == "quarantined", "and is asked anew"


@pytest.mark.parametrize(
    "spoil", ["expires_at = now() - interval '1 second'", "used_at = now()"], ids=["after an hour", "a second time"]
)
def test_a_question_is_good_for_an_hour_and_once(asking: Tenant, spoil: str):
    held(asking)
    with transaction(asking.id) as connection:
        connection.execute(text(f"UPDATE email_verification_tokens SET {spoil}"))
    assert answer(asking, signed(asking)) == "quarantined"
    assert len(rows(asking, OUT)) == 2, "who answers late is asked once more"


def test_there_is_an_end_to_questions(asking: Tenant):
    bound(asking, "email_verify", email="9/hour", organization="2/hour")
    for sender in ("a@customer.test", "b@customer.test", "c@customer.test"):
        held(asking, sender)
    assert len(rows(asking, OUT)) == 2
    reason = rows(asking, "SELECT reason FROM raw_mail ORDER BY id")[2].reason
    assert "is not asked: more than 2 first mails within an hour from all senders together" in reason


def test_a_blocked_sender_is_not_asked(asking: Tenant):
    with transaction(asking.id, role="admin") as connection:
        connection.execute(
            text("INSERT INTO blocked_senders (org_id, kind, value) VALUES (:org, 'domain', 'customer.test')"),
            {"org": asking.id},
        )
    held(asking)
    assert rows(asking, OUT) == []


def test_a_sender_who_is_not_beyond_doubt_is_not_asked(asking: Tenant):
    held(asking, "a@x.test, b@y.test")
    assert rows(asking, OUT) == []
    assert "nobody knows who wrote it" in rows(asking, "SELECT reason FROM raw_mail")[0].reason
