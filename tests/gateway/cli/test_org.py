"""Organizations: made with a usable workflow, listed with what they have."""

import pytest

from gateway.cli.org import prefix_of, short_name
from gateway.cli.problems import Problem
from models.base import uuid7
from tests.conftest import Tenant
from tests.gateway.cli.desk import Desk

KEYS = {"id", "slug", "name", "prefix", "is_active", "mailboxes", "agents", "created_at"}


def test_an_organization_is_made_and_listed(desk: Desk):
    slug = f"acme-{uuid7().hex[-6:]}"
    made = desk.json("org", "add", "  Acme\n Inc ", "--slug", slug, "--prefix", "ACME")
    assert made.keys() == KEYS
    assert (made["slug"], made["name"], made["prefix"], made["mailboxes"], made["agents"]) == (
        slug, "Acme Inc", "ACME", 0, 0,
    )  # fmt: skip
    assert made in desk.json("org", "list")


def test_what_is_next_is_said(desk: Desk):
    slug = f"next-{uuid7().hex[-6:]}"
    said = desk("org", "add", "Next", "--slug", slug).out
    assert f"postern mailbox add support@your.domain --org {slug}" in said
    assert "it has no admin yet\n" in said
    assert f"postern agent add YOU@your.domain --admin --org {slug}" in said


def test_the_first_admin_comes_with_it(desk: Desk):
    slug = f"led-{uuid7().hex[-6:]}"
    said = desk("org", "add", "Led", "--slug", slug, "--admin", "boss.lady@led.test").out
    assert "boss.lady@led.test is its admin" in said
    (boss,) = desk.json("agent", "list", "--org", slug)
    assert (boss["address"], boss["name"], boss["role"]) == ("boss.lady@led.test", "Boss Lady", "admin")
    assert "is not a mail address" in desk.refuses("org", "add", "X", "--slug", f"{slug}x", "--admin", "nobody")
    assert f"{slug}x" not in [one["slug"] for one in desk.json("org", "list")]


@pytest.mark.parametrize(
    ("name", "slug", "prefix"),
    [("Bêta & Söhne GmbH", "beta-sohne-gmbh", "BETA"), ("3M", "3m", "T3M"), ("A" * 90, "a" * 63, "A" * 10)],
)
def test_slug_and_prefix_are_made_from_the_name(name: str, slug: str, prefix: str):
    assert short_name(name) == slug
    assert prefix_of(slug) == prefix


def test_a_name_of_other_letters_asks_for_a_slug():
    with pytest.raises(Problem, match="--slug"):
        short_name("日本")


def test_a_taken_or_malformed_slug_is_refused(tenant: Tenant, desk: Desk):
    assert f"'{tenant.slug}' already" in desk.refuses("org", "add", "Again", "--slug", tenant.slug)
    assert "choose another with --slug" in desk.refuses("org", "add", "Again", "--slug", tenant.slug)
    assert "is no short name" in desk.refuses("org", "add", "Again", "--slug", "No Slug")
    assert "is no ticket prefix" in desk.refuses("org", "add", "Again", "--slug", "again", "--prefix", "lower")
