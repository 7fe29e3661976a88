"""Where and as whom a mailbox logs in is told in words that no password is among."""

import json
from typing import Any

import pytest

from tests.conftest import Tenant
from tests.refusal import refused, write


@pytest.mark.parametrize("column", ["imap_settings", "smtp_settings"])
@pytest.mark.parametrize(
    "settings", [{"password": "x"}, {"user": "u", "Secret": "x"}, ["password"], ["host"], "x", None]
)
def test_settings_hold_no_secret(tenant: Tenant, column, settings):
    said = refused(tenant, f"UPDATE mailboxes SET {column} = :it", it=json.dumps(settings))
    assert said in (f"ck_mailboxes_{column}", "cannot delete from scalar")


def test_settings_hold_what_a_login_needs(tenant: Tenant):
    login = {"host": "mail.test", "port": 993, "tls": "required", "user": "support", "auth": "xoauth2"}
    change = "UPDATE mailboxes SET kind = 'imap', imap_settings = :imap, smtp_settings = :smtp"
    said = {"imap": json.dumps({**login, "folders": ["INBOX"]}), "smtp": json.dumps(login)}
    assert write(tenant, change, **said) == 1


def test_a_mailbox_that_is_fetched_says_where(tenant: Tenant):
    fetched = "UPDATE mailboxes SET kind = 'imap', is_active = :active, imap_settings = '{\"host\": \"x.test\"}'"
    assert refused(tenant, fetched, active=True) == "ck_mailboxes_imap_is_reachable"
    assert write(tenant, fetched, active=False) == 1


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("sender_name", "Support\r\nBcc: everybody@x.test"),
        ("sender_address", "a@x.test\nBcc: b@x.test"),
        ("sender_address", "nobody"),
        ("sender_address", ""),
    ],
)
def test_an_identity_is_one_line(tenant: Tenant, column, value):
    assert refused(tenant, f"UPDATE mailboxes SET {column} = :it", it=value) == f"ck_mailboxes_{column}"


def test_a_token_that_was_never_sealed_is_refused(tenant: Tenant):
    token = "INSERT INTO mailbox_tokens (org_id, mailbox_id, kind, sealed, key_id) VALUES (:org, :box, :kind, :it, 'k')"
    said: dict[str, Any] = {"box": tenant.mailbox, "kind": "imap_password"}
    assert refused(tenant, token, it=b"hunter2", **said) == "ck_mailbox_tokens_is_sealed"
    write(tenant, token, it=b"s" * 28, **said)
    assert refused(tenant, token, it=b"s" * 28, **said) == "pk_mailbox_tokens"
    assert write(tenant, "SELECT FROM mailbox_tokens", role="agent") == 0


def test_one_key_signs_for_a_domain(tenant: Tenant, neighbour: Tenant):
    key = (
        "INSERT INTO signing_keys (org_id, domain, selector, algorithm, sealed, key_id, public_key, is_active)"
        " VALUES (:org, 'x.test', :selector, 'ed25519-sha256', :it, 'k', 'p', :active)"
    )
    said: dict[str, Any] = {"it": b"s" * 64, "active": True}
    for one in (tenant, neighbour):
        write(one, key, selector="a", **said)
    assert refused(tenant, key, selector="b", **said) == "uq_signing_keys_active"
    assert refused(tenant, key, selector="a", it=b"s" * 64, active=False) == "uq_signing_keys_org_id_domain_selector"
    assert refused(tenant, key, selector="a b", **said) == "ck_signing_keys_selector"
