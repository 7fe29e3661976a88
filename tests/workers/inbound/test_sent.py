"""Reports about our letters, through the ledger: what they change, whom nothing is sent to, and who hears of it."""

from threading import Thread

import pytest

from models import marks
from models.base import uuid7
from models.database import transaction
from models.outgoing import Letter, State
from models.profile import Role
from models.tenancy import add_person
from tests.conftest import Tenant
from tests.reports import complaint, delivery_report
from tests.waiting import until
from tests.workers.inbound.house import CAROL, House
from workers.inbound import journey, task
from workers.inbound.facts import Received
from workers.inbound.news import SOFT_LETTERS
from workers.inbound.task import receive


@pytest.fixture
def house(tenant: Tenant) -> House:
    return House(tenant)


def test_a_hard_bounce_comes_home(house: House):
    reply, notice = house.answered(), house.letter(Letter.NOTIFICATION)
    back = delivery_report(house.address(reply), CAROL)
    row = house.comes(back, house.address(reply))
    assert (row.stage, row.ticket_id) == ("filed", reply.ticket_id)
    assert house.state(reply) == ("bounced", "550 5.1.1 no such user")
    assert house.state(notice)[0] == "sent", "only the one it is about"
    (report,) = house.rows("SELECT outcome, answer FROM deliveries WHERE outgoing_id = :id", id=reply.id)
    assert (report.outcome, report.answer) == ("bounced", "550 5.1.1 no such user")
    assert house.suppressed() == [(CAROL, "bounced", True)]
    assert house.told() == [(house.tenant.agent_address, "queued")]
    (comment,) = house.rows("SELECT * FROM ticket_comments WHERE sender_type = 'system'")
    assert comment.is_internal
    assert comment.text.startswith(
        f"The letter to {CAROL} did not arrive: 550 5.1.1 no such user. No more letters go to this address.\n\n"
    )
    assert [one["verdict"] for one in row.trace if one["step"] == "news"] == ["bounced"]
    assert house.tickets() == 1


def test_told_twice_it_is_one_news(house: House):
    reply = house.answered()
    ids = [house.store(delivery_report("", CAROL, number=n), house.address(reply)) for n in range(3)]
    receive([str(one) for one in ids])
    house.comes(delivery_report("", CAROL, number=9), house.address(reply))
    assert len(house.told()) == 1
    assert len(house.rows("SELECT id FROM deliveries WHERE outgoing_id = :id", id=reply.id)) == 1
    house.change("UPDATE suppressions SET until = now()")
    house.comes(delivery_report("", CAROL, number=10), house.address(reply))
    assert house.suppressed() == [(CAROL, "bounced", False)], "what somebody lifted stays lifted"


@pytest.mark.parametrize("way", ["return path", "Message-ID", "reply address", "Reply-To", "Return-Path"])
def test_it_is_tied_to_its_letter_by_whatever_comes_back(house: House, way: str):
    reply = house.answered()
    to = {"return path": house.address(reply), "reply address": house.address(reply, "r")}.get(way, "")
    carried = {
        "Message-ID": reply.message_id,
        "Reply-To": house.address(reply, "r"),
        "Return-Path": f"<{house.address(reply)}>",
    }.get(way)
    house.comes(delivery_report("", CAROL, headers=f"{way}: {carried}" if carried else ""), to)
    assert house.state(reply)[0] == "bounced"
    assert house.suppressed() == [(CAROL, "bounced", True)]


@pytest.mark.parametrize("forgery", ["no mark", "another's mark", "a broken mark", "a made-up Message-ID"])
def test_a_forged_report_changes_nothing_and_is_seen(house: House, neighbour: Tenant, forgery: str):
    reply = house.answered()
    local, _, domain = house.address(reply).partition("@")
    to = {
        "another's mark": marks.return_path(house.tenant.address, neighbour.id, reply.handle),
        "a broken mark": f"{local[:-1]}{'b' if local[-1] == 'a' else 'a'}@{domain}",
    }.get(forgery, "")  # fmt: skip
    made_up = marks.message_id(reply.id, neighbour.id, house.tenant.domain)
    named = f"Message-ID: {made_up}" if forgery == "a made-up Message-ID" else f"Reply-To: {to or 'x@y.test'}"
    before = len(house.rows("SELECT id FROM outgoing"))
    row = house.comes(delivery_report("", CAROL, headers=named), to)
    assert (row.stage, row.ticket_id) == ("quarantined", None)
    assert "bears no mark of ours" in row.reason
    assert house.state(reply)[0] == "sent"
    assert (house.suppressed(), house.told(), house.tickets()) == ([], [], 1)
    assert len(house.rows("SELECT id FROM outgoing")) == before, "nobody is answered"


def test_the_address_is_the_one_we_wrote_to_whatever_a_report_names(house: House):
    reply = house.answered()
    house.comes(delivery_report("", "victim@bank.test"), house.address(reply))
    assert house.suppressed() == [(CAROL, "bounced", True)]


def test_a_person_may_release_what_only_looks_like_a_report(house: House):
    row_id = house.store(delivery_report("", CAROL))
    receive([str(row_id)])
    step = '[{"step": "desk", "verdict": "received", "reason": "decided by a person"}]'
    house.change("UPDATE raw_mail SET stage = 'received', attempts = 0, trace = trace || CAST(:s AS jsonb)", s=step)
    receive([str(row_id)])
    (row,) = house.rows("SELECT stage FROM raw_mail WHERE id = :id", id=row_id)
    assert (row.stage, house.tickets(), house.suppressed()) == ("filed", 1, [])


def test_what_cannot_be_delivered_for_now_counts(house: House):
    house.answered()
    full = {"status": "4.2.2", "said": "452 4.2.2 mailbox full"}
    for number in range(SOFT_LETTERS):
        assert house.suppressed() == []
        house.writes(
            house.tenant.agent_address, "Re: The kettle", house.address(house.letter(Letter.NOTIFICATION), "r")
        )
        reply = house.letter(Letter.REPLY)
        house.comes(delivery_report("", CAROL, number=number, **full), house.address(reply))
        assert house.state(reply) == ("bounced", "452 4.2.2 mailbox full")
    assert house.suppressed() == [(CAROL, "bounced", False)]
    assert len(house.told()) == SOFT_LETTERS, "each time a person's words were lost"


@pytest.mark.parametrize("since", ["it is long ago", "it was lifted"])
def test_what_is_over_counts_no_more(house: House, since: str):
    reply = house.answered()
    for _ in range(SOFT_LETTERS):
        house.change(
            "INSERT INTO outgoing (org_id, id, handle, mailbox_id, ticket_id, profile_id, letter, recipient,"
            " message_id, state) SELECT org_id, CAST(:id AS uuid), handle + (random() * 1e9)::bigint, mailbox_id,"
            " ticket_id, profile_id, letter, upper(recipient), :id, 'bounced' FROM outgoing WHERE id = :old",
            id=str(uuid7()),
            old=reply.id,
        )
    ago = "8 days" if since == "it is long ago" else "1 hour"
    house.change(
        "INSERT INTO deliveries (org_id, outgoing_id, at, outcome)"
        f" SELECT org_id, id, now() - interval '{ago}', 'bounced' FROM outgoing WHERE state = 'bounced'"
    )
    if since == "it was lifted":
        house.change(
            "INSERT INTO suppressions (org_id, address, reason, until) SELECT org_id, :carol, 'bounced', now()"
            " FROM outgoing WHERE id = :id",
            carol=CAROL,
            id=reply.id,
        )
    house.comes(delivery_report("", CAROL, "4.2.2", said="452 4.2.2 full"), house.address(reply))
    assert house.state(reply)[0] == "bounced"
    assert house.rows("SELECT address FROM suppressions WHERE until IS NULL OR until > now()") == []


def test_a_letter_that_arrived(house: House):
    reply = house.answered()
    house.comes(delivery_report("", CAROL, "2.0.0", "delivered", "250 2.0.0 ok"), house.address(reply))
    assert house.state(reply)[0] == "delivered"
    assert (house.suppressed(), house.told()) == ([], [])
    house.comes(delivery_report("", CAROL), house.address(reply))
    assert house.state(reply)[0] == "bounced", "whoever took it may find out later"


def test_a_delay_changes_nothing(house: House):
    reply = house.answered()
    row = house.comes(delivery_report("", CAROL, "4.4.1", "delayed", "no answer"), house.address(reply))
    assert (row.stage, house.state(reply)[0], house.suppressed(), house.told()) == ("filed", "sent", [], [])


@pytest.mark.parametrize(("kind", "counts"), [("abuse", True), ("fraud", True), ("not-spam", False)])
def test_who_complains_gets_no_more_letters(house: House, kind: str, counts: bool):
    reply = house.answered()
    row = house.comes(complaint(house.tenant.address, reply.message_id, kind), sender="feedback@provider.test")
    assert (row.stage, row.ticket_id) == ("filed", reply.ticket_id)
    assert house.suppressed() == ([(CAROL, "complained", True)] if counts else [])
    assert len(house.told()) == counts
    assert house.state(reply)[0] == ("delivered" if counts else "sent")


def test_a_suppressed_address_gets_no_letter_and_the_agent_hears_of_it(house: House):
    reply = house.answered()
    house.comes(delivery_report("", CAROL), house.address(reply))
    told = house.letter(Letter.RETURNED)
    row = house.writes(house.tenant.agent_address, "Re: Not delivered", house.address(told, "r"))
    newest = house.rows("SELECT state, answer FROM outgoing WHERE letter = :l ORDER BY id DESC LIMIT 1", l=Letter.REPLY)
    assert newest[0].state == State.WITHHELD
    assert newest[0].answer == "the address is suppressed: bounced: 550 5.1.1 no such user"
    (step,) = [one for one in row.trace if one["step"] == "suppressed"]
    assert (step["verdict"], CAROL in step["reason"]) == ("withheld", True)
    assert [to for to, _ in house.told()] == [house.tenant.agent_address] * 2
    row = house.writes(CAROL, "Another matter")
    (ack,) = house.rows(
        "SELECT state FROM outgoing WHERE letter = 'acknowledgement' AND ticket_id = :t", t=row.ticket_id
    )
    assert ack.state == State.WITHHELD
    house.change("UPDATE suppressions SET until = now()")
    row = house.writes(CAROL, "A third matter")
    (ack,) = house.rows(
        "SELECT state FROM outgoing WHERE letter = 'acknowledgement' AND ticket_id = :t", t=row.ticket_id
    )
    assert ack.state == State.QUEUED


def test_an_agent_whose_address_is_gone_is_not_told_by_letter_but_the_others_are(house: House):
    bo = f"bo@{house.tenant.domain}"
    with transaction(house.tenant.id) as connection:
        add_person(connection, house.tenant.id, bo, "Bo", Role.ADMIN)
    house.writes()
    notice = house.letter(Letter.NOTIFICATION, house.tenant.agent_address)
    house.comes(delivery_report("", house.tenant.agent_address), house.address(notice))
    assert house.suppressed() == [(house.tenant.agent_address, "bounced", True)]
    assert house.told() == [(bo, "queued")]


def test_who_has_seen_a_message_id_of_an_agents_letter_cannot_silence_the_agent(house: House):
    house.writes()
    notice = house.letter(Letter.NOTIFICATION, house.tenant.agent_address)
    row = house.comes(
        delivery_report("", house.tenant.agent_address, headers=f"Message-ID: {notice.message_id}"), sender=CAROL
    )
    assert (row.stage, row.ticket_id) == ("filed", notice.ticket_id)
    assert (house.suppressed(), house.told()) == ([], [])


def test_of_two_workers_with_a_report_each_only_one_tells(house: House):
    reply, org = house.answered(), house.tenant.id
    ids = [house.store(delivery_report("", CAROL, number=number), house.address(reply)) for number in range(2)]
    read = task._read(task._rows(task._claim(ids, fresh=True)))
    first, second = (
        Received(row.id, row.mailbox_id, "", tuple(row.recipients), row.received_at, row.attempts, mail, row.content)
        for row, mail in read
        if mail
    )

    def file_the_other() -> None:
        with transaction(org) as connection:
            journey.file(connection, org, [second], task.sandbox().parse)

    waits = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    with transaction(org) as connection:
        journey.file(connection, org, [first], task.sandbox().parse)
        other = Thread(target=file_the_other)
        other.start()
        until(lambda: house.rows(waits))
    other.join(30)
    assert len(house.told()) == 1
    assert len(house.rows("SELECT id FROM deliveries WHERE outgoing_id = :id", id=reply.id)) == 1
    assert len(house.rows("SELECT id FROM raw_mail WHERE stage = 'filed' AND mail_from = ''")) == 2
