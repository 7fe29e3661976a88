"""Logging in: by password or token, and what a refusal means."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.failures import Temporary
from gateway.imap.session import Odd, Refused
from gateway.imap.values import Lease, Login
from gateway.pop.session import Session, connect
from models.base import uuid7
from models.fetching import After, Fetching
from models.settings import Settings
from tests.conftest import Tenant
from tests.door import stored
from tests.gateway.imap.hostile import Gone, Talk
from tests.gateway.pop.hostile import Pop
from tests.imap import HOST, FetchingDoor, health, mail, mailbox
from tests.waiting import until


@pytest.fixture
def server(certificate: Path) -> Iterator[Pop]:
    with Pop(certificate, [mail("One")]) as running:
        yield running


def login(server: Pop, user: str = "support") -> Login:
    wishes = Fetching(After.LEAVE, "", datetime.now(UTC))
    lease = Lease(uuid7(), uuid7(), "holder")
    port = server.access.port
    return Login(lease, "a@b.test", HOST, port, False, user, "password", ("INBOX",), (), wishes, "pop3")


@pytest.mark.parametrize(
    ("auth", "mechanism", "words"),
    [
        ("password", "PASS", "support {}"),
        ("xoauth2", "XOAUTH2", "user=support\x01auth=Bearer {}\x01\x01"),
        ("oauthbearer", "OAUTHBEARER", "n,a=support,\x01host=127.0.0.1\x01port={port}\x01auth=Bearer {}\x01\x01"),
    ],
)
def test_each_way_in(tenant: Tenant, server: Pop, near: Settings, auth: str, mechanism: str, words: str):
    mailbox(tenant, replace(server.access, auth=auth))
    with FetchingDoor(near):
        until(lambda: stored(tenant))
    assert server.said == [(mechanism, words.format(server.password, port=server.access.port))]


@pytest.mark.parametrize(("auth", "then"), [("xoauth2", ""), ("oauthbearer", "\x01")])
def test_a_token_that_is_refused_is_renewed_and_the_error_acknowledged(
    tenant: Tenant, server: Pop, near: Settings, auth: str, then: str
):
    box = mailbox(tenant, replace(server.access, auth=auth, password="withdrawn"))
    with FetchingDoor(near):
        until(lambda: ("then", then) in server.said)
        until(lambda: "has no oauth_client" in (health(tenant, box).last_error or ""))  # it asks for another token
    assert "withdrawn" not in health(tenant, box).last_error
    assert stored(tenant) == []


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("-ERR [IN-USE] somebody else is here", Temporary),
        ("-ERR [in-use] in small letters", Temporary),
        ("-ERR [LOGIN-DELAY] too soon", Temporary),
        ("-ERR [SYS/TEMP] the disk is full", Temporary),
        ("-ERR [SYS/PERM] this mailbox is broken", Refused),
        ("-ERR [AUTH] wrong", Refused),
        ("-ERR [X-OTHER] what nobody knows", Refused),
        ("-ERR [IN-USE nor ends", Refused),
        ("-ERR", Refused),
        ("+ go on", Odd),
        ("530 what is this?", Odd),
    ],
)
def test_what_a_refusal_means(server: Pop, near: Settings, answer: str, kind: type[Exception]):
    server.tricks["PASS"] = lambda talk, *_: talk.say(answer)
    with pytest.raises(kind, match="not POP3" if kind is Odd else None) as raised:
        connect(login(server), "guessed")
    assert kind is Odd or answer in str(raised.value)


def test_a_secret_that_comes_back_is_not_told(server: Pop, near: Settings):
    server.tricks["PASS"] = lambda talk, _, said: talk.say(f"-ERR unknown command PASS {said}")
    with pytest.raises(Refused) as raised:
        connect(login(server), "hunter2")
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize(("user", "secret"), [("me\r\nDELE 1", "x"), ("me", "x\nDELE 1"), ("me\0", "x")])
def test_a_login_that_would_say_more_is_not_said(server: Pop, near: Settings, user: str, secret: str):
    with pytest.raises(Odd, match="holds a line break") as raised:
        connect(login(server, user), secret)
    assert "DELE" not in str(raised.value)
    assert not [one for one in server.heard if "DELE" in one]


def test_a_maildrop_that_somebody_else_has_is_waited_for(tenant: Tenant, server: Pop, near: Settings):
    server.lock.acquire()
    box = mailbox(tenant, server.access)
    with FetchingDoor(near):
        until(lambda: "does not open the mailbox now: -ERR [IN-USE]" in (health(tenant, box).last_error or ""))
        server.lock.release()
        until(lambda: stored(tenant))
        until(lambda: health(tenant, box).error_count == 0)


@pytest.fixture
def session(server: Pop, near: Settings) -> Iterator[Session]:
    found = connect(login(server), server.password)
    yield found
    found.close()


def test_a_header_alone_is_shown_where_the_server_can(server: Pop, session: Session):
    header = mail("One").partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    assert session.head(1) == header
    server.tricks["TOP"] = lambda talk, *_: talk.say("-ERR unknown command")
    assert session.head(1) is None
    assert session.bodies([1], 1000) == {1: mail("One")}


def ends(talk: Talk, *_: str) -> None:
    raise Gone


def test_only_where_something_was_to_be_deleted_the_end_has_to_be_confirmed(server: Pop, session: Session):
    server.tricks["QUIT"] = ends
    session.quit()
    other = connect(login(server), server.password)
    other.delete([1])
    with pytest.raises(OSError, match="closed the connection"):
        other.quit()
    other.close()
