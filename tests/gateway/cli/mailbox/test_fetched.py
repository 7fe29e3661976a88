"""A mailbox at a provider is set up by a process of the desk, against real servers: all of it, or nothing."""

import json
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.database import transaction
from models.mailbox_login import TokenKind
from models.mailbox_secrets import take_secret
from models.settings import Settings
from tests.attacks.canaries import Canaries
from tests.conftest import Tenant
from tests.gateway.cli.desk import rows
from tests.gateway.cli.mailbox.provider import DOMAIN, Provider, is_empty, providing
from tests.gateway.cli.mailbox.test_add import KEYS
from tests.gateway.cli.mailbox.test_switching import receives
from tests.gateway.discovery.test_autoconfig import file, server
from tests.gateway.imap.hostile import Hostile, Talk
from tests.imap import PASSWORD, mail
from tests.web_server import WebServer

pytestmark = pytest.mark.long


def nothing_is_saved(tenant: Tenant, address: str) -> bool:
    """Whether there is no trace of it."""
    counted = rows(tenant, "SELECT (SELECT count(*) FROM mailboxes) + (SELECT count(*) FROM mailbox_tokens)"
                           " + (SELECT count(*) FROM departments)")  # fmt: skip
    return counted[0][0] == 1 and not receives(address)


def secret(tenant: Tenant, box: object, kind: TokenKind) -> str | None:
    """What is stored, opened."""
    with transaction(tenant.id) as connection:
        return take_secret(connection, tenant.id, box, kind)  # type: ignore[arg-type]  # an identifier


def test_each_step_is_shown_and_all_of_it_is_saved(tenant: Tenant, provider: Provider):
    provider.pymap.put(mail("An old one"))
    address = f"new@{tenant.domain}"
    done = provider.desk(
        "mailbox", "add", address, "--org", tenant.slug, "--department", "Sales", *provider.servers, *provider.login
    )
    said = done.stdout.decode()
    assert done.returncode == 0, done.stderr
    steps = ("servers", "connection", "login", "folders: INBOX: 1 mails", "fetch: a header of", "send", "round trip")
    assert [said.index(f"✓ {step}") for step in steps] == sorted(said.index(f"✓ {step}") for step in steps)
    assert f"{address} receives and is fetched" in said
    (row,) = rows(tenant, "SELECT * FROM mailboxes WHERE address = :a", a=address)
    port = provider.pymap.access.port
    imap = {"host": f"imap.{DOMAIN}", "port": port, "tls": "starttls", "user": "support", "auth": "password"}
    assert row.kind == "imap"
    assert row.imap_settings == {**imap, "folders": ["INBOX"]}
    assert row.smtp_settings == {**imap, "host": f"smtp.{DOMAIN}", "port": provider.relay.port}
    for kind in (TokenKind.IMAP_PASSWORD, TokenKind.SMTP_PASSWORD):
        assert secret(tenant, row.id, kind) == PASSWORD
    assert receives(address)
    with provider.pymap.client() as client:
        assert len(client.search(["UNSEEN"])) == len(client.search(["ALL"])) == 1
    assert PASSWORD not in said + done.stderr.decode()


def test_servers_are_found_and_a_password_comes_from_standard_input(tenant: Tenant, instance: Settings, tmp_path: Path):
    records = (
        f"_imap._tcp.{DOMAIN}. SRV 0 1 {{imap}} imap.{DOMAIN}.",
        f"_submission._tcp.{DOMAIN}. SRV 0 1 {{smtp}} smtp.{DOMAIN}.",
    )
    with providing(instance, tmp_path, *records) as provider:
        words = ("mailbox", "add", f"support@{DOMAIN}", "--org", tenant.slug, "--fetch", "--user", "support")
        made = provider.json(*words, "--password-file", "-", stdin=f"{PASSWORD}\n")
        assert made.keys() == KEYS
        assert (made["kind"], made["state"]) == ("imap", "active")
        assert is_empty(provider.pymap)
        removed = provider.json("mailbox", "remove", f"support@{DOMAIN}", "--yes")
    assert removed["outcome"] == "deleted"


def test_nobody_vouches_for_a_host_elsewhere(tenant: Tenant, instance: Settings, tmp_path: Path):
    records = (f"_imap._tcp.{tenant.domain}. SRV 0 1 {{imap}} imap.{DOMAIN}.",)
    with providing(instance, tmp_path, *records) as provider:
        words = (
            "mailbox",
            "add",
            f"new@{tenant.domain}",
            "--org",
            tenant.slug,
            "--fetch",
            "--no-send",
            *provider.login,
        )
        assert "say --yes if it is right" in provider.refuses(*words)
        assert nothing_is_saved(tenant, f"new@{tenant.domain}")
        assert provider.json(*words, "--yes")["kind"] == "imap"


def test_a_file_says_all_of_it_and_flags_win(tenant: Tenant, provider: Provider, tmp_path: Path):
    said = tmp_path / "mailbox.toml"
    imap, smtp = provider.servers[1], provider.servers[3]
    said.write_text(
        f'imap_server = "{imap}"\nsmtp_server = "{smtp}"\nuser = "nobody"\npassword_file = "{provider.password}"\n'
        'folders = ["INBOX"]\n[fetch]\nafter = "seen"\nsince = "2026-01-31"\n'
    )
    words = ("mailbox", "add", f"new@{tenant.domain}", "--org", tenant.slug, "--file", str(said), "--no-send")
    assert "login" in provider.refuses(*words)
    provider.json(*words, "--user", "support")
    shown = provider.json("mailbox", "show", f"new@{tenant.domain}")
    assert shown["fetch"] == {"after": "seen", "since": "2026-01-31"}
    assert shown["imap_settings"]["user"] == "support"


FAILURES = {
    "a wrong password": (("--password-file", "-"), "login: imap.provider.test does not let support in"),
    "a port where nobody is": (("--imap-server", "imap://127.0.0.1:1"), "connection: 127.0.0.1 cannot be reached"),
    "a name that is not there": (("--imap-server", "nowhere.test"), "connection: nowhere.test cannot be reached"),
    "another name than the certificate's": (("--imap-server", "imap://other.test:{imap}"), "certificate"),
    "a folder that is not there": (("--folder", "Sales"), "there is no folder 'Sales'; choose of INBOX"),
    "no server for sending": (("--smtp-server", "none"), "send: no server for sending is known"),
    "a server for sending that is away": (("--smtp-server", "smtp://127.0.0.1:1"), "send: 127.0.0.1:1 cannot be used"),
    "no word at all": (("--password-file", "/dev/null"), "an empty password opens nothing"),
    "what is no server": (("--imap-server", "http://x"), "is no server; write HOST"),
    "an unknown way": (("--auth", "magic"), "--auth is password, google, microsoft, or oauth"),
}


@pytest.fixture(scope="module")
def shared(instance: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    """A provider at which nothing comes to pass."""
    with providing(instance, tmp_path_factory.mktemp("shared")) as made:
        yield made


@pytest.mark.parametrize("name", FAILURES)
def test_whatever_fails_nothing_is_saved(tenant: Tenant, shared: Provider, name: str):
    given, said = FAILURES[name]
    flags = [flag.format(imap=shared.pymap.access.port) for flag in given]
    address = f"new@{tenant.domain}"
    words = ("mailbox", "add", address, "--org", tenant.slug, "--department", "Sales", "--seconds", "3")
    refused = shared.refuses(*words, *shared.servers, *shared.login, *flags, "--json", stdin="wrong\n")
    assert said in refused
    assert nothing_is_saved(tenant, address)


def test_a_mail_that_never_arrives_is_said(tenant: Tenant, provider: Provider):
    provider.loses = True
    words = ("mailbox", "add", f"new@{tenant.domain}", "--org", tenant.slug, "--seconds", "1")
    done = provider.desk(*words, *provider.servers, *provider.login)
    assert done.returncode == 1
    assert "✗ round trip: the test mail was sent and is not in INBOX after 1 s" in done.stdout.decode()
    assert "→ look for 'Postern test " in done.stdout.decode()
    assert nothing_is_saved(tenant, f"new@{tenant.domain}")
    assert "--no-send" not in done.stdout.decode()


def test_private_networks_are_for_whoever_allows_them(tenant: Tenant, provider: Provider):
    words = ("mailbox", "add", f"new@{tenant.domain}", "--org", tenant.slug)
    said = provider.refuses(*words, *provider.servers, *provider.login, "--json", POSTERN_OWN_NETWORKS="")
    assert "not in a public network" in said
    assert not provider.relay.connections
    assert nothing_is_saved(tenant, f"new@{tenant.domain}")


def test_one_that_receives_by_smtp_is_set_up_to_be_fetched_and_keeps_its_tickets(tenant: Tenant, provider: Provider):
    words = ("mailbox", "add", tenant.address, "--org", tenant.slug, "--no-send")
    made = provider.json(*words, *provider.servers, *provider.login)
    assert (made["id"], made["kind"]) == (str(tenant.mailbox), "imap")
    assert provider.json("mailbox", "show", tenant.address)["fetch"].keys() == {"since"}
    assert "is an address of a person" in provider.refuses(
        "mailbox", "add", tenant.agent_address, "--org", tenant.slug, *provider.servers, *provider.login, "--json"
    )


def test_nobody_is_asked_where_nobody_is(tenant: Tenant, provider: Provider):
    words = ("mailbox", "add", f"new@{tenant.domain}", "--org", tenant.slug, *provider.servers)
    assert "give it with --password-file" in provider.refuses(*words, "--json")


def test_no_process_list_could_show_the_password(tenant: Tenant, provider: Provider):
    said = provider.desk("mailbox", "add", "--help").stdout.decode()
    assert "--password-file" in said
    assert "--password " not in said
    assert json.dumps(PASSWORD) not in said


def test_an_autoconfiguration_file_names_the_servers(tenant: Tenant, provider: Provider):
    content = file(
        server("imap", f"imap.{DOMAIN}", provider.pymap.access.port, "STARTTLS", "%EMAILLOCALPART%"),
        server("smtp", f"smtp.{DOMAIN}", provider.relay.port, "STARTTLS", "%EMAILLOCALPART%"),
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(provider.trusted, provider.trusted.with_name("key.pem"))
    with WebServer(context, {"/config.xml": content}) as web:
        whose = ("mailbox", "add", f"support@{tenant.domain[1:]}", "--org", tenant.slug)
        words = (*whose, "--password-file", str(provider.password), "--autoconfig")
        assert "nothing); name it with --imap-server" in provider.refuses(*words, f"{web.url}/none", "--json")
        assert provider.json(*words, f"{web.url}/config.xml")["kind"] == "imap"
    shown = provider.json("mailbox", "show", f"support@{tenant.domain[1:]}")
    assert (shown["imap_settings"]["user"], shown["smtp_settings"]["user"]) == ("support", "support")


def test_a_servers_words_are_made_harmless(tenant: Tenant, provider: Provider):
    def refuse(talk: Talk, tag: str, _: str) -> None:
        talk.say("+ ")
        talk.hear()
        talk.say(f"{tag} NO \x1b[2J\x07gone")

    with Hostile(provider.trusted.parent) as imap:
        imap.tricks["AUTHENTICATE"] = refuse
        words = ("mailbox", "add", f"new@{tenant.domain}", "--org", tenant.slug, *provider.login)
        done = provider.desk(*words, "--imap-server", f"imaps://127.0.0.1:{imap.access.port}")
    assert done.returncode == 1
    assert b"[2J" in done.stderr
    assert not {0x1B, 0x07} & {*done.stdout, *done.stderr}


def test_a_server_that_repeats_the_password_is_not_repeated(tenant: Tenant, provider: Provider):
    def repeat(talk: Talk, tag: str, _: str) -> None:
        talk.say("+ ")
        talk.say(f"{tag} NO not {PASSWORD}, and not {talk.hear()}")

    words = ("mailbox", "add", f"new@{tenant.domain}", "--org", tenant.slug, *provider.login)
    with Hostile(provider.trusted.parent) as imap:
        imap.tricks["AUTHENTICATE"] = repeat
        done = provider.desk(*words, "--imap-server", f"imaps://127.0.0.1:{imap.access.port}")
    assert b"does not let support in: not (hidden) and not (hidden)" in done.stdout + done.stderr
    provider.relay.then("auth", f"535 5.7.8 not {PASSWORD}")
    sent = provider.desk(*words, *provider.servers)
    assert b"says: 535 5.7.8 not (hidden)" in sent.stdout + sent.stderr
    assert Canaries(it=PASSWORD).heard_in(b"".join((done.stdout, done.stderr, sent.stdout, sent.stderr))) == []
