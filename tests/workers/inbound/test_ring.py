"""Mails that cite each other in a ring come to a ticket of their own, in whatever order and batches they come."""

from collections.abc import Sequence
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import text

from models.database import transaction
from models.outgoing import Letter
from tests.conftest import Tenant
from tests.workers.inbound.house import House
from tests.workers.inbound.mailroom import bound
from tests.workers.inbound.test_imported import imported
from tests.workers.inbound.test_task import a_mail, hint, rows, store

CAROL = "carol@customer.test"
CITES = {1: (), 2: (1, 3), 3: (2,)}  # the second cites one that cites it
ORDERS = tuple(permutations(CITES))
PARTS = ((3,), (1, 2), (2, 1), (1, 1, 1))  # sizes of batches
HOMES = "SELECT ticket_id, array_agg(message_id ORDER BY message_id) FROM ticket_comments GROUP BY 1 ORDER BY 2"


def written(number: int, cites: Sequence[int] = (), sender: str = CAROL) -> bytes:
    cited = {"References": " ".join(f"<{one}@c.test>" for one in cites)} if cites else {}
    return a_mail(number, f"Words {number}", **{"From": sender, **cited})


def comes(tenant: Tenant, *mails: bytes) -> None:
    hint(store(tenant, *mails))


def partition(tenant: Tenant) -> list[list[str]]:
    """The mails of each ticket, by the first character of their Message-IDs."""
    return [[one[1] for one in names] for _, names in rows(tenant, HOMES)]


@pytest.mark.parametrize("sizes", PARTS, ids=str)
@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_a_ring_is_apart_from_what_only_it_cites(tenant: Tenant, order: Sequence[int], sizes: Sequence[int]):
    waiting = [written(number, CITES[number]) for number in order]
    for size in sizes:
        comes(tenant, *waiting[:size])
        del waiting[:size]
    assert partition(tenant) == [["1"], ["2", "3"]]
    assert strays(tenant) == []


@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_so_it_is_among_old_mails_whoever_wrote_them(tenant: Tenant, order: Sequence[int]):
    mails = [written(number, CITES[number], f"c{number}@customer.test") for number in order]
    hint(imported(tenant, *mails[:2]))
    hint(imported(tenant, *mails[2:]))
    assert partition(tenant) == [["1"], ["2", "3"]]
    assert strays(tenant) == []


def test_what_comes_after_goes_on_where_it_belongs(tenant: Tenant):
    comes(tenant, *(written(number, cites) for number, cites in CITES.items()))
    comes(tenant, written(4, (3,)), written(5, (1,)), written(6, (2, 4)))
    assert partition(tenant) == [["1", "5"], ["2", "3", "4", "6"]]


def test_the_mails_tell_why_and_the_tickets_show_each_other(tenant: Tenant):
    comes(tenant, written(1), written(2, CITES[2]))
    comes(tenant, written(3, CITES[3]))
    (first, second), (link,) = (
        rows(tenant, "SELECT id, title FROM tickets ORDER BY id"),
        rows(tenant, "SELECT ticket_id, linked_ticket_id, kind FROM ticket_links"),
    )
    assert link == (second.id, first.id, "split")
    mails = rows(tenant, "SELECT ticket_id, trace FROM raw_mail ORDER BY id")
    assert [mail.ticket_id for mail in mails] == [first.id, second.id, second.id]
    told = [[step["reason"] for step in mail.trace if step["verdict"] == "parted"] for mail in mails]
    assert [len(reasons) for reasons in told] == [0, 1, 1]
    assert "cite each other" in told[1][0]
    assert told[1] == told[2]


@pytest.mark.parametrize("by", ["another", "a stranger"])
def test_nobody_takes_the_words_of_another_off_a_ticket(tenant: Tenant, by: str):
    comes(tenant, written(1), written(2, CITES[2]))
    if by == "another":
        takes_part(tenant, "dave@customer.test")
    comes(tenant, written(3, CITES[3], "dave@customer.test"))
    assert partition(tenant) == ([["1", "2", "3"]] if by == "another" else [["1", "2"], ["3"]])


def takes_part(tenant: Tenant, address: str) -> None:
    change(
        tenant,
        "WITH made AS (INSERT INTO profiles (org_id, email, name, role) VALUES (:org, :address, 'Dave', 'customer')"
        " RETURNING id), known AS (INSERT INTO profile_addresses (org_id, address, profile_id)"
        " SELECT :org, :address, id FROM made)"
        " INSERT INTO ticket_participants (org_id, ticket_id, profile_id, kind)"
        " SELECT :org, t.id, made.id, 'cc' FROM tickets t CROSS JOIN made",
        address=address,
    )


def change(tenant: Tenant, statement: str, **said: Any) -> None:
    with transaction(tenant.id) as connection:
        connection.execute(text(statement), {"org": tenant.id, **said})


@pytest.fixture
def house(tenant: Tenant) -> House:
    return House(tenant)


def test_who_answers_an_agent_stays_in_the_conversation(house: House):
    """It is a broken program that wrote the third, and nobody must lose what they said."""
    answer = house.answered()
    house.comes(raw("2", f"{answer.message_id} <3@c.test>"))
    house.comes(raw("3", "<2@c.test>"))
    assert is_one_ticket(house.tenant)


def test_what_an_agent_has_answered_stays_where_it_is(house: House):
    comes(house.tenant, written(1), written(2, CITES[2]))
    notice = house.letter(Letter.NOTIFICATION)
    house.writes(house.tenant.agent_address, "Re: Mail 2", house.address(notice, "r"))
    comes(house.tenant, written(3, CITES[3]))
    assert is_one_ticket(house.tenant)


def test_so_does_what_an_agent_answered_among_old_mails(tenant: Tenant):
    answer = written(4, (2,), tenant.agent_address)
    hint(imported(tenant, written(1), written(2, CITES[2]), answer, written(3, CITES[3])))
    assert is_one_ticket(tenant)


def is_one_ticket(tenant: Tenant) -> bool:
    return [len(names) for _, names in rows(tenant, HOMES)] == [4]


def test_who_answers_a_letter_of_ours_closes_no_ring(house: House):
    comes(house.tenant, written(1), written(2, CITES[2]))
    receipt = house.letter(Letter.ACKNOWLEDGEMENT)
    house.comes(raw("3", f"<2@c.test> {receipt.message_id}"))
    house.comes(raw("4", "<2@c.test>"), to=house.address(receipt, "r"))
    assert partition(house.tenant) == [["1", "2", "3", "4"]]


def raw(name: str, references: str) -> bytes:
    head = f"From: {CAROL}\r\nSubject: Kettle\r\nMessage-ID: <{name}@c.test>\r\nReferences: {references}\r\n"
    return f"{head}\r\nWords {name}\r\n".encode()


def test_a_ring_is_no_way_around_the_limit_of_new_tickets(tenant: Tenant):
    bound(tenant, "ticket_create", email="1/hour")
    for number, cites in CITES.items():
        comes(tenant, written(number, cites))
    assert partition(tenant) == [["1", "2", "3"]]


def test_mails_that_overtook_each_other_are_no_ring(tenant: Tenant):
    """The fourth answers the third, which comes last: their ticket awaits it; the second does not."""
    comes(tenant, written(1), written(2, (1,)), written(4, (3,)))
    comes(tenant, written(3, (2,)))
    assert len(rows(tenant, "SELECT 1 FROM tickets WHERE merged_into_id IS NULL")) == 1
    assert rows(tenant, "SELECT 1 FROM ticket_links") == []


def test_a_mail_that_cites_itself_is_no_ring(tenant: Tenant):
    comes(tenant, written(1), written(2, (2, 1)))
    comes(tenant, written(2, (2, 1), "dave@customer.test"))
    assert partition(tenant) == [["1", "2"], ["2"]]


STRAYS = " UNION ALL ".join(
    f"SELECT '{table}' FROM {table} x JOIN ticket_comments c ON c.org_id = x.org_id AND c.id = x.comment_id"
    " AND c.ticket_id <> x.ticket_id"
    for table in ("ticket_attachments", "message_ids", "outgoing", "notifications", "raw_mail", "webhook_calls")
)


def strays(tenant: Tenant) -> list[Any]:
    """Rows that name another ticket than that of their comment."""
    return rows(tenant, STRAYS)
