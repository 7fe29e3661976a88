"""Every text of an article is kept, whoever writes it; customers read what is published and say whether it helped."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from models.base import uuid7
from models.database import transaction
from models.profile import Role
from models.tenancy import add_person
from tests.conftest import Tenant

REFUSED = "row-level security|permission denied"
ARTICLE = text(
    "INSERT INTO articles (org_id, id, title, content, author_id, status, version)"
    " VALUES (:org, :id, 'How', 'So.', :author, :status, 7)"
)
FEEDBACK = text(
    "INSERT INTO article_feedback (org_id, article_id, profile_id, helpful) VALUES (:org, :article, :who, true)"
)


def write(connection: Connection, tenant: Tenant, status: str = "draft") -> UUID:
    article = uuid7()
    said = {"org": tenant.id, "id": article, "author": tenant.agent, "status": status}
    connection.execute(ARTICLE, said)
    return article


def change(connection: Connection, statement: str, **said: Any) -> int:
    found: int = connection.execute(text(statement), said).rowcount
    return found


@pytest.fixture
def customers(tenant: Tenant) -> tuple[UUID, UUID]:
    with transaction(tenant.id) as connection:
        kim, lee = (add_person(connection, tenant.id, f"{n}@x.test", n, Role.CUSTOMER) for n in ("kim", "lee"))
    return kim, lee


def test_every_text_is_kept_with_who_gave_it(tenant: Tenant):
    with transaction(tenant.id, role="agent", profile=tenant.agent) as connection:
        article = write(connection, tenant)
    with transaction(tenant.id, role="agent", profile=tenant.agent) as connection:
        change(connection, "UPDATE articles SET tags = '{one}', version = 40")
        change(connection, "UPDATE articles SET content = 'So, too.'")
        change(connection, "UPDATE articles SET content = content, title = title")
    with transaction(tenant.id, role="admin") as connection:
        change(connection, "UPDATE articles SET title = 'Why', version = 1")
        system = connection.scalar(text("SELECT id FROM profiles WHERE role = 'system'"))
        query = text("SELECT article_id, version, title, content, changed_by FROM article_versions ORDER BY version")
        assert [tuple(row) for row in connection.execute(query)] == [
            (article, 1, "How", "So.", tenant.agent),
            (article, 2, "How", "So, too.", tenant.agent),
            (article, 3, "Why", "So, too.", system),
        ]
        assert connection.scalar(text("SELECT version FROM articles")) == 3


def test_versions_are_written_by_nobody_else(tenant: Tenant):
    with transaction(tenant.id) as connection:
        write(connection, tenant)
    for statement in ("UPDATE article_versions SET title = 'x'", "DELETE FROM article_versions"):
        with pytest.raises(DBAPIError, match="permission denied"), transaction(tenant.id) as connection:
            change(connection, statement)
    with transaction(tenant.id, role="admin") as connection:
        assert change(connection, "DELETE FROM articles") == 1
        assert connection.scalar(text("SELECT count(*) FROM article_versions")) == 0, "they go with their article"


def test_publishing_has_its_time(tenant: Tenant):
    def moved(status: str) -> Any:
        with transaction(tenant.id) as connection:
            change(connection, "UPDATE articles SET status = :status", status=status)
            return connection.execute(text("SELECT published_at, now() FROM articles")).one()

    with transaction(tenant.id) as connection:
        write(connection, tenant)
        assert connection.scalar(text("SELECT published_at FROM articles")) is None
    first, then = moved("published")
    assert first == then
    assert moved("archived")[0] == first
    assert moved("published")[0] == first
    assert moved("draft")[0] is None
    again, then = moved("published")
    assert again == then > first


@pytest.mark.parametrize(
    ("role", "sees", "versions", "changes", "removes"),
    [("admin", 3, 3, 3, 3), ("agent", 3, 3, 3, 0), ("customer", 1, 0, 0, 0), ("guest", 0, 0, 0, 0)],
)
def test_who_reads_and_writes(tenant: Tenant, role: str, sees: int, versions: int, changes: int, removes: int):
    with transaction(tenant.id) as connection:
        for status in ("draft", "published", "archived"):
            write(connection, tenant, status)
    with transaction(tenant.id, role=role, profile=tenant.agent) as connection:
        assert connection.scalar(text("SELECT count(*) FROM articles")) == sees
        assert connection.scalar(text("SELECT count(*) FROM article_versions")) == versions
        assert change(connection, "UPDATE articles SET locale = 'de'") == changes
        assert change(connection, "DELETE FROM articles") == removes


@pytest.mark.parametrize(("role", "may"), [("admin", True), ("agent", True), ("customer", False), ("guest", False)])
def test_staff_write(tenant: Tenant, role: str, may: bool):
    def attempt():
        with transaction(tenant.id, role=role, profile=tenant.agent) as connection:
            write(connection, tenant)

    if may:
        attempt()
    else:
        with pytest.raises(DBAPIError, match=REFUSED):
            attempt()


def test_a_customer_says_once_whether_it_helped(tenant: Tenant, customers: tuple[UUID, UUID]):
    kim, lee = customers
    with transaction(tenant.id) as connection:
        published, draft = write(connection, tenant, "published"), write(connection, tenant)

    def say(article: UUID, who: UUID):
        with transaction(tenant.id, role="customer", profile=kim) as connection:
            connection.execute(FEEDBACK, {"org": tenant.id, "article": article, "who": who})

    say(published, kim)
    with pytest.raises(DBAPIError, match="uq_article_feedback"):
        say(published, kim)
    for article, who in ((draft, kim), (published, lee)):
        with pytest.raises(DBAPIError, match=REFUSED):
            say(article, who)
    for role, who, sees in (("customer", kim, 1), ("customer", lee, 0), ("agent", tenant.agent, 1)):
        with transaction(tenant.id, role=role, profile=who) as connection:
            assert connection.scalar(text("SELECT count(*) FROM article_feedback")) == sees
            assert change(connection, "DELETE FROM article_feedback") == 0
    with transaction(tenant.id) as connection:
        assert change(connection, "UPDATE article_feedback SET helpful = false") == 1
    with transaction(tenant.id, role="admin") as connection:
        assert change(connection, "UPDATE article_feedback SET helpful = true") == 0
        assert change(connection, "DELETE FROM article_feedback") == 1
