"""Letters go out by their mailbox's own server, or the organization's, or the installation's, and by no other."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from models.database import transaction
from models.mailbox_login import TokenKind
from models.mailbox_secrets import drop_secrets, put_secret
from models.settings import Settings, settings
from models.tenancy import add_mailbox
from tests.conftest import Tenant
from tests.name_server import NameServer
from tests.relay import FakeRelay, running
from tests.workers.outbound.certificates import server
from tests.workers.outbound.outbox import Desk, open_desk
from workers.outbound.task import send


@pytest.fixture
def desk(tenant: Tenant) -> Desk:
    return open_desk(tenant)


@pytest.fixture
def house(instance: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeRelay]:
    """The installation's relay."""
    del instance
    with running() as listening:
        monkeypatch.setenv("POSTERN_RELAY", listening.url)
        monkeypatch.setenv("POSTERN_OWN_NETWORKS", "127.0.0.0/8")
        settings.cache_clear()
        yield listening
        monkeypatch.undo()
        settings.cache_clear()


@pytest.fixture
def own(house: FakeRelay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeRelay]:
    """A provider's server with STARTTLS and a login, whose certificate holds."""
    del house
    context, trusted = server(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with running(context=context, extensions=["AUTH PLAIN XOAUTH2 OAUTHBEARER"]) as listening:
        yield listening


def configured(desk: Desk, relay: FakeRelay, secret: str | None = "pass word", **changes: str) -> None:
    """Give the mailbox a server of its own."""
    said = {"host": "127.0.0.1", "port": relay.port, "tls": "starttls", "user": "us", "auth": "password"} | changes
    desk.change(
        "UPDATE mailboxes SET smtp_settings = CAST(:said AS jsonb) WHERE org_id = :org AND id = :box",
        said=json.dumps(said),
        box=desk.tenant.mailbox,
    )
    if secret is not None:
        kind = TokenKind.SMTP_PASSWORD if said["auth"] == "password" else TokenKind.OAUTH_ACCESS
        soon = datetime.now(UTC) + timedelta(hours=1)
        with transaction(desk.tenant.id) as connection:
            put_secret(connection, desk.tenant.id, desk.tenant.mailbox, kind, secret, soon)


def sent(desk: Desk, **changes: Any) -> tuple[str, str]:
    letter = desk.queue(**changes)
    send([str(letter)])
    row = desk.row(letter)
    return row["state"], row["answer"]


def test_a_mailbox_with_a_server_of_its_own_sends_there_logged_in_over_tls(
    desk: Desk, own: FakeRelay, house: FakeRelay
) -> None:
    configured(desk, own)
    assert [sent(desk)[0] for _ in range(3)] == ["sent"] * 3
    assert (len(own.letters), own.connections, house.connections) == (3, 1, 0)
    assert {(one.encrypted, one.login) for one in own.letters} == {(True, ":us:pass word")}


def test_another_mailbox_of_the_organization_sends_as_the_installation_does(
    desk: Desk, own: FakeRelay, house: FakeRelay
) -> None:
    configured(desk, own)
    with transaction(desk.tenant.id) as connection:
        other = add_mailbox(connection, desk.tenant.id, f"sales@{desk.tenant.domain}", "Sales")
    letters = [desk.queue(), desk.queue(mailbox_id=other)]
    send([str(one) for one in letters])
    assert desk.states(*letters) == ["sent", "sent"]
    assert (len(own.letters), len(house.letters)) == (1, 1)
    desk.change(
        "UPDATE organization_settings"
        " SET policies = policies || jsonb_build_object('relay_mailbox', CAST(:box AS text))"
        " WHERE org_id = :org",
        box=str(desk.tenant.mailbox),
    )
    assert sent(desk, mailbox_id=other)[0] == "sent"
    assert (len(own.letters), len(house.letters)) == (2, 1)


@pytest.mark.parametrize(
    ("auth", "login"),
    [
        ("xoauth2", "user=us\x01auth=Bearer to=ken\x01\x01"),
        ("oauthbearer", "n,a=us,\x01host=127.0.0.1\x01port={port}\x01auth=Bearer to=ken\x01\x01"),
    ],
)
def test_who_signed_in_sends_with_an_access_token(desk: Desk, own: FakeRelay, auth: str, login: str) -> None:
    configured(desk, own, "to=ken", auth=auth)
    assert sent(desk)[0] == "sent"
    assert own.letters[0].login == login.format(port=own.port)
    desk.change("UPDATE mailbox_tokens SET expires_at = now() - interval '1 s' WHERE org_id = :org")
    state, answer = sent(desk)
    assert (state, "access token has run out" in answer) == ("deferred", True)
    assert len(own.letters) == 1


@pytest.mark.parametrize("fault", ["no STARTTLS", "a certificate that does not hold", "no secret", "no TLS", "private"])
def test_what_does_not_hold_is_waited_for_and_never_got_round(
    desk: Desk, own: FakeRelay, house: FakeRelay, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured(desk, own, tls="none" if fault == "no TLS" else "starttls")
    if fault == "no STARTTLS":
        own.context = None
    if fault == "a certificate that does not hold":
        monkeypatch.delenv("SSL_CERT_FILE")
    if fault == "private":
        monkeypatch.delenv("POSTERN_OWN_NETWORKS")
        settings.cache_clear()
    if fault == "no secret":
        with transaction(desk.tenant.id) as connection:
            drop_secrets(connection, desk.tenant.id, desk.tenant.mailbox)
    states = [sent(desk) for _ in range(2)]
    assert {state for state, _ in states} == {"deferred"}
    assert (own.letters, house.connections) == ([], 0)
    assert not any("AUTH" in line for line in own.said)
    assert "pass word" not in str(states)
    said = {"no secret": "no secret is stored", "no TLS": "nothing is sent without TLS", "private": "public network"}
    assert said.get(fault, "") in states[0][1]


def test_one_server_that_is_away_keeps_no_letter_of_another_mailbox(
    desk: Desk, own: FakeRelay, house: FakeRelay
) -> None:
    configured(desk, own)
    own.then("connect", "421 busy")
    with transaction(desk.tenant.id) as connection:
        other = add_mailbox(connection, desk.tenant.id, f"sales@{desk.tenant.domain}", "Sales")
    letters = [desk.queue(), desk.queue(mailbox_id=other), desk.queue()]
    send([str(one) for one in letters])
    assert desk.states(*letters) == ["deferred", "sent", "deferred"]
    assert (own.connections, len(house.letters)) == (1, 1)


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
@pytest.mark.parametrize(
    ("address", "name", "said"),
    [
        ("127.0.0.1", "relay.provider.test", "250 2.0.0 taken"),
        ("127.0.0.1", "another.provider.test", "certificate verify failed"),
        ("10.1.2.3", "relay.provider.test", "not in a public network"),
    ],
)
def test_its_name_is_asked_of_our_name_servers_and_has_to_stand_in_its_certificate(  # noqa: PLR0917  each is a column of the table
    desk: Desk, house: FakeRelay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str, name: str, said: str,
    tls: str,
) -> None:  # fmt: skip
    context, trusted = server(tmp_path, "127.0.0.2", name)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with (
        NameServer(f"relay.provider.test. A {address}") as names,
        running(context=context, implicit_tls=tls == "implicit", extensions=["AUTH PLAIN"]) as relay,
    ):
        monkeypatch.setenv("POSTERN_NAME_SERVERS", names.place)
        settings.cache_clear()
        configured(desk, relay, host="relay.provider.test", tls=tls)
        state, answer = sent(desk)
        taken = len(relay.letters)
    assert said in answer
    assert (state, taken) == (("sent", 1) if said.startswith("250") else ("deferred", 0))
    assert house.letters == []
