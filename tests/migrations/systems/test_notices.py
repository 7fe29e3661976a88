"""Notices of what happens to one's tickets (S0, S1), and the ringing for them."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from models.database import transaction
from models.settings import Settings
from tests.migrations.systems.cast import Cast, Person

NOTICES = "SELECT type FROM notifications ORDER BY created_at, id"


def told(person: Person) -> list[str]:
    return [row.type for row in person.ask(NOTICES)]


def test_s1_notification_types(cast: Cast):
    """The creator hears of what becomes of it, the assignee that it is theirs; nobody of what they did themselves."""
    ticket = cast.agent.opens(of=cast.customer)
    cast.agent.changes(ticket, assigned_to=cast.colleague.id)
    cast.colleague.changes(ticket, stage_id=cast.stage("In progress"))
    cast.colleague.changes(ticket, stage_id=cast.stage("Resolved"))
    cast.colleague.changes(ticket, stage_id=cast.stage("Closed"))
    assert told(cast.customer) == ["ticket_created", "ticket_updated", "ticket_resolved", "ticket_closed"]
    assert told(cast.colleague) == ["ticket_assigned"]
    assert told(cast.agent) == told(cast.admin) == told(cast.other) == []


def test_s1_comment_notifications(cast: Cast):
    """To creator and assignee, not to the commenter, and of internal ones not to customers (S1: to nobody)."""
    ticket = cast.customer.opens()
    cast.agent.changes(ticket, assigned_to=cast.agent.id)
    cast.customer.says(ticket)
    assert (told(cast.customer), told(cast.agent)) == ([], ["ticket_commented"])
    cast.agent.says(ticket)
    cast.colleague.says(ticket, "I know him", internal=True)
    assert (told(cast.customer), told(cast.agent)) == (["ticket_commented"], ["ticket_commented"] * 2)
    (row,) = cast.customer.ask("SELECT title, content, link FROM notifications")
    number = cast.customer.one("SELECT number FROM tickets WHERE id = :id", id=ticket)
    assert (row.title, row.link) == (f"{number}: Printer on fire", f"/tickets/{number}")
    assert row.content == {"commenter": str(cast.agent.id), "excerpt": "It burns"}


def test_s1_cleanup_old_notifications(cast: Cast, others: Cast):
    """What is over goes, in every organization, in portions; the rest stays."""
    for one in (cast, others):
        one.system(
            "INSERT INTO notifications (org_id, profile_id, type, title, expires_at)"
            " SELECT :org, :who, 'mention', 'x', now() + d * interval '1 day' FROM unnest('{-3,-2,-1,1}'::int[]) d",
            who=one.customer.id,
        )
    clean = text("SELECT cleanup_old_notifications(:most)")
    with transaction() as connection:
        assert connection.scalar(clean, {"most": 4}) == 4
    with transaction() as connection:
        assert connection.scalar(clean, {"most": 10}) >= 2
    assert len(cast.customer.ask(NOTICES)) == len(others.customer.ask(NOTICES)) == 1


@pytest.fixture
def line(instance: Settings) -> Iterator[psycopg.Connection[Any]]:
    """A program that listens, with the application's login."""
    with psycopg.connect(instance.url("app"), autocommit=True) as connection:
        connection.execute("LISTEN notices")
        yield connection


def test_s1_realtime(cast: Cast, line: psycopg.Connection[Any]):
    """Whoever gets a notice is rung for when it is there to be read: by identifiers, once however many there are."""
    ticket = cast.customer.opens("A title nobody may overhear")
    with transaction(cast.org, role="agent", profile=cast.agent.id) as connection:
        for words in ("One", "Two"):
            connection.execute(
                text(
                    "INSERT INTO ticket_comments (org_id, ticket_id, author_id, sender_type, text)"
                    " VALUES (:org, :ticket, :me, 'agent', :words)"
                ),
                {"org": cast.org, "ticket": ticket, "me": cast.agent.id, "words": words},
            )
        assert list(line.notifies(timeout=0)) == []
    (ring,) = line.notifies(timeout=5, stop_after=1)
    assert (ring.channel, ring.payload) == ("notices", f"{cast.org} {cast.customer.id}")
    assert told(cast.customer) == ["ticket_commented"] * 2
    assert list(line.notifies(timeout=0)) == []
