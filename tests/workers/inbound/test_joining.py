"""Which tickets a mail makes one: only those in which its writer takes part, with the same people in each."""

from dataclasses import replace

import pytest

from models import marks
from models.base import uuid7
from models.profile import Role
from models.workflow import Status
from tests.conftest import Tenant
from tests.workers.inbound.test_task import a_mail, hint, rows, store
from workers.inbound.facts import Known, Person
from workers.inbound.joining import conversation
from workers.inbound.thread import Lead

CAROL = Person(uuid7(), "Carol", "carol@customer.test", Role.CUSTOMER)
DAVE = Person(uuid7(), "Dave", "dave@customer.test", Role.CUSTOMER)
FIRST, SECOND, THIRD = (Known(uuid7(), title, Status.OPEN, CAROL) for title in ("First", "Second", "Third"))
HIS = Known(uuid7(), "His", Status.OPEN, DAVE)
BOTH = Known(uuid7(), "Both", Status.OPEN, CAROL, participants=(DAVE,))


def by(name: str, *tickets: Known) -> list[Lead]:
    return [Lead(one, "cited Message-ID", name=name) for one in tickets]


def found(near: Known, leads: list[Lead], author: Person | None = CAROL, *, imported: bool = False) -> list[str]:
    return [one.title for one in conversation(near, leads, author, imported=imported)]


def test_the_one_that_was_there_first_goes_on():
    assert found(SECOND, by("<a>", SECOND) + by("<b>", THIRD) + by("<c>", FIRST)) == ["First", "Second", "Third"]


ELSEWHERE = replace(SECOND, department_id=uuid7())


@pytest.mark.parametrize("other", [HIS, BOTH, ELSEWHERE], ids=["another's", "where others listen", "elsewhere"])
def test_nobody_hears_more_than_before(other: Known):
    assert found(FIRST, by("<a>", FIRST) + by("<b>", other)) == ["First"]
    assert found(FIRST, by("<a>", FIRST) + by("<b>", other), imported=True) == ["First"]


def test_of_those_that_know_a_message_id_the_first_counts_in_which_the_writer_takes_part():
    assert found(FIRST, by("<a>", FIRST) + by("<b>", HIS, SECOND, THIRD)) == ["First", "Second"]
    assert found(SECOND, by("<a>", FIRST, SECOND)) == ["Second"], "a program gives every mail the same Message-ID"


def test_old_threads_are_believed_where_everything_is_old():
    old, his_old = replace(FIRST, imported=True), replace(HIS, imported=True)
    leads = by("<a>", old) + by("<b>", his_old)
    assert found(old, leads, None, imported=True) == ["First", "His"]
    assert found(old, leads, CAROL) == ["First"], "who writes now is asked"
    assert found(old, by("<a>", old) + by("<b>", HIS), None, imported=True) == ["First"], "it goes on today"


def test_a_signed_address_joins_nothing():
    assert found(FIRST, [Lead(FIRST, "signed address"), Lead(SECOND, "signed address")]) == ["First"]


def test_what_led_to_the_joined_ticket_leads_on(tenant: Tenant):
    """Its letters' signed addresses, and its Message-IDs; nobody's forged mail is in the way, whenever it comes."""
    dora, eve = {"From": "dora@customer.test"}, {"From": "eve@elsewhere.test"}
    for number, headers in (
        (3, dora | {"References": "<2@c.test>"}),
        (2, eve | {"References": "<1@c.test> <3@c.test>"}),
        (1, dora),
        (1, eve),
        (2, dora | {"References": "<1@c.test>"}),
        (4, dora | {"References": "<1@c.test>"}),
    ):
        hint(store(tenant, a_mail(number, str(headers), **headers)))
    query = "SELECT t.id, merged_into_id, email FROM tickets t JOIN profiles p ON p.id = t.created_by ORDER BY t.id"
    bell, forged, joined, *more = rows(tenant, query)
    assert (joined.merged_into_id, bell.merged_into_id, forged.email) == (bell.id, None, "eve@elsewhere.test")
    assert [one.email for one in more] == [], "both mails of the stranger are on the stranger's ticket"
    (handle,) = rows(
        tenant, "SELECT handle FROM outgoing WHERE ticket_id = :id AND recipient LIKE 'dora%'", id=joined.id
    )[0]
    tenant_address = marks.reply_address(tenant.address, tenant.id, handle)
    assert answered(tenant, tenant_address) == bell.id
    said = rows(tenant, "SELECT count(*) AS said FROM ticket_comments WHERE ticket_id = :id", id=bell.id)
    assert said == [(4,)]


def answered(tenant: Tenant, to: str) -> object:
    """The ticket that an answer to a signed address comes to."""
    (mail,) = store(replace(tenant, address=to), a_mail(5, From="dora@customer.test"))
    hint([mail])
    return rows(tenant, "SELECT ticket_id FROM raw_mail WHERE id = :id", id=mail)[0].ticket_id
