"""Logging in: by password or token, and what a refusal says."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.imap.session import connect
from gateway.imap.values import Lease, Login
from models.base import uuid7
from models.fetching import After, Fetching
from models.settings import Settings
from tests.conftest import Tenant
from tests.door import stored
from tests.gateway.imap.hostile import Hostile, Talk
from tests.imap import HOST, FetchingDoor, health, mail, mailbox
from tests.waiting import until


@pytest.fixture
def server(certificate: Path) -> Iterator[Hostile]:
    with Hostile(certificate, [mail("One")]) as running:
        yield running


@pytest.mark.parametrize(
    ("auth", "mechanism", "words"),
    [
        ("password", "PLAIN", "\0support\0{}"),
        ("xoauth2", "XOAUTH2", "user=support\x01auth=Bearer {}\x01\x01"),
        ("oauthbearer", "OAUTHBEARER", "n,a=support,\x01host=127.0.0.1\x01port={port}\x01auth=Bearer {}\x01\x01"),
    ],
)
def test_each_way_in(tenant: Tenant, server: Hostile, near: Settings, auth: str, mechanism: str, words: str):
    mailbox(tenant, replace(server.access, auth=auth))
    with FetchingDoor(near):
        until(lambda: stored(tenant))
    assert server.said == [(mechanism, words.format(server.password, port=server.access.port))]


def test_a_server_without_sasl_is_logged_in_to_as_well(tenant: Tenant, server: Hostile, near: Settings):
    server.capabilities = "IMAP4rev1"
    server.tricks["LOGIN"] = lambda talk, tag, _: talk.ok(tag)
    mailbox(tenant, server.access)
    with FetchingDoor(near):
        until(lambda: stored(tenant))
    assert f'LOGIN support "{server.password}"' in server.heard


@pytest.mark.parametrize(("auth", "then"), [("xoauth2", ""), ("oauthbearer", "\x01")])
def test_a_token_that_is_refused_is_renewed_and_the_error_acknowledged(
    tenant: Tenant, server: Hostile, near: Settings, auth: str, then: str
):
    box = mailbox(tenant, replace(server.access, auth=auth, password="withdrawn"))
    with FetchingDoor(near):
        until(lambda: ("then", then) in server.said)
        until(lambda: "has no oauth_client" in (health(tenant, box).last_error or ""))  # it asks for another token
    assert "withdrawn" not in health(tenant, box).last_error
    assert stored(tenant) == []


@pytest.mark.parametrize("auth", ["password", "xoauth2", "oauthbearer"])
def test_what_lets_us_in_is_not_written_down_when_a_server_repeats_it(
    tenant: Tenant, server: Hostile, near: Settings, auth: str, capsys: pytest.CaptureFixture[str]
):
    secret = "hunter2 in 1234567890"

    def repeat(talk: Talk, tag: str, _: str) -> None:
        talk.say("+ ")
        line = talk.hear()
        talk.say(f"{tag} NO you said {line} or {line[:-8]}... or {secret!r}")

    server.tricks["AUTHENTICATE"] = repeat
    box = mailbox(tenant, replace(server.access, auth=auth, password=secret))
    with FetchingDoor(near):
        found = until(lambda: health(tenant, box).last_error)
    assert found == "127.0.0.1 does not let support in: you said (hidden) or (hidden) or (hidden)"
    assert found in capsys.readouterr().out


def test_nor_when_it_repeats_it_later(tenant: Tenant, server: Hostile, near: Settings):
    said = f"{server.password} may not EXAMINE"
    server.tricks["EXAMINE"] = lambda talk, tag, _: talk.say(f"{tag} NO {said}")
    box = mailbox(tenant, server.access)
    with FetchingDoor(near):
        found = until(lambda: health(tenant, box).last_error)
    assert found.endswith("(hidden) may not EXAMINE")
    assert server.password not in found


def test_what_a_server_tells_without_being_asked_is_not_kept(server: Hostile, near: Settings):
    del near
    access, wishes = server.access, Fetching(After.LEAVE, "", datetime.now(UTC))
    lease = Lease(uuid7(), uuid7(), "holder")
    login = Login(lease, "a@b.test", HOST, access.port, False, access.user, "password", ("INBOX",), (), wishes)
    session = connect(login, access.password)
    session.select("INBOX", change=False)
    server.tricks["NOOP"] = lambda talk, tag, _: talk.say(*["* 1 EXISTS"] * 100, f"{tag} OK done")
    for _ in range(20):
        assert session.after(0) == (1,)
    assert sum(map(len, session._client.wire.untagged_responses.values())) < 300
    session.close()
