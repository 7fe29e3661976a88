"""A stored mailbox is tried out, and gets a new secret only if that works."""

from pathlib import Path

import pytest

from models.mailbox_login import TokenKind
from tests.conftest import Tenant
from tests.gateway.cli.desk import change, rows
from tests.gateway.cli.mailbox.provider import Provider, is_empty
from tests.gateway.cli.mailbox.test_fetched import secret
from tests.imap import PASSWORD

pytestmark = pytest.mark.long


@pytest.fixture
def address(tenant: Tenant, provider: Provider) -> str:
    """Of a mailbox that is fetched."""
    made = f"fetched@{tenant.domain}"
    provider.json("mailbox", "add", made, "--org", tenant.slug, "--no-send", *provider.servers, *provider.login)
    return made


def test_a_test_shows_each_step_and_changes_nothing(tenant: Tenant, provider: Provider, address: str):
    before = rows(tenant, "SELECT to_jsonb(m) FROM mailboxes m WHERE address = :a", a=address)
    found = provider.json("mailbox", "test", address)
    assert found.keys() == {"address", "org", "works", "steps"}
    assert {tuple(step) for step in found["steps"]} == {("step", "holds", "said", "advice")}
    names = ["connection", "login", "folders", "fetch", "send", "round trip"]
    assert [step["step"] for step in found["steps"]] == names
    assert found["works"]
    assert is_empty(provider.pymap)
    assert rows(tenant, "SELECT to_jsonb(m) FROM mailboxes m WHERE address = :a", a=address) == before
    assert "✓ login" in provider.desk("mailbox", "test", address, "--no-send").stdout.decode()


def test_a_step_that_fails_says_what_to_do(tenant: Tenant, provider: Provider, address: str):
    change(tenant, "UPDATE mailboxes SET imap_settings = jsonb_set(imap_settings, '{folders}', '[\"Gone\"]')")
    done = provider.desk("mailbox", "test", address)
    assert done.returncode == 1
    assert "✗ folders: there is no folder 'Gone'\n  → choose of INBOX" in done.stdout.decode()


def test_one_that_is_not_fetched_has_nothing_to_try(tenant: Tenant, provider: Provider):
    assert "receives by SMTP only" in provider.refuses("mailbox", "test", tenant.address)


def test_a_new_password_takes_the_place_of_the_old_one_only_if_it_works(
    tenant: Tenant, provider: Provider, address: str, tmp_path: Path
):
    (box,) = (row.id for row in rows(tenant, "SELECT id FROM mailboxes WHERE address = :a", a=address))
    wrong = tmp_path / "wrong"
    wrong.write_text("battery staple\n")
    said = provider.refuses("mailbox", "rotate-secret", address, "--password-file", str(wrong), "--json")
    assert "the old secret stays" in said
    assert "battery staple" not in said
    assert secret(tenant, box, TokenKind.IMAP_PASSWORD) == PASSWORD
    before = rows(tenant, "SELECT kind, sealed FROM mailbox_tokens ORDER BY kind")
    done = provider.desk("mailbox", "rotate-secret", address, "--password-file", str(provider.password))
    assert "is fetched with the new secret" in done.stdout.decode()
    after = rows(tenant, "SELECT kind, sealed FROM mailbox_tokens ORDER BY kind")
    assert [row.kind for row in after] == [row.kind for row in before] == ["imap_password", "smtp_password"]
    assert all(bytes(one.sealed) != bytes(other.sealed) for one, other in zip(before, after, strict=True))


def test_a_lost_secret_is_given_anew(tenant: Tenant, provider: Provider, address: str):
    change(tenant, "DELETE FROM mailbox_tokens")
    assert "has no secret; give it with `postern mailbox rotate-secret" in provider.refuses("mailbox", "test", address)
    provider.json("mailbox", "rotate-secret", address, "--password-file", "-", stdin=f"{PASSWORD}\n")
    assert provider.json("mailbox", "test", address, "--no-send")["works"]
