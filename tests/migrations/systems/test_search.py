"""Full text search: by weight, in the language of the organization, and never more than who asks may see."""

import json
from typing import Any

import pytest
from sqlalchemy import text

from models.base import uuid7
from models.database import transaction
from tests.migrations.systems.cast import Cast, Person
from tests.models.doors import acting
from workers.clock.task import index

TITLES = (
    "SELECT t.title FROM search_tickets(:words) s JOIN tickets t ON t.id = s.ticket_id ORDER BY s.rank DESC, t.id DESC"
)
ARTICLES = "SELECT a.title FROM search_articles(:words) s JOIN articles a ON a.id = s.article_id ORDER BY s.rank DESC"


def found(person: Person, words: str) -> list[str]:
    return [row.title for row in person.ask(TITLES, words=words)]


def speaks(cast: Cast, locale: str) -> None:
    cast.admin.ask("UPDATE organization_settings SET locale = :locale", locale=locale)


def test_a_title_weighs_more_than_a_text_and_a_text_more_than_a_file(cast: Cast):
    """So the ticket that is about it comes first."""
    said = cast.customer.opens("The second", description="All about a kettle")
    cast.customer.opens("A kettle", description="It does not boil")
    filed = cast.customer.opens("The third")
    comment = cast.customer.says(filed, "See there")
    digest = cast.customer.one("SELECT sha256('x'::bytea)")
    cast.customer.ask("INSERT INTO blobs (org_id, sha256, content) VALUES (:org, :digest, 'x')", digest=digest)
    cast.customer.ask(
        "INSERT INTO ticket_attachments (org_id, ticket_id, comment_id, name, content_type, size, sha256, uploaded_by)"
        " VALUES (:org, :ticket, :comment, 'my kettle photo', 'image/png', 1, :digest, :me)",
        ticket=filed, comment=comment, digest=digest,
    )  # fmt: skip
    index()
    assert found(cast.agent, "kettle") == ["A kettle", "The second", "The third"]
    cast.agent.ask("DELETE FROM ticket_attachments WHERE ticket_id = :ticket", ticket=filed)
    cast.agent.changes(said, description="All about a pot")
    index()
    assert found(cast.agent, "kettle") == ["A kettle"]


def test_words_may_stand_apart_in_a_thread(cast: Cast):
    """Title, comments and what is changed or removed later."""
    ticket = cast.customer.opens("Printer")
    comment = cast.customer.says(ticket, "It burns")
    index()
    cast.agent.says(ticket, "Water was sent")
    index()
    assert found(cast.agent, "printer burns water") == ["Printer"]
    cast.customer.ask("UPDATE ticket_comments SET text = 'It smokes' WHERE id = :id", id=comment)
    cast.agent.changes(ticket, title="Copier")
    index()
    assert [found(cast.agent, words) for words in ("burns", "printer", "copier smokes")] == [[], [], ["Copier"]]
    cast.admin.ask("DELETE FROM ticket_comments WHERE id = :id", id=comment)
    index()
    assert found(cast.agent, "smokes") == []


@pytest.mark.parametrize(
    ("locale", "said", "words", "expected"),
    [
        ("en", "Several printers were burning", "printer burn", True),
        ("de-AT", "Die Drucker haben gebrannt", "Druckern", True),
        ("de", "printers", "printing", False),
        ("pl", "drukarki", "drukarki", True),
        ("pl", "printers", "printer", False),
        ("tlh", "the end", "the", True),
    ],
)
def test_each_organization_has_its_language(cast: Cast, locale: str, said: str, words: str, *, expected: bool):
    """Its words are reduced to stems by it; one that is not known leaves them as they are."""
    speaks(cast, locale)
    cast.customer.opens("x", description=said)
    index()
    assert bool(found(cast.agent, words)) is expected


def test_with_another_language_all_words_are_others(cast: Cast, others: Cast):
    """Also those of what was there, and of nobody else."""
    for its in (cast, others):
        its.customer.opens("x", description="The printers")
    index()
    speaks(cast, "pl")
    index()
    assert [found(it.agent, "printer") for it in (cast, others)] == [[], ["x"]]
    assert [found(it.agent, "the") for it in (cast, others)] == [["x"], []]


def test_internal_comments_are_found_by_staff_only(cast: Cast):
    """Not even by what is missing when their words are excluded."""
    ticket = cast.customer.opens("Printer", description="On fire")
    cast.agent.says(ticket, "A difficult customer", internal=True)
    cast.agent.says(ticket, "On our way")
    index()
    for words, staff in (("difficult", True), ("printer -difficult", False), ("printer difficult", True)):
        assert bool(found(cast.agent, words)) is staff, words
    assert [found(cast.customer, words) for words in ("difficult", "printer -difficult", "way", "fire -way")] == [
        [], ["Printer"], ["Printer"], [],
    ]  # fmt: skip


def test_everybody_finds_what_they_may_see(cast: Cast, others: Cast):
    """Another customer's, another department's and another organization's tickets are not there."""
    mine = cast.customer.opens("Mine", description="kettle")
    cast.other.opens("Theirs", description="kettle")
    others.customer.opens("Elsewhere", description="kettle")
    index()
    assert found(cast.customer, "kettle") == ["Mine"]
    assert sorted(found(cast.admin, "kettle")) == ["Mine", "Theirs"]
    assert found(others.agent, "kettle") == ["Elsewhere"]
    cast.agent.ask(
        "INSERT INTO ticket_participants (org_id, ticket_id, profile_id, kind) VALUES (:org, :ticket, :other, 'cc')",
        ticket=mine, other=cast.other.id,
    )  # fmt: skip
    assert sorted(found(cast.other, "kettle")) == ["Mine", "Theirs"]
    department = cast.admin.one("INSERT INTO departments (org_id, name) VALUES (:org, 'Repairs') RETURNING id")
    with acting(cast.org, "agent", cast.agent.id, department=department) as connection:
        assert connection.execute(text(TITLES), {"words": "kettle"}).all() == []


def test_what_is_typed_is_no_query_language(cast: Cast):
    """Quotes, or, not and beginnings mean something; nothing is an error."""
    ticket = cast.customer.opens("Printer", description="It's the fire alarm's fault, O'Brien said")
    number = cast.agent.one("SELECT number FROM tickets WHERE id = :id", id=ticket)
    index()
    for words, expected in (
        ('"fire alarm"', 1), ('"alarm fire"', 0), ("smoke or fire", 1), ("fire -alarm", 0), ("prin*", 1),
        ("rinter*", 0), ("alar* prin*", 1), ("alar* smok*", 0), (number, 1), (f" {number.lower()} ", 1),
        (f"{number}9", 0), ("o'brien", 1), ("", 0), ("the", 0), ("' OR true --", 0), ("& | ! ( :*", 0), ("\\", 0),
        ("%s $1", 0), ("'*", 0), ("fire & !", 1), ("x" * 5000, 0), ("fire " * 500, 1),
    ):  # fmt: skip
        assert len(found(cast.agent, words)) == expected, words
        page = cast.agent.one(
            "SELECT list_org_tickets(CAST(:filters AS jsonb))", filters=json.dumps({"text": words, "status": "open"})
        )
        assert page["pagination"]["total"] == expected, words


@pytest.mark.parametrize(
    "words",
    [
        " ".join(f"{number:x}" for number in range(40_000)),
        " ".join(chr(0x20000 + number) * 2 for number in range(40_000)),
        "-".join(f"w{number}" for number in range(30_000)),
        "x" * 300_000,
        "\U0001f600" * 100_000,
    ],
)
def test_a_huge_mail_is_found_by_something_and_stops_no_other(cast: Cast, words: str):
    """However many words it has."""
    ticket = cast.customer.opens("Enormous")
    for _ in range(3):
        cast.customer.says(ticket, words)
        cast.agent.says(ticket, words, internal=True)
    cast.customer.opens("Small")
    index()
    assert found(cast.agent, "enormous") == found(cast.customer, "enormous") == ["Enormous"]
    assert found(cast.agent, "small") == ["Small"]


def test_in_an_endless_thread_the_latest_is_found(cast: Cast):
    """What does not fit is what was said first."""
    ticket = cast.customer.opens("Endless")
    for number in range(8):
        cast.customer.says(ticket, f"mark{number} " + "and so on " * 3000)
    index()
    assert [bool(found(cast.agent, f"mark{number}")) for number in (0, 7)] == [False, True]


def test_two_clocks_do_not_mix_old_and_new(cast: Cast):
    """Who comes second leaves it to the first."""
    cast.customer.opens("Printer")
    with transaction() as first:
        assert first.execute(text("SELECT index_words(1000)")).scalar_one() > 0
        with transaction() as second:
            assert second.execute(text("SELECT index_words(1000)")).scalar_one() == 0
    assert found(cast.agent, "printer") == ["Printer"]


def test_articles_are_found_as_they_are_seen(cast: Cast, others: Cast):
    """Drafts by staff, published ones by customers, too."""

    def write(title: str, content: str, status: str) -> Any:
        return cast.agent.one(
            "INSERT INTO articles (org_id, title, content, status, author_id, tags)"
            " VALUES (:org, :title, :content, :status, :me, '{appliances}') RETURNING id",
            title=title, content=content, status=status,
        )  # fmt: skip

    draft = write("Tea", "Boil the kettle", "draft")
    write("Kettles", "And how to clean them", "published")
    index()
    assert [[row.title for row in it.ask(ARTICLES, words="kettle")] for it in (cast.agent, cast.customer)] == [
        ["Kettles", "Tea"], ["Kettles"],
    ]  # fmt: skip
    assert others.admin.ask(ARTICLES, words="kettle") == []
    assert len(cast.admin.ask(ARTICLES, words="appliance")) == 2
    cast.agent.ask("UPDATE articles SET content = 'Boil the pot' WHERE id = :id", id=draft)
    speaks(cast, "pl")
    index()
    assert [row.title for row in cast.agent.ask(ARTICLES, words="kettle")] == []
    assert [row.title for row in cast.agent.ask(ARTICLES, words="pot")] == ["Tea"]


def test_the_excerpt_is_of_what_the_reader_sees(cast: Cast):
    """The passage that fits best."""
    ticket = cast.customer.opens("Printer")
    cast.customer.says(ticket, "There was a kettle beside it")
    cast.agent.says(ticket, "Kettle again: the kettle man", internal=True)
    cast.agent.says(ticket, "Thanks")
    query = "SELECT search_excerpt(:ticket, 'kettle')"
    assert cast.agent.one(query, ticket=ticket) == "«Kettle» again: the «kettle» man"
    assert cast.customer.one(query, ticket=ticket) == "There was a «kettle» beside it"
    assert cast.other.one(query, ticket=ticket) is None
    assert cast.agent.one(query, ticket=uuid7()) is None


def test_a_removed_ticket_or_organization_leaves_no_words(cast: Cast):
    """Nor something that waits for the clock."""
    ticket = cast.customer.opens("Printer")
    cast.customer.says(ticket)
    index()
    with transaction(login="admin") as connection:
        connection.exec_driver_sql("SET LOCAL ROLE postern_owner")
        connection.execute(text("SELECT set_config('app.org_id', :org, true)"), {"org": str(cast.org)})
        connection.execute(text("DELETE FROM tickets WHERE id = :id"), {"id": ticket})
        connection.exec_driver_sql("SET LOCAL ROLE postern_registrar")
        left = connection.execute(
            text("SELECT count(*) FROM ticket_words WHERE org_id = :org"), {"org": cast.org}
        ).scalar_one()
    assert left == 0


def test_many_tickets_are_searched_by_the_index(cast: Cast, others: Cast):
    """The organization is looked for together with the words."""
    with transaction(login="admin") as connection:
        connection.exec_driver_sql("SET LOCAL ROLE postern_registrar; SET LOCAL enable_seqscan = off")
        plan = connection.execute(
            text(
                "EXPLAIN SELECT ticket_id FROM ticket_words w"
                " WHERE ARRAY[w.org_id] @> ARRAY[CAST(:org AS uuid)] AND w.words @@ CAST('kettl' AS tsquery)"
            ),
            {"org": cast.org},
        ).scalars()
        said = "\n".join(plan)
    assert "ix_ticket_words_words" in said
    assert "Index Cond: ((ARRAY[org_id] @> " in said
    assert "(words @@ " in said.partition("Index Cond")[2]
