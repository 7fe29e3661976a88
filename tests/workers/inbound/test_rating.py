"""Too much of somebody: what is held, what is folded, who is told, and what it does to others."""

from collections import Counter
from collections.abc import Sequence
from ipaddress import ip_network

import pytest
from sqlalchemy import text

from models import networks
from models.database import transaction
from models.settings import Settings
from tests.conftest import Tenant
from tests.workers.inbound.mailroom import bound, file, rows, store, written
from workers.inbound import facts, rating, screening
from workers.inbound.windows import Window, Windows

NOTICES = (
    "SELECT n.title, n.content ->> 'text' AS text, p.email FROM notifications n"
    " JOIN profiles p ON p.org_id = n.org_id AND p.id = n.profile_id WHERE n.type = 'limit' ORDER BY n.id"
)
LIMITS = (
    "SELECT identifier_type AS type, identifier, action, blocked_until > now() AS stands FROM rate_limits ORDER BY 1"
)


def mails(tenant: Tenant, count: int, sender: str = "m@many.test", peer: str = "127.0.0.1") -> list[str]:
    """Stages of mails that came at once."""
    return [row.stage for row in file(tenant, *(store(tenant, written(sender), peer=peer) for _ in range(count)))]


def test_beyond_the_bound_mails_are_held_and_the_admins_are_told_once(tenant: Tenant):
    bound(tenant, "message_send", email="3/hour")
    assert mails(tenant, 5) == ["filed"] * 3 + ["quarantined"] * 2
    assert mails(tenant, 2) == ["quarantined"] * 2
    (limit,) = rows(tenant, LIMITS)
    assert (limit.type, limit.identifier, limit.action, limit.stands) == ("email", "m@many.test", "message_send", True)
    (notice,) = rows(tenant, NOTICES)
    assert notice.email == tenant.agent_address, "where nobody is an admin, agents are told"
    assert notice.title == "Mails of the address m@many.test are held"
    assert notice.text == "There were more than 3 mails within an hour from the address m@many.test."
    (held,) = {row.reason for row in rows(tenant, "SELECT reason FROM raw_mail WHERE stage = 'quarantined'")}
    assert held == "more than 3 mails within an hour from the address m@many.test"


def test_two_workers_decide_the_same_and_tell_once(tenant: Tenant, monkeypatch: pytest.MonkeyPatch):
    bound(tenant, "message_send", email="1/hour")
    known = screening.read
    with monkeypatch.context() as patches:  # what another worker decides meanwhile is not among the facts
        patches.setattr(facts, "read", lambda row: known(row | {"decided": []}))
        assert [mails(tenant, 2), mails(tenant, 1)] == [["filed", "quarantined"], ["quarantined"]]
    assert len(rows(tenant, NOTICES)) == len(rows(tenant, LIMITS)) == 1


def test_a_flood_slows_nobody_else(tenant: Tenant):
    bound(tenant, "message_send", email="3/hour", organization="30/hour")
    bound(tenant, "ticket_create", email="off", organization="30/hour")
    assert Counter(mails(tenant, 20)) == {"filed": 3, "quarantined": 17}
    assert Counter(mails(tenant, 40)) == {"quarantined": 40}, "whom a limit stops is not counted on"
    assert mails(tenant, 8, "c@customer.test")[:3] == ["filed"] * 3


@pytest.mark.parametrize(
    ("bounds", "senders", "peers"),
    [
        ({"domain": "3/hour"}, "m{}@many.test", "127.0.0.1"),
        ({"organization": "3/hour"}, "m@many{}.test", "127.0.0.1"),
        ({"ip": "3/hour"}, "m@many{}.test", "8.8.8.8"),
        ({"network": "3/hour"}, "m@many{}.test", "8.8.8.{}"),
        ({"network": "3/hour"}, "m@many{}.test", "2a00:1450:4001:1::{}"),
    ],
)
def test_by_whom_it_is_counted(tenant: Tenant, bounds: dict[str, str], senders: str, peers: str):
    bound(tenant, "message_send", **bounds)
    ids = [store(tenant, written(senders.format(n)), peer=peers.format(n)) for n in range(1, 5)]
    assert [row.stage for row in file(tenant, *ids)] == ["filed"] * 3 + ["quarantined"]


def test_a_relay_of_our_own_speaks_for_many(tenant: Tenant, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(networks, "own_networks", lambda: (ip_network("8.8.4.0/24"),))
    bound(tenant, "message_send", ip="1/hour", network="1/hour")
    for peer in ("10.0.0.25", "8.8.4.4"):
        assert mails(tenant, 3, peer=peer) == ["filed"] * 3


def test_more_tickets_of_one_sender_go_on_in_the_last(tenant: Tenant):
    bound(tenant, "ticket_create", email="3/hour")
    first = file(tenant, *(store(tenant, written("m@many.test")) for _ in range(5)))
    second = file(tenant, *(store(tenant, written("m@many.test")) for _ in range(2)))
    assert {row.stage for row in (*first, *second)} == {"filed"}
    tickets = [row.ticket_id for row in (*first, *second)]
    assert len(set(tickets)) == 3
    assert set(tickets[2:]) == {tickets[2]}
    assert {step["verdict"] for row in second for step in row.trace if step["step"] == "thread"} == {"folded"}
    assert "more than 3 new tickets within an hour" in second[0].trace[-3]["reason"]
    assert [row.title for row in rows(tenant, NOTICES)] == ["New tickets of the address m@many.test go on in one"]
    told = Counter(row.state for row in rows(tenant, "SELECT state FROM outgoing WHERE letter LIKE 'notification%'"))
    assert told == {"queued": 6, "withheld": 1}, "of a flood agents hear three times an hour"


def test_others_of_the_same_batch_have_their_own_tickets(tenant: Tenant):
    bound(tenant, "ticket_create", email="1/hour")
    senders = ["m@many.test", "c@customer.test", "m@many.test", "d@customer.test"]
    found = file(tenant, *(store(tenant, written(one)) for one in senders))
    assert found[0].ticket_id == found[2].ticket_id
    assert len({row.ticket_id for row in found}) == 3


def test_a_conversation_is_no_flood(tenant: Tenant):
    bound(tenant, "ticket_create", email="1/hour")
    (first,) = file(tenant, store(tenant, written("c@customer.test")))
    (cited,) = rows(tenant, "SELECT message_id FROM message_ids WHERE direction = 'in'")
    answers = [store(tenant, written("c@customer.test", f"In-Reply-To: {cited.message_id}")) for _ in range(5)]
    found = file(tenant, *answers)
    assert {row.ticket_id for row in found} == {first.ticket_id}
    assert rows(tenant, LIMITS) == []


def test_who_writes_on_their_own_ticket_does_not_pay_for_strangers(tenant: Tenant):
    bound(tenant, "message_send", domain="2/hour", organization="2/hour")
    (own,) = file(tenant, store(tenant, written("carla@many.test")))
    (cited,) = rows(tenant, "SELECT message_id FROM message_ids WHERE direction = 'in'")
    flood = file(tenant, *(store(tenant, written(f"m{n}@many.test")) for n in range(5)))
    assert Counter(row.stage for row in flood) == {"filed": 1, "quarantined": 4}
    (more,) = file(tenant, store(tenant, written("carla@many.test", f"In-Reply-To: {cited.message_id}")))
    assert (more.stage, more.ticket_id) == ("filed", own.ticket_id)


def test_a_blocked_sender_takes_nobodys_room(tenant: Tenant):
    bound(tenant, "message_send", organization="2/hour")
    with transaction(tenant.id, role="admin") as connection:
        connection.execute(
            text("INSERT INTO blocked_senders (org_id, kind, value) VALUES (:org, 'domain', 'many.test')"),
            {"org": tenant.id},
        )
    assert mails(tenant, 5) == ["quarantined"] * 5
    assert mails(tenant, 2, "c@customer.test") == ["filed"] * 2


def test_bounces_that_name_no_letter_of_ours_are_folded_too(tenant: Tenant):
    bound(tenant, "ticket_create", email="1/hour")
    report = "Content-Type: multipart/report; report-type=delivery-status; boundary=b"
    ids = [store(tenant, written("mailer-daemon@relay.test", report, f"X-N: {n}"), path="") for n in range(4)]
    assert len({row.ticket_id for row in file(tenant, *ids)}) == 1


def test_who_is_let_in_again_is_counted_anew(tenant: Tenant):
    bound(tenant, "message_send", email="2/hour")
    assert mails(tenant, 3) == ["filed", "filed", "quarantined"]
    with transaction(tenant.id, role="admin") as connection:
        connection.execute(text("UPDATE rate_limits SET is_blocked = false, blocked_until = NULL"))
    assert mails(tenant, 3) == ["filed", "filed", "quarantined"]


def test_a_released_mail_passes_and_is_not_counted(tenant: Tenant):
    bound(tenant, "message_send", email="1/hour")
    kept = file(tenant, *(store(tenant, written("m@many.test")) for _ in range(2)))[1]
    with transaction(tenant.id, role="admin") as connection:
        connection.execute(
            text(
                "UPDATE raw_mail SET stage = 'received', attempts = 0, trace = trace || CAST(:step AS jsonb)"
                " WHERE id = :id"
            ),
            {"id": kept.id, "step": '[{"step": "desk", "verdict": "received", "reason": "decided by a person"}]'},
        )
    (row,) = file(tenant, kept.id)
    assert row.stage == "filed"
    assert {"step": "screens", "verdict": "released", "reason": "decided by a person"} in row.trace


def test_a_mail_that_is_tried_again_counts_once(tenant: Tenant, monkeypatch: pytest.MonkeyPatch):
    bound(tenant, "message_send", email="2/hour")
    ids = [store(tenant, written("m@many.test")) for _ in range(2)]
    with monkeypatch.context() as patches:
        patches.setattr("workers.inbound.journey.write", _fails)
        file(tenant, *ids)
    with transaction(tenant.id) as connection:
        connection.execute(text("UPDATE raw_mail SET attempts = 0, leased_until = NULL"))
    assert {row.stage for row in file(tenant, *ids)} == {"filed"}


def _fails(*_: object) -> None:
    raise ValueError("no")


def test_without_redis_each_worker_counts_for_itself(
    tenant: Tenant, instance: Settings, monkeypatch: pytest.MonkeyPatch
):
    bound(tenant, "message_send", email="2/hour")
    alone = Windows(f"redis+socket://{instance.home}/nobody.sock")
    monkeypatch.setattr(rating, "windows", lambda: alone)
    assert mails(tenant, 3) == ["filed", "filed", "quarantined"]


def test_redis_is_asked_once_for_a_whole_batch(tenant: Tenant, monkeypatch: pytest.MonkeyPatch):
    bound(tenant, "message_send", email="15/hour", domain="15/hour", organization="15/hour")
    trips: list[int] = []
    ask = Windows._ask_redis

    def counted(self: Windows, asked: Sequence[tuple[Window, int]]) -> list[bool]:
        trips.append(len(asked))
        return ask(self, asked)

    monkeypatch.setattr(Windows, "_ask_redis", counted)
    mails(tenant, 10)
    assert trips == [4], "about the mails and the tickets of the sender, the domain, the organization, together"
