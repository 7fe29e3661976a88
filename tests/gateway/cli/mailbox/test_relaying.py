"""Where a mailbox's letters go out is said at the desk; the password goes in sealed and comes out nowhere."""

from pathlib import Path

import pytest

from models.database import transaction
from models.mailbox_login import TokenKind
from models.mailbox_secrets import take_secret
from tests.conftest import Tenant
from tests.gateway.cli.desk import Desk, rows
from tests.imap import Access, mailbox

PASSWORD = "hidden words"


@pytest.fixture
def password(tmp_path: Path) -> str:
    path = tmp_path / "password"
    path.write_text(f"{PASSWORD}\n")
    return str(path)


def relay_mailbox(tenant: Tenant) -> str | None:
    (row,) = rows(tenant, "SELECT policies ->> 'relay_mailbox' AS box FROM organization_settings")
    found: str | None = row.box
    return found


def stored(tenant: Tenant) -> str | None:
    with transaction(tenant.id, role="admin") as connection:
        return take_secret(connection, tenant.id, tenant.mailbox, TokenKind.SMTP_PASSWORD)


def test_a_server_is_given_and_taken_away(tenant: Tenant, desk: Desk, password: str):
    said = ("--server", "smtp://relay.test:2587", "--user", "us", "--password-file", password)
    shown = desk.json("mailbox", "relay", tenant.address, *said)
    assert shown["smtp_settings"] == {
        "host": "relay.test", "port": 2587, "tls": "starttls", "user": "us", "auth": "password",
    }  # fmt: skip
    assert [one["kind"] for one in shown["secrets"]] == ["smtp_password"]
    assert PASSWORD not in str(shown)
    assert stored(tenant) == PASSWORD
    assert relay_mailbox(tenant) is None
    assert desk.json("mailbox", "relay", tenant.address, "--none")["smtp_settings"] == {}
    assert stored(tenant) is None, "what changes its server forgets its password"


def test_it_serves_all_mailboxes_if_that_is_said(tenant: Tenant, desk: Desk, password: str):
    desk.json("mailbox", "relay", tenant.address, "--server", "relay.test", "--password-file", password, "--for-all")
    assert relay_mailbox(tenant) == str(tenant.mailbox)
    desk.json("mailbox", "relay", tenant.address, "--none")
    assert relay_mailbox(tenant) is None


def test_a_fetched_mailbox_has_its_own_which_may_serve_all(tenant: Tenant, desk: Desk, password: str):
    box, address = mailbox(tenant, Access(port=993)), f"fetched@{tenant.domain}"
    refused = desk.refuses("mailbox", "relay", address, "--server", "relay.test", "--password-file", password)
    assert "mailbox add" in refused
    assert "has no server for sending" in desk.refuses("mailbox", "relay", address, "--for-all")
    assert box


@pytest.mark.parametrize(
    ("words", "sentence", "code"),
    [
        ((), "either --server", 2),
        (("--server", "relay.test", "--none"), "either --server", 2),
        (("--server", "ftp://relay.test", "--password-file", "FILE"), "is no server", 1),
        (("--server", "relay.test/x", "--password-file", "FILE"), "is no server", 1),
    ],
)
def test_what_is_unclear_is_refused(
    tenant: Tenant, desk: Desk, password: str, words: tuple[str, ...], sentence: str, code: int
):
    said = [password if one == "FILE" else one for one in words]
    assert sentence in desk.refuses("mailbox", "relay", tenant.address, *said, code=code)
