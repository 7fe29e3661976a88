"""Made-up organizations with people, tickets and what was said on them: as much as asked, and like real ones.

An organization is one transaction of a few set-based statements. The triggers that follow what people do (notices,
hooks, dates of now) are off in it, since all of this is said to have happened over the last year.
"""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, TextClause, text

from gateway.cli.seeding.words import COMPANIES, NAMES, PRODUCTS, SENTENCES, SUBJECTS, SURNAMES, TAGS
from models.base import uuid7
from models.database import enter, transaction
from models.tenancy import add_mailbox, add_organization

COMMENTS = 5  # on a ticket, on average
TICKETS_OF_A_CUSTOMER, TICKETS_OF_AN_AGENT = 5, 250
FEWEST_AGENTS = 4
_OFF = """
    ALTER TABLE tickets DISABLE TRIGGER USER;
    ALTER TABLE ticket_history DISABLE TRIGGER USER;
    ALTER TABLE ticket_comments DISABLE TRIGGER USER;
"""
_ON = """
    SET CONSTRAINTS ALL IMMEDIATE;
    ALTER TABLE tickets ENABLE TRIGGER USER;
    ALTER TABLE ticket_history ENABLE TRIGGER USER;
    ALTER TABLE ticket_comments ENABLE TRIGGER USER;
    SET LOCAL ROLE postern_registrar;
"""
_ANALYZE = """
    SET LOCAL ROLE postern_owner;
    ANALYZE profiles, tickets, ticket_numbers, ticket_history, ticket_comments, ticket_tags, ticket_participants;
"""
_COUNTED = ("organizations", "people", "tickets", "revisions", "comments")
_KNOWN = text("SELECT count(*) FROM list_organizations() WHERE slug LIKE 'seed-%'")


def fill(tickets: int, organizations: int, done: Callable[[int], None]) -> dict[str, int]:
    """Make them, each organization with its equal part; how many of what there are then more.

    Args:
        tickets: in all.
        organizations: their number.
        done: told how many tickets there are so far.
    """
    made, told = dict.fromkeys(_COUNTED, 0), 0
    with transaction() as connection:
        known: int = connection.scalar(_KNOWN) or 0
    for place in range(organizations):
        part = tickets // organizations + (place < tickets % organizations)
        for name, more in _organization(known + place + 1, part).items():
            made[name] += more
        done(told := told + part)
    with transaction(login="admin") as connection:
        connection.exec_driver_sql(_ANALYZE)
    return made


def _organization(number: int, tickets: int) -> dict[str, int]:
    org, slug = uuid7(), f"seed-{number}"
    with transaction(org) as connection:
        add_organization(connection, org, f"{COMPANIES[number % len(COMPANIES)]} {number}", slug, f"S{number}"[:10])
        add_mailbox(connection, org, f"support@{slug}.test", "Support")
    said = {
        "org": org, "slug": slug, "tickets": tickets, "comments": COMMENTS, "chance": (number % 1000) / 1000,
        "agents": max(FEWEST_AGENTS, tickets // TICKETS_OF_AN_AGENT),
        "customers": max(1, tickets // TICKETS_OF_A_CUSTOMER),
        "names": NAMES, "surnames": SURNAMES, "tags": TAGS, "subjects": SUBJECTS, "products": PRODUCTS,
        "sentences": SENTENCES,
    }  # fmt: skip
    with transaction(org, login="admin") as connection:
        enter(connection, org)
        connection.exec_driver_sql("SET LOCAL ROLE postern_owner")
        people = _run(connection, "people", said)
        connection.exec_driver_sql(_OFF)
        _run(connection, "planned", said)
        filled = _run(connection, "tickets", said)
        revisions, comments = _run(connection, "history", said), _run(connection, "comments", said)
        _run(connection, "around", said)
        connection.exec_driver_sql(_ON)
        connection.execute(text("SELECT reindex_words(:org)"), {"org": org})
    return dict(zip(_COUNTED, (1, people, filled, revisions, comments), strict=True))


def _run(connection: Connection, name: str, said: dict[str, object]) -> int:
    statement = _statement(name)
    values = {key: value for key, value in said.items() if key in statement.compile().params}
    return connection.execute(statement, values).rowcount


def _statement(name: str) -> TextClause:
    return text((Path(__file__).parent / "sql" / f"{name}.sql").read_text())
