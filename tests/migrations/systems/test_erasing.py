"""What is taken out of a text, of HTML and of documents; files that somebody needs stay, and history is append-only."""

import json
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from models.database import transaction
from tests.migrations.systems.cast import Cast
from tests.models.people import ask, unbound
from tests.waiting import until

CARD = "4111 1111"


pytestmark = pytest.mark.usefixtures("instance")


def said(query: str, **values: Any) -> Any:
    """What the owner's functions answer; nobody else may call them."""
    with transaction(login="admin") as connection:
        connection.execute(text("SET LOCAL ROLE postern_owner"))
        return connection.execute(text(query), values).scalar_one()


@pytest.mark.parametrize(
    ("span", "words", "left"),
    [
        (CARD, "is 4111 1111!", "is [redacted]!"),
        (CARD, "4111\n  1111 and 4111\u00a01111", "[redacted] and [redacted]"),
        (CARD, "41111111", "41111111"),
        ("Secret", "SECRET secrets", "[redacted] [redacted]s"),
        ("a.c", "abc a.c", "abc [redacted]"),
        ("(x|y)*[z]{2}^$\\d+?-", "(x|y)*[z]{2}^$\\d+?- 1", "[redacted] 1"),
        ("straße", "STRASSE Straße", "STRASSE [redacted]"),
        ("\\", "a\\b", "a[redacted]b"),
        ("***=x", "***=x x", "[redacted] x"),
        ("(?i)x", "(?i)x x", "[redacted] x"),
    ],
)
def test_a_span_is_a_text_and_no_pattern(span: str, words: str, left: str):
    """In capitals or not, and over the end of a line."""
    assert said("SELECT cut(:words, span_pattern(ARRAY[:span]))", words=words, span=span) == left


def test_all_of_a_text_goes_where_no_span_is_named():
    """What was empty stays so."""
    assert [said("SELECT cut(:it, NULL)", it=it) for it in ("x", "", None)] == ["[erased]", "", None]
    assert said("SELECT cut_html('<p>x</p>', 'x', NULL)") is None
    assert said("SELECT cut_json('{\"a\": 1}', NULL)") == {}
    assert said("SELECT span_pattern('{}') IS NULL AND span_pattern(ARRAY['', ' ']) IS NULL") is True


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("<p>nothing</p>", True),
        (f"<p>{CARD}</p>", False),
        ("<p>4111 <b>1111</b></p>", False),
        ("4111&nbsp;1111", False),
        ("<p title='4111 1111'>x</p>", False),
    ],
)
def test_html_goes_where_the_span_may_be_inside(html: str, *, kept: bool):
    """Its text stays beside it."""
    found = said("SELECT cut_html(:html, 'x', span_pattern(ARRAY[:span]))", html=html, span=CARD)
    assert found == (html if kept else None)


def test_documents_keep_their_form():
    """Texts and numbers in them are looked at one by one."""
    document = {"a": ["4111 1111", 41111111, None, True, {"b": "x 4111\n1111"}], "quote": '"', "4111 1111": "key"}
    found = said(
        "SELECT cut_json(CAST(:it AS jsonb), span_pattern(ARRAY[:a, :b]))",
        it=json.dumps(document),
        a=CARD,
        b="41111111",
    )
    redacted = "[redacted]"
    assert found == {"a": [redacted, redacted, None, True, {"b": f"x {redacted}"}], "quote": '"', "4111 1111": "key"}


def test_histories_are_append_only_for_everybody_else(cast: Cast):
    """Only what the registrar's function takes out may go, and only an admin may ask for it."""
    ticket = cast.customer.opens("Secret")
    for person in (cast.customer, cast.agent, cast.other):
        with pytest.raises(DBAPIError, match="only an admin"):
            person.ask("SELECT cut_tickets(ARRAY[CAST(:it AS uuid)], NULL)", it=ticket)
    with pytest.raises(DBAPIError, match="only an admin"):
        cast.admin.ask("SELECT cut_tickets(ARRAY[CAST(:it AS uuid)], '{}')", it=ticket)
    with (
        unbound("ticket_history") as connection,
        pytest.raises(DBAPIError, match="append-only"),
        connection.begin_nested(),
    ):
        connection.execute(text("UPDATE ticket_history SET title = 'x'"))
    cast.admin.ask("SELECT cut_tickets(ARRAY[CAST(:it AS uuid)], NULL)", it=ticket)
    found = cast.admin.ask("SELECT title, changes FROM ticket_history")
    assert found == [("[erased]", {})]


def test_a_file_that_comes_again_is_not_taken_for_unused(cast: Cast):
    """Its bytes are stored before what names them; whoever removes unused ones waits for the end of that."""
    blob = "INSERT INTO blobs (org_id, sha256, content) VALUES (:org, sha256('x'), 'x') ON CONFLICT DO NOTHING"
    named = (
        "INSERT INTO ticket_attachments (org_id, ticket_id, name, content_type, size, sha256)"
        " VALUES (:org, :ticket, 'x', 'text/plain', 1, sha256('x'))"
    )
    cast.system(blob)
    ticket, begun, end = cast.customer.opens(), Event(), Event()
    dropped: list[int] = []

    def files() -> None:
        with transaction(cast.org) as connection:
            connection.execute(text(blob), {"org": cast.org})
            begun.set()
            assert end.wait(20)
            connection.execute(text(named), {"org": cast.org, "ticket": ticket})

    filing = Thread(target=files)
    dropping = Thread(target=lambda: dropped.append(cast.system("SELECT drop_blobs()")[0][0]))
    filing.start()
    assert begun.wait(20)
    dropping.start()
    waiting = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    until(lambda: ask(None, waiting))
    end.set()
    for thread in (filing, dropping):
        thread.join(20)
    assert dropped == [0]
    assert len(cast.system("SELECT 1 FROM blobs")) == 1
    cast.system("DELETE FROM ticket_attachments")
    assert cast.system("SELECT drop_blobs()") == [(1,)]
