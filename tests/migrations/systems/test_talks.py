"""Talks, tags, departments, ratings (S2) and macros (S4)."""

import json

import pytest
from sqlalchemy.exc import DBAPIError

from models.base import uuid7
from tests.migrations.systems.cast import Cast, Person

OPEN = "INSERT INTO chat_sessions (org_id, id, customer_id) VALUES (:org, :session, :me)"
TAKE = "UPDATE chat_sessions SET status = 'active', agent_id = :me WHERE id = :session"
SAY = "INSERT INTO chat_messages (org_id, session_id, sender_id, content) VALUES (:org, :session, :me, :words)"
FILE = "SELECT chat_to_ticket(:session, 'From a talk')"


def test_s2_a_talk_becomes_a_ticket(cast: Cast, others: Cast):
    """With all that was said, of whom and when, once; it is the agent's who had it."""
    session = uuid7()
    cast.customer.ask(OPEN, session=session)
    cast.customer.ask(SAY, session=session, words="It burns")
    cast.agent.ask(TAKE, session=session)
    cast.agent.ask(SAY, session=session, words="Where?")
    for stranger in (cast.customer, cast.other, cast.colleague, others.admin):
        with pytest.raises(DBAPIError, match="no such talk"):
            stranger.ask(FILE, session=session)
    ticket = cast.agent.one(FILE, session=session)
    found = cast.customer.one("SELECT get_ticket_details(:ticket)", ticket=ticket)
    assert (found["ticket"]["title"], found["ticket"]["createdBy"]["name"]) == ("From a talk", "Carl")
    assert [(it["content"], it["createdBy"]["name"], it["isInternal"]) for it in found["comments"]] == [
        ("It burns", "Carl", False), ("Where?", "Support Team", False),
    ]  # fmt: skip
    said = "SELECT created_at FROM {} ORDER BY created_at"
    assert cast.agent.ask(said.format("ticket_comments")) == cast.agent.ask(said.format("chat_messages"))
    assert cast.agent.ask("SELECT status, ticket_id, ended_at IS NOT NULL FROM chat_sessions") == [
        ("ended", ticket, True)
    ]
    assert cast.agent.ask("SELECT source, assigned_to FROM tickets") == [("chat", cast.agent.id)]
    assert cast.agent.ask("SELECT 1 FROM notifications") == [], "what was said is no news"
    with pytest.raises(DBAPIError, match="no such talk"):
        cast.agent.ask(FILE, session=session)


def test_s2_tags(cast: Cast, others: Cast):
    """Staff makes them, one for each spelling, and puts them on tickets; customers read the words."""
    add = "INSERT INTO tags (org_id, name, colour) VALUES (:org, :name, '#f00') RETURNING id"
    tag, ticket = cast.agent.one(add, name="Fire"), cast.customer.opens()
    put = "INSERT INTO ticket_tags (org_id, ticket_id, tag_id) VALUES (:org, :ticket, :tag)"
    cast.agent.ask(put, ticket=ticket, tag=tag)
    with pytest.raises(DBAPIError, match="uq_tags_name"):
        cast.agent.ask(add, name="FIRE")
    with pytest.raises(DBAPIError, match="row-level security"):
        cast.customer.ask(add, name="Mine")
    with pytest.raises(DBAPIError, match="foreign key"):
        others.agent.ask(put, ticket=others.customer.opens(), tag=tag)
    assert cast.customer.ask("SELECT name FROM tags") == [("Fire",)]
    assert others.admin.ask("SELECT name FROM tags") == []


def test_s2_departments(cast: Cast):
    """With isolation an agent sees their department's tickets and those that are theirs; an admin all."""
    add = "INSERT INTO departments (org_id, name) VALUES (:org, :name) RETURNING id"
    ours, theirs = (cast.admin.one(add, name=name) for name in ("Ours", "Theirs"))
    cast.admin.ask("UPDATE profiles SET department_id = :it WHERE id = :who", it=ours, who=cast.agent.id)
    for title, fields in (
        ("Ours", {"department_id": ours}),
        ("Mine", {"department_id": theirs, "assigned_to": cast.agent.id}),
        ("Theirs", {"department_id": theirs}),
        ("Nobody's", {}),
    ):
        cast.admin.opens(title, of=cast.customer, **fields)

    def seen(person: Person) -> list[str]:
        page = person.one('SELECT list_org_tickets(\'{"sort": "created"}\')')
        return [one["title"] for one in page["tickets"]]

    everything = ["Nobody's", "Theirs", "Mine", "Ours"]
    assert seen(cast.agent) == everything
    cast.admin.ask("UPDATE organization_settings SET department_isolation = true")
    assert (seen(cast.agent), seen(cast.colleague)) == (["Mine", "Ours"], [])
    assert seen(cast.admin) == seen(cast.customer) == everything


def test_s2_ticket_feedback(cast: Cast):
    """One to five, by whom the ticket is of, once it is resolved, once for each resolution; staff reads it."""
    rate = (
        "INSERT INTO ticket_feedback (org_id, ticket_id, created_by, rating, comment)"
        " VALUES (:org, :ticket, :me, :rating, 'Thanks')"
    )
    ticket = cast.customer.opens()
    with pytest.raises(DBAPIError, match=r"no such resolution|row-level security"):
        cast.customer.ask(rate, ticket=ticket, rating=5)
    cast.resolves(ticket)
    for rating in (0, 6):
        with pytest.raises(DBAPIError, match="rating"):
            cast.customer.ask(rate, ticket=ticket, rating=rating)
    for stranger in (cast.other, cast.agent):
        with pytest.raises(DBAPIError, match=r"row-level security|no such resolution"):
            stranger.ask(rate, ticket=ticket, rating=5)
    cast.customer.ask(rate, ticket=ticket, rating=5)
    with pytest.raises(DBAPIError, match="uq_ticket_feedback"):
        cast.customer.ask(rate, ticket=ticket, rating=1)
    assert cast.agent.ask("SELECT rating, comment FROM ticket_feedback") == [(5, "Thanks")]
    assert cast.other.ask("SELECT 1 FROM ticket_feedback") == []


def test_s4_macros(cast: Cast, others: Cast):
    """A title once for each organization; admins prepare, agents use, customers do not know of them."""
    add = "INSERT INTO macros (org_id, title, body, created_by) VALUES (:org, :title, 'Hello {{ title }}', :me)"
    for one in (cast, others):
        one.admin.ask(add, title="Greeting")
    with pytest.raises(DBAPIError, match="uq_macros_title"):
        cast.admin.ask(add, title="GREETING")
    for person in (cast.agent, cast.customer):
        with pytest.raises(DBAPIError, match="row-level security"):
            person.ask(add, title="Mine")
    query = "SELECT title, created_by FROM macros WHERE title = 'Greeting'"
    assert cast.agent.ask(query) == [("Greeting", cast.admin.id)]
    assert cast.customer.ask(query) == []


def test_s1_article_versions(cast: Cast, others: Cast):
    """Each text counts and is kept with who wrote it; a touch is no version. Customers read what is published."""
    article = cast.agent.one(
        "INSERT INTO articles (org_id, title, content, author_id) VALUES (:org, 'Fire', 'Run', :me) RETURNING id"
    )
    cast.colleague.ask("UPDATE articles SET content = 'Walk' WHERE id = :id", id=article)
    cast.agent.ask("UPDATE articles SET tags = '{fire}' WHERE id = :id", id=article)
    assert cast.agent.ask("SELECT version FROM articles") == [(2,)]
    assert cast.agent.ask("SELECT version, content, changed_by FROM article_versions ORDER BY version") == [
        (1, "Run", cast.agent.id), (2, "Walk", cast.colleague.id),
    ]  # fmt: skip
    read = "SELECT content, published_at IS NOT NULL FROM articles"
    assert cast.customer.ask(read) == []
    cast.agent.ask("UPDATE articles SET status = 'published' WHERE id = :id", id=article)
    assert cast.customer.ask(read) == [("Walk", True)]
    assert others.customer.ask(read) == cast.customer.ask("SELECT 1 FROM article_versions") == []
    cast.agent.ask("UPDATE articles SET status = 'archived' WHERE id = :id", id=article)
    assert cast.customer.ask(read) == []


def test_s3_ticket_numbers(cast: Cast, others: Cast):
    """PREFIX-YYYY-MM-00001, each organization counting for itself; one that is refused leaves no gap."""
    number = "SELECT number FROM tickets ORDER BY id DESC LIMIT 1"
    month = cast.system("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM') AS it")[0].it
    cast.customer.opens()
    one = json.dumps({"id": str(uuid7()), "requester_id": str(cast.customer.id), "title": "x"})
    with pytest.raises(DBAPIError, match="division"):
        cast.customer.ask(
            "SELECT t.*, 1 / (length(t.ticket_number) - 17) FROM create_ticket(CAST(:it AS jsonb)) t", it=one
        )
    cast.customer.opens()
    others.customer.opens()
    assert cast.customer.one(number) == f"TST-{month}-00002"
    assert others.customer.one(number) == f"TST-{month}-00001"
