"""A maildrop (POP3) is set up, tried out and given a new secret by a process of the desk: all of it, or nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.mailbox_login import TokenKind
from tests.conftest import Tenant
from tests.gateway.cli.desk import rows
from tests.gateway.cli.mailbox.provider import DOMAIN, Provider
from tests.gateway.cli.mailbox.test_fetched import nothing_is_saved, secret
from tests.gateway.pop.hostile import Pop
from tests.imap import PASSWORD, mail
from tests.waiting import until

pytestmark = pytest.mark.long
LEDGER = "SELECT uidl, taken FROM mailbox_uidls ORDER BY uidl"


@pytest.fixture
def pop(provider: Provider) -> Iterator[Pop]:
    """What is handed in at the provider arrives there."""
    with Pop(provider.trusted.parent) as running:
        provider.pymap = running  # type: ignore[assignment]  # mail is put there in the same way
        yield running


def servers(provider: Provider, pop: Pop) -> tuple[str, ...]:
    return ("--pop3-server", f"pop3s://imap.{DOMAIN}:{pop.access.port}", *provider.servers[2:])


def test_each_step_is_shown_all_of_it_is_saved_and_what_lay_there_is_left_alone(
    tenant: Tenant, provider: Provider, pop: Pop
):
    pop.put(mail("Old"), mail("Older"))
    address = f"new@{tenant.domain}"
    done = provider.desk("mailbox", "add", address, "--org", tenant.slug, *servers(provider, pop), *provider.login)
    said = done.stdout.decode()
    assert done.returncode == 0, done.stderr
    assert f"mail is read by POP3 at imap.{DOMAIN}" in said
    steps = ("servers", "connection", "login", "maildrop: 2 mails, which are left alone", "fetch: a header of", "send")
    assert [said.index(f"✓ {step}") for step in steps] == sorted(said.index(f"✓ {step}") for step in steps)
    assert "✓ round trip: a mail came back" in said
    assert f"{address} receives and is fetched" in said
    (row,) = rows(tenant, "SELECT * FROM mailboxes WHERE address = :a", a=address)
    assert (row.kind, row.imap_settings["port"], row.imap_settings["tls"]) == ("pop3", pop.access.port, "implicit")
    assert secret(tenant, row.id, TokenKind.IMAP_PASSWORD) == PASSWORD
    assert list(pop.mails) == [1, 2]
    assert [tuple(one) for one in rows(tenant, LEDGER)] == [("id-1", False), ("id-2", False)]
    assert provider.json("mailbox", "show", address)["kind"] == "pop3"
    assert "pop3" in provider.desk("mailbox", "list", "--org", tenant.slug).stdout.decode()


def test_a_server_that_shows_no_header_alone_gets_its_test_mail_back_all_the_same(
    tenant: Tenant, provider: Provider, pop: Pop
):
    pop.tricks["TOP"] = lambda talk, *_: talk.say("-ERR unknown command")
    pop.put(mail("Old"))
    words = ("mailbox", "add", f"new@{tenant.domain}", "--org", tenant.slug, *servers(provider, pop), *provider.login)
    assert "✓ round trip" in provider.desk(*words).stdout.decode()
    assert list(pop.mails) == [1]


def test_old_mail_is_taken_if_the_file_says_so_and_what_came_meanwhile_is_never_left(
    tenant: Tenant, provider: Provider, pop: Pop, tmp_path: Path
):
    said = tmp_path / "mailbox.toml"
    pop.put(mail("Old"))
    whose = ("mailbox", "add", f"new@{tenant.domain}", "--org", tenant.slug, "--no-send", "--file", str(said))
    words = (*whose, *servers(provider, pop), *provider.login)
    said.write_text('[fetch]\nafter = "delete"\n')
    provider.json(*words)
    pop.put(mail("Meanwhile"))
    provider.json(*words)
    assert [tuple(one) for one in rows(tenant, LEDGER)] == [("id-1", False)]
    said.write_text('[fetch]\nafter = "delete"\nold = "take"\n')
    assert "2 mails, which become tickets" in provider.desk(*words).stdout.decode()
    assert rows(tenant, LEDGER) == []
    assert provider.json("mailbox", "show", f"new@{tenant.domain}")["fetch"] == {"after": "delete", "old": "take"}


def test_without_ids_all_has_to_be_taken_and_deleted(tenant: Tenant, provider: Provider, pop: Pop, tmp_path: Path):
    pop.tricks["UIDL"] = lambda talk, *_: talk.say("-ERR unknown command")
    said = tmp_path / "mailbox.toml"
    said.write_text('[fetch]\nafter = "delete"\n')
    words = ("mailbox", "add", f"new@{tenant.domain}", "--org", tenant.slug, *servers(provider, pop), *provider.login)
    refused = provider.refuses(*words, "--file", str(said), "--json")
    assert "gives mails no ids" in refused
    assert "old = 'take'" in refused
    assert nothing_is_saved(tenant, f"new@{tenant.domain}")
    said.write_text('[fetch]\nafter = "delete"\nold = "take"\n')
    assert provider.json(*words, "--file", str(said))["kind"] == "pop3"
    until(lambda: not pop.mails)


FAILURES = {
    "a wrong password": (("--password-file", "-"), "login: imap.provider.test does not let support in: -ERR [AUTH]"),
    "a folder": (("--folder", "Sales"), "by POP3 there are no folders"),
    "two servers": (("--imap-server", "imap.provider.test"), "are two ways to the same mail"),
    "another protocol": (("--pop3-server", "imaps://imap.provider.test"), "is no server; write HOST"),
    "a port where nobody is": (("--pop3-server", "127.0.0.1:1"), "connection: 127.0.0.1 cannot be reached"),
}


@pytest.mark.parametrize("name", FAILURES)
def test_whatever_fails_nothing_is_saved(tenant: Tenant, provider: Provider, pop: Pop, name: str):
    given, said = FAILURES[name]
    words = ("mailbox", "add", f"new@{tenant.domain}", "--org", tenant.slug, *servers(provider, pop), *provider.login)
    assert said in provider.refuses(*words, *given, "--json", stdin="wrong\n")
    assert nothing_is_saved(tenant, f"new@{tenant.domain}")


def test_one_that_is_there_is_tried_out_and_gets_a_new_secret(tenant: Tenant, provider: Provider, pop: Pop):
    address = f"new@{tenant.domain}"
    words = ("mailbox", "add", address, "--org", tenant.slug, "--no-send", *servers(provider, pop), *provider.login)
    provider.json(*words)
    pop.put(mail("New"))
    found = provider.json("mailbox", "test", address)
    assert found["works"]
    names = ["connection", "login", "maildrop", "fetch", "send", "round trip"]
    assert [step["step"] for step in found["steps"]] == names
    assert list(pop.mails) == [1]
    assert rows(tenant, LEDGER) == []
    provider.json("mailbox", "rotate-secret", address, "--password-file", "-", stdin=f"{PASSWORD}\n")
    assert provider.json("mailbox", "pause", address)["state"] == "paused"
    assert provider.json("mailbox", "resume", address)["state"] == "active"
    assert "which knows no dates" in provider.refuses("mailbox", "backfill", address, "--since", "2026-01-31")
    assert provider.json("mailbox", "remove", address, "--yes")["outcome"] == "deleted"


def test_one_that_somebody_else_has_open_says_so(tenant: Tenant, provider: Provider, pop: Pop):
    words = ("mailbox", "add", f"new@{tenant.domain}", "--org", tenant.slug, *servers(provider, pop), *provider.login)
    with pop.lock:
        assert "does not open the mailbox now: -ERR [IN-USE]" in provider.refuses(*words, "--json")
