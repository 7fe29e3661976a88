"""How mailboxes fare is told; of their secrets only that they are there."""

from tests.conftest import Tenant
from tests.gateway.cli.desk import Desk, change
from tests.gateway.cli.mailbox.test_add import KEYS
from tests.imap import Access, mailbox

SHOW = KEYS | {"imap_settings", "smtp_settings", "fetch", "secrets", "folders"}


def test_a_fetched_mailbox_is_listed_with_its_health(tenant: Tenant, desk: Desk):
    box = mailbox(tenant, Access(port=993))
    change(
        tenant,
        "UPDATE mailboxes SET last_seen_at = '2026-11-20T10:00Z', last_error = 'the server is away',"
        " last_error_at = '2026-11-21T10:00Z', error_count = 3, lag_seconds = 2.5 WHERE id = :id",
        id=box,
    )
    (found,) = (one for one in desk.json("mailbox", "list", "--org", tenant.slug) if one["id"] == str(box))
    assert found.keys() == KEYS
    assert {name: found[name] for name in ("kind", "state", "last_seen_at", "last_error", "error_count")} == {
        "kind": "imap",
        "state": "active",
        "last_seen_at": "2026-11-20T10:00:00.000000Z",
        "last_error": "the server is away",
        "error_count": 3,
    }
    said = desk("mailbox", "list", "--org", tenant.slug).out
    assert "the server is away" in said
    assert "2.5" in said
    assert "GAP ALARMS" in said
    assert "TOKEN" not in said


def test_one_that_is_signed_in_to_says_for_how_long(tenant: Tenant, desk: Desk):
    box = mailbox(tenant, Access(port=993, auth="xoauth2"))
    change(
        tenant,
        "UPDATE mailboxes SET failing_since = now() - interval '1 h', last_error_at = now() WHERE id = :id",
        id=box,
    )
    (found,) = (one for one in desk.json("mailbox", "list", "--org", tenant.slug) if one["id"] == str(box))
    assert 3500 < found["access_token_seconds"] <= 3600
    assert (found["refresh_token_seconds"], found["is_broken"]) == (None, True)
    said = desk("mailbox", "list", "--org", tenant.slug).out
    assert "ACCESS TOKEN SECONDS" in said
    assert "REFRESH" not in said
    assert "access token seconds" in desk("mailbox", "show", f"fetched@{tenant.domain}").out


def test_where_nothing_is_fetched_nothing_is_said_of_it(tenant: Tenant, desk: Desk):
    said = desk("mailbox", "list", "--org", tenant.slug).out
    assert said.split("\n")[0].split() == ["ADDRESS", "KIND", "STATE", "DEPARTMENT"]


def test_show_tells_where_it_is_fetched_from_and_no_secret(tenant: Tenant, desk: Desk):
    mailbox(tenant, Access(port=993), after="seen")
    found = desk.json("mailbox", "show", f"Fetched@{tenant.domain}")
    assert found.keys() == SHOW
    assert found["imap_settings"]["host"] == "127.0.0.1"
    assert found["fetch"] == {"after": "seen"}
    assert [set(one) for one in found["secrets"]] == [{"kind", "changed_at", "expires_at"}]
    assert found["secrets"][0]["kind"] == "imap_password"
    said = desk("mailbox", "show", f"fetched@{tenant.domain}").out
    assert "imap_password" in said
    assert "correct horse" not in said + str(found)


def test_an_address_that_is_no_mailbox_is_named(tenant: Tenant, desk: Desk):
    assert "there is no mailbox 'nobody@" in desk.refuses("mailbox", "show", f"nobody@{tenant.domain}")
