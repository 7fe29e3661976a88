"""What was taught is counted, stays within bounds, fades, and is seen by nobody else."""

import pytest
from sqlalchemy import text

from models import teaching
from models.database import transaction
from models.teaching import Sort, forget, take_back, teach
from tests.conftest import Tenant


def taught(tenant: Tenant, *mails: tuple[str, ...], sort: Sort = Sort.SPAM) -> None:
    with transaction(tenant.id) as connection:
        teach(connection, tenant.id, mails, sort)


def tokens(tenant: Tenant) -> dict[str, tuple[int, int]]:
    with transaction(tenant.id) as connection:
        found = connection.execute(text("SELECT token, spam, ham FROM spam_tokens"))
        return {row.token: (row.spam, row.ham) for row in found}


def model(tenant: Tenant) -> tuple[int, int]:
    with transaction(tenant.id, role="admin") as connection:
        row = connection.execute(text("SELECT spam, ham FROM spam_models")).one()
        return row.spam, row.ham


def test_both_sorts_are_counted(tenant: Tenant, neighbour: Tenant):
    taught(tenant, ("a", "b"), ("a",))
    taught(tenant, ("a", "c"), sort=Sort.HAM)
    taught(tenant)
    assert tokens(tenant) == {"a": (2, 1), "b": (1, 0), "c": (0, 1)}
    assert model(tenant) == (2, 1)
    assert tokens(neighbour) == {}


def test_a_mail_is_taken_back(tenant: Tenant):
    taught(tenant, ("a", "b"), ("a",))
    with transaction(tenant.id) as connection:
        take_back(connection, tenant.id, ("a", "b", "never taught"), Sort.SPAM)
    assert (tokens(tenant), model(tenant)) == ({"a": (1, 0)}, (1, 0))


def test_counts_that_grow_large_are_halved(tenant: Tenant, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(teaching, "MOST_MAILS", 5)
    taught(tenant, *[("a",)] * 4)
    taught(tenant, ("a", "rare"), ("b",), ("b",), sort=Sort.HAM)
    assert tokens(tenant) == {"a": (2, 0), "b": (0, 1)}
    assert model(tenant) == (2, 1)


def test_the_rarest_go_where_there_are_too_many(tenant: Tenant, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(teaching, "MOST_TOKENS", 2)
    taught(tenant, ("a", "b", "c", "d"), ("a", "c"))
    assert tokens(tenant).keys() == {"a", "c"}


def test_what_is_not_taught_for_long_is_forgotten(tenant: Tenant):
    taught(tenant, ("rare", "old", "new"), *[("often", "old")] * 5)
    ages = {"rare": 100, "often": 100, "old": 400, "new": 0}
    with transaction(tenant.id) as connection:
        for token, days in ages.items():
            change = "UPDATE spam_tokens SET seen_at = now() - make_interval(days => :days) WHERE token = :token"
            connection.execute(text(change), {"token": token, "days": days})
        assert forget(connection, tenant.id) == 2
    assert tokens(tenant).keys() == {"often", "new"}
