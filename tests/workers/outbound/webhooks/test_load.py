"""What webhooks ask for by themselves is told to them, whoever does it, and never what anybody wrote."""

from sqlalchemy import text

from models.database import transaction
from models.outgoing import State
from models.webhook import Event
from tests.conftest import Tenant
from tests.models.doors import create
from tests.workers.clock.stages import move
from tests.workers.outbound.outbox import open_desk
from tests.workers.outbound.receiver import Receiver
from tests.workers.outbound.webhooks.conftest import Hooked, ring


def test_events_are_told_to_who_asks_for_them(tenant: Tenant, neighbour: Tenant, receiver: Receiver):
    deaf, theirs = Hooked(tenant, receiver.url), Hooked(neighbour, receiver.url, *Event)
    keen = Hooked(tenant, receiver.url, *Event)
    desk = open_desk(tenant)
    for stage in ("Resolved", "Closed"):
        move(tenant, desk.ticket, stage)
    note = (
        "INSERT INTO ticket_comments (org_id, ticket_id, author_id, sender_type, text, is_internal)"
        " VALUES (:org, :ticket, :author, 'agent', 'secret', true)"
    )
    desk.change(note, ticket=desk.ticket, author=tenant.agent)
    with transaction(tenant.id) as connection:
        create(connection, desk.customer, "Old", created_at="2020-01-01T00:00:00Z")
        create(connection, desk.customer, "Given", assigned_to=tenant.agent)
    ring(deaf, theirs, keen)
    assert (deaf.calls, theirs.calls) == ([], [])
    told = [(taken.said["type"], taken.said["data"]) for taken in receiver.taken]
    assert [kind for kind, _ in told] == [
        "ticket.created", "ticket.commented", "ticket.resolved", "ticket.closed", "ticket.commented", "ticket.created",
        "ticket.assigned",
    ]  # fmt: skip
    assert [data["comment"]["is_internal"] for kind, data in told if kind == "ticket.commented"] == [False, True]
    assert [data["ticket"]["status"] for _, data in told[:5]] == ["open", "open", "resolved", "closed", "closed"]
    assert b"secret" not in b"".join(taken.content for taken in receiver.taken)
    assert keen.states == [State.SENT] * 7


def test_people_of_any_role_make_events(tenant: Tenant, receiver: Receiver):
    keen = Hooked(tenant, receiver.url, Event.COMMENTED)
    desk = open_desk(tenant)
    say = text(
        "INSERT INTO ticket_comments (org_id, ticket_id, author_id, sender_type, text)"
        " VALUES (:org, :ticket, :author, 'customer', 'Still on fire')"
    )
    with transaction(tenant.id, profile=desk.customer, role="customer") as connection:
        connection.execute(say, {"org": tenant.id, "ticket": desk.ticket, "author": desk.customer})
    ring(keen)
    assert [taken.said["data"]["comment"]["by"] for taken in receiver.taken] == ["agent", "customer"]
