"""A Thread-Index as Outlook takes it apart: one conversation for all letters of a ticket, by their times."""

from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.base import uuid7
from models.database import transaction
from tests.conftest import Tenant
from tests.workers.inbound.test_task import a_mail, rows, store
from tests.workers.outbound.drafts import draft, written
from workers.inbound.task import receive
from workers.outbound.claims import claim
from workers.outbound.letter import Outcome
from workers.outbound.load import load
from workers.outbound.outlook import CHILD, DEEPEST, HEAD, conversation, new_conversation, thread
from workers.outbound.post import write

BEGAN = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TICKET = UUID(int=int(BEGAN.timestamp() * 1000) << 80 | 0x7 << 76 | 0x2 << 62)
FILETIME = datetime(1601, 1, 1, tzinfo=UTC)


def taken_apart(ticket: UUID, letter: UUID, written: datetime) -> tuple[datetime, bytes, datetime]:
    """When the conversation began, its name, and when the letter was written."""
    raw = b64decode(dict(thread("x", new_conversation(ticket), letter, written))["Thread-Index"])
    assert len(raw) == 27
    assert raw[0] == 1
    ticks = int.from_bytes(raw[:6], "big") << 16
    child = int.from_bytes(raw[22:26], "big")
    after = (child & 0x7FFFFFFF) << (23 if child >> 31 else 18)
    began = FILETIME + timedelta(microseconds=ticks // 10)
    return began, raw[6:22], began + timedelta(microseconds=after // 10)


@pytest.mark.parametrize(
    ("after", "exact"),
    [(timedelta(), 0.03), (timedelta(minutes=3), 0.03), (timedelta(days=600), 0.03), (timedelta(days=3_000), 0.9)],
)
def test_the_times_come_back(after: timedelta, exact: float) -> None:
    began, name, told = taken_apart(TICKET, uuid7(), BEGAN + after)
    assert abs((began - BEGAN).total_seconds()) < 0.01
    assert name == TICKET.bytes
    assert abs((told - BEGAN - after).total_seconds()) < exact


def test_a_letter_before_its_ticket_is_told_as_of_the_same_moment() -> None:
    """The transaction's clock may be a little behind the one that made the identifier."""
    began, _, told = taken_apart(TICKET, uuid7(), BEGAN - timedelta(seconds=2))
    assert told == began


@given(st.lists(st.integers(0, 10**9), min_size=2, max_size=5, unique=True))
def test_letters_of_one_ticket_share_the_conversation_and_are_told_apart(seconds: list[int]) -> None:
    head = new_conversation(TICKET)
    found = [dict(thread("x", head, uuid7(), BEGAN + timedelta(seconds=one)))["Thread-Index"] for one in seconds]
    assert len({b64decode(one)[:22] for one in found}) == 1
    told = [taken_apart(TICKET, uuid7(), BEGAN + timedelta(seconds=one))[2] for one in sorted(seconds)]
    assert told == sorted(told)


def test_another_ticket_is_another_conversation() -> None:
    assert taken_apart(TICKET, uuid7(), BEGAN)[1] != taken_apart(uuid7(), uuid7(), BEGAN)[1]


def test_the_topic_is_the_title_without_what_answers_put_before_it() -> None:
    content = written(ticket=TICKET, title="Re: AW: My printer burns", number="DEMO-2026-11-00001").content
    assert b"\r\nThread-Topic: My printer burns\r\nThread-Index: A" in content
    assert written(ticket=TICKET) == written(ticket=TICKET)


HERS = b64encode(bytes([1, 0xDC, 0x5A, 1, 2, 3]) + bytes(range(16)) + b"after").decode()


def test_a_letter_goes_on_with_the_index_of_the_mail_that_it_answers() -> None:
    made = draft(ticket=TICKET, thread_index=HERS)
    top = message_from_bytes(written(ticket=TICKET, thread_index=HERS).content)
    index = b64decode(top["Thread-Index"])
    assert index[: HEAD + CHILD] == b64decode(HERS)
    assert len(index) == HEAD + 2 * CHILD
    assert index[-1] == made.id.bytes[-1]


@pytest.mark.parametrize(
    "index",
    ["", "x", "AQ==", "\u00fc" * 40, b64encode(bytes(HEAD)).decode(), HERS[:-4], HERS + "\r\nBcc: x@y.test",
     b64encode(b"\1" + bytes(HEAD - 1 + CHILD * (DEEPEST + 1))).decode()],
)  # fmt: skip
def test_what_is_no_index_is_not_gone_on_with(index: str) -> None:
    assert conversation(index) == b""
    assert written(ticket=TICKET, thread_index=index) == written(ticket=TICKET)


def test_the_longest_index_is_still_a_line() -> None:
    longest = b64encode(b"\1" + bytes(HEAD - 1 + CHILD * DEEPEST)).decode()
    assert len(conversation(longest)) == HEAD + CHILD * DEEPEST
    assert written(ticket=TICKET, thread_index=longest)


def test_a_letter_about_no_ticket_is_no_conversation() -> None:
    assert b"Thread-" not in written(ticket=None).content
    assert draft().ticket is None


def test_a_conversation_that_began_in_outlook_goes_on_in_our_letters(tenant: Tenant) -> None:
    """From the door to the wire."""
    receive([str(one) for one in store(tenant, a_mail(1, **{"Thread-Index": HERS}))])
    (row,) = rows(tenant, "SELECT id, ticket_id FROM outgoing WHERE letter = 'acknowledgement'")
    with transaction() as connection:
        claim(connection, [row.id], timedelta(seconds=60))
    with transaction(tenant.id) as connection:
        (found,) = load(connection, tenant.id, [row.id])
    letter = write(found.draft)
    assert not isinstance(letter, Outcome)
    index = b64decode(message_from_bytes(letter.content)["Thread-Index"])
    assert index[:-CHILD] == b64decode(HERS)
