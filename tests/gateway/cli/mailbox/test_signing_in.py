"""Mailboxes that are signed in by OAuth: a token server, a mail server that takes its tokens, and a person between."""

import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.oauth.client import read
from models.mailbox_login import TokenKind
from tests.conftest import Tenant
from tests.gateway.cli.desk import rows
from tests.gateway.cli.mailbox.provider import Provider
from tests.gateway.cli.mailbox.test_fetched import nothing_is_saved, secret
from tests.gateway.imap.hostile import Hostile, Talk
from tests.token_server import TokenServer
from tests.waiting import until

pytestmark = pytest.mark.long


@pytest.fixture
def tokens() -> Iterator[TokenServer]:
    """The provider's server for logins."""
    with TokenServer() as server:
        yield server


def _list(talk: Talk, tag: str, _: str) -> None:
    talk.say('* LIST () "/" INBOX')
    talk.ok(tag)


def _status(talk: Talk, tag: str, _: str) -> None:
    talk.say("* STATUS INBOX (MESSAGES 0)")
    talk.ok(tag)


@pytest.fixture
def imap(provider: Provider) -> Iterator[Hostile]:
    """Its server for mail, which lets in whoever brings a token of it."""
    with Hostile(provider.trusted.parent) as server:
        server.password = "Bearer access-"
        server.tricks |= {"LIST": _list, "STATUS": _status}
        yield server


@pytest.fixture
def words(tenant: Tenant, tokens: TokenServer, imap: Hostile, tmp_path: Path) -> tuple[str, ...]:
    """What is said to set the mailbox up."""
    (tmp_path / "client").write_text(f"{tokens.client_secret}\n")
    file = tmp_path / "mailbox.toml"
    file.write_text(
        f'auth = "oauth"\nclient_id = "{tokens.client_id}"\nclient_secret_file = "{tmp_path / "client"}"\n'
        f'imap_server = "imaps://127.0.0.1:{imap.access.port}"\nuser = "support"\n[oauth]\nscope = "mail"\n'
        f'authorize = "{tokens.url}/authorize"\ntoken = "{tokens.url}/token"\n'
    )
    return ("mailbox", "add", f"new@{tenant.domain}", "--org", tenant.slug, "--file", str(file), "--no-send")


def test_a_code_is_typed_at_the_provider(
    tenant: Tenant, provider: Provider, tokens: TokenServer, imap: Hostile, words: tuple[str, ...], tmp_path: Path
):
    file = tmp_path / "mailbox.toml"
    file.write_text(file.read_text() + f'device = "{tokens.url}/device"\n')

    def approve() -> None:
        until(lambda: tokens._devices)
        tokens.approve()

    approving = threading.Thread(target=approve)
    approving.start()
    done = provider.desk(*words)
    approving.join()
    assert done.returncode == 0, done.stderr
    assert f"Go to {tokens.url}/type-it and type the code WDJB-MJHT" in done.stderr.decode()
    (box,) = (row.id for row in rows(tenant, "SELECT id FROM mailboxes WHERE kind = 'imap'"))
    assert secret(tenant, box, TokenKind.OAUTH_ACCESS) in tokens.valid
    assert secret(tenant, box, TokenKind.OAUTH_REFRESH) in tokens.refresh_tokens
    client = read(str(secret(tenant, box, TokenKind.OAUTH_CLIENT)))
    assert (client.id, client.secret) == (tokens.client_id, tokens.client_secret)
    assert {mechanism for mechanism, _ in imap.said} == {"OAUTHBEARER"}
    assert provider.json("mailbox", "test", f"new@{tenant.domain}")["works"]
    assert not any(one in (done.stdout + done.stderr).decode() for one in (*tokens.valid, *tokens.refresh_tokens))


def by_browser(process: "subprocess.Popen[bytes]", tokens: TokenServer) -> int:
    """Let Postern in as a browser on this machine does; the exit code."""
    assert process.stderr
    url = process.stderr.readline().decode().rpartition(" ")[2].strip()
    with urllib.request.urlopen(tokens.browse(url).replace("localhost", "127.0.0.1"), timeout=10) as page:
        assert page.status == 200
    process.communicate(timeout=60)
    return process.returncode


def test_a_browser_comes_back_and_a_second_time_for_a_new_login(
    tenant: Tenant, provider: Provider, tokens: TokenServer, words: tuple[str, ...]
):
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL}
    with provider.begin(*words, **pipes) as process:
        assert by_browser(process, tokens) == 0
    (box,) = (row.id for row in rows(tenant, "SELECT id FROM mailboxes WHERE kind = 'imap'"))
    first = secret(tenant, box, TokenKind.OAUTH_REFRESH)
    with provider.begin("mailbox", "rotate-secret", f"new@{tenant.domain}", **pipes) as process:
        assert by_browser(process, tokens) == 0
    assert secret(tenant, box, TokenKind.OAUTH_REFRESH) not in (None, first)


def test_a_token_that_the_mail_server_does_not_take_saves_nothing(
    tenant: Tenant, provider: Provider, tokens: TokenServer, imap: Hostile, words: tuple[str, ...]
):
    imap.password = "another provider's"
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL}
    with provider.begin(*words, **pipes) as process:
        assert by_browser(process, tokens) == 1
    assert nothing_is_saved(tenant, f"new@{tenant.domain}")


def test_a_provider_that_is_not_described_is_asked_for(tenant: Tenant, provider: Provider, words: tuple[str, ...]):
    said = provider.refuses(*words, "--auth", "google", "--client-id", "x", "--client-secret-file", "/nowhere")
    assert "/nowhere cannot be read" in said
    address = f"new@{tenant.domain}"
    plain = ("mailbox", "add", address, "--org", tenant.slug, "--auth", "oauth", "--imap-server", "imap.provider.test")
    assert "oauth with a table of that name in --file" in provider.refuses(*plain, "--json")
