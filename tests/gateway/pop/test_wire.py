"""What a server may do to us: it is told in the mailbox's health, costs no memory, and disturbs no other mailbox."""

import resource
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.imap import bounds, wire
from gateway.pop.wire import Wire
from models.settings import Settings, configure
from tests.conftest import Tenant
from tests.door import stored
from tests.gateway.imap.hostile import Gone, Talk
from tests.gateway.pop.hostile import Pop, PopTalk
from tests.imap import FetchingDoor, health, mail, mailbox, subjects
from tests.waiting import until

MOST_MORE = 150_000  # KiB that a door may grow by whatever a server announces
Trick = Callable[[Talk, str, str], None]

lines = st.lists(
    st.sampled_from([b".", b"..", b"", b".x", b"a", b"a.\n.\nb", b"\r", b".\r.", b"\xff" * 40]), max_size=12
)


@given(lines.map(lambda some: b"".join(line + b"\r\n" for line in some)))
def test_whatever_a_mail_holds_it_comes_as_it_is(content: bytes):
    """Lines end with CRLF; a lone LF or CR, and dots anywhere, are content."""
    stuffed = [b"." + line if line.startswith(b".") else line for line in content.split(b"\r\n")]
    sent = b"+OK hello\r\n+OK now\r\n" + b"\r\n".join(stuffed) + b".\r\n"
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(sent)
        found = Wire(ours)
        found.readline()
        assert found.rest() == content
        assert not found.has_words


def never_ends(talk: Talk, tag: str, said: str) -> None:
    talk.say("+OK")
    while True:
        talk.wire.sendall(b"1 1\r\n" * 20_000)


def sends_a_line_without_end(talk: Talk, tag: str, said: str) -> None:
    while True:
        talk.wire.sendall(b"+OK" + b"x" * 65536)


def sends_a_mail_without_a_line(talk: Talk, tag: str, said: str) -> None:
    talk.say("+OK")
    while True:
        talk.wire.sendall(b"x" * 65536)


def dies(talk: Talk, tag: str, said: str) -> None:
    raise Gone


def dies_in_the_middle(talk: Talk, tag: str, said: str) -> None:
    talk.say("+OK", "Subject: half of it")
    raise Gone


def goes_on(talk: Talk, tag: str, said: str) -> None:
    """As where a mail holds a dot that the server does not mask."""
    talk.wire.sendall(b"+OK\r\nSubject: one\r\n\r\nwords\r\n.\r\n+OK\r\nSubject: smuggled\r\n\r\n.\r\n")


def says_nonsense(talk: Talk, tag: str, said: str) -> None:
    talk.say("+OK", "one two", ".")


def says_a_size_that_is_none(talk: Talk, tag: str, said: str) -> None:
    talk.say("+OK", f"1 {'9' * 5000}", ".")


def is_another_protocol(talk: Talk, tag: str, said: str) -> None:
    talk.say("* OK IMAP4rev1 at your service")


def refuses(talk: Talk, tag: str, said: str) -> None:
    talk.say("-ERR [SYS/TEMP] come again")


TRICKS: tuple[tuple[str, Trick, str], ...] = (
    ("RETR", never_ends, "sends more than was asked for"),
    ("RETR", dies_in_the_middle, "closed the connection"),
    ("LIST", says_nonsense, "in words that are not POP3"),
    ("UIDL", never_ends, "sends more than was asked for"),
    ("GREETING", refuses, "is not open: -ERR [SYS/TEMP] come again"),
)
MORE_TRICKS: tuple[tuple[str, Trick, str], ...] = (
    ("RETR", sends_a_mail_without_a_line, "sends more than was asked for"),
    ("RETR", dies, "closed the connection"),
    ("RETR", sends_a_line_without_end, "the server sends "),
    ("LIST", never_ends, "sends more than was asked for"),
    ("LIST", says_a_size_that_is_none, "in words that are not POP3"),
    ("LIST", refuses, "does not tell what lies there: -ERR [SYS/TEMP] come again"),
    ("UIDL", dies, "closed the connection"),
    ("PASS", dies, "closed the connection"),
    ("GREETING", sends_a_line_without_end, "sends more than was asked for"),
    ("GREETING", is_another_protocol, "answers what is not POP3"),
)
ALL_TRICKS = (*TRICKS, *(pytest.param(trick, marks=pytest.mark.long) for trick in MORE_TRICKS))


@pytest.mark.parametrize("trick", ALL_TRICKS, ids=lambda trick: f"{trick[0]} {trick[1].__name__}")
def test_a_hostile_server_harms_only_its_own_mailbox(
    tenant: Tenant, neighbour: Tenant, hasty: Settings, certificate: Path, trick: tuple[str, Trick, str]
):
    verb, act, told = trick
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with Pop(certificate, [mail("Bait")]) as hostile, Pop(certificate, [mail("One")]) as decent, FetchingDoor(hasty):
        hostile.tricks[verb] = act
        bad = mailbox(tenant, hostile.access)
        until(lambda: health(tenant, bad).error_count >= 2)
        assert told in health(tenant, bad).last_error
        good = mailbox(neighbour, decent.access)
        until(lambda: len(stored(neighbour)) == 1)
        decent.put(mail("Two"))
        until(lambda: subjects(stored(neighbour)) == ["One", "Two"])
        assert health(neighbour, good).error_count == 0
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST_MORE
        hostile.tricks.clear()
        hostile.put(mail("Afterwards"))
        until(lambda: "Afterwards" in subjects(stored(tenant)))
        until(lambda: health(tenant, bad).error_count == 0)


def test_a_mail_whose_end_is_none_is_set_aside_and_no_other_is_taken_for_it(tenant: Tenant, pop: Pop, hasty: Settings):
    pop.put(mail("One"), mail("Two"), mail("Three"))
    pop.tricks["RETR"] = lambda talk, tag, said: (goes_on if said == "1" else PopTalk.do_retr)(talk, tag, said)  # type: ignore[arg-type]  # a POP3 server's
    box = mailbox(tenant, pop.access)
    with FetchingDoor(hasty):
        until(lambda: subjects(stored(tenant)) == ["Two", "Three"])
        until(lambda: health(tenant, box).set_aside == 1)


@pytest.mark.parametrize("told", [1, 4_000_000])
def test_a_server_that_lies_about_sizes_is_only_slower(tenant: Tenant, pop: Pop, hasty: Settings, told: int):
    large = mail("Large", body="x\r\n" * 1_000_000)
    pop.put(mail("Before"), large, mail("After"))
    pop.lies[large] = told
    mailbox(tenant, pop.access)
    with FetchingDoor(hasty):
        until(lambda: len(stored(tenant)) == 3)
    assert large in [bytes(one["content"]) for one in stored(tenant)]


def test_silence_is_noticed(tenant: Tenant, pop: Pop, hasty: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bounds, "SILENCE", 0.3)
    over = threading.Event()
    pop.tricks["LIST"] = lambda talk, *_: void(over.wait(20))
    box = mailbox(tenant, pop.access)
    with FetchingDoor(hasty):
        until(lambda: "does not answer in time" in (health(tenant, box).last_error or ""))
        over.set()


def void(_: object) -> None:
    """An answer that is none."""


def plain(pop: Pop) -> None:
    """This one does not speak TLS at first."""
    pop._secured = lambda wire: wire  # type: ignore[method-assign]  # a server of a test


@pytest.mark.parametrize("greeting", ["+OK hello", "-ERR go away"])
def test_nothing_is_said_in_clear_text(tenant: Tenant, hasty: Settings, pop: Pop, greeting: str):
    """A server, or somebody before it, that offers no STLS is told no name and no password."""
    plain(pop)
    pop.tricks["GREETING"] = lambda talk, *_: talk.say(greeting)
    box = mailbox(tenant, pop.clear)
    with FetchingDoor(hasty):
        until(lambda: health(tenant, box).error_count)
    assert set(pop.heard) <= {"STLS"}
    assert ("STLS" in health(tenant, box).last_error) == (greeting == "+OK hello")


def test_what_follows_stls_in_clear_text_is_not_believed(tenant: Tenant, hasty: Settings, pop: Pop):
    plain(pop)
    pop.tricks["STLS"] = lambda talk, *_: talk.wire.sendall(b"+OK begin\r\n+OK and?\r\n+OK you are in\r\n")
    box = mailbox(tenant, pop.clear)
    with FetchingDoor(hasty):
        until(lambda: "went on in clear text" in (health(tenant, box).last_error or ""))
    assert set(pop.heard) == {"STLS"}


def test_after_stls_the_rest_is_said_over_tls(tenant: Tenant, hasty: Settings, pop: Pop):
    plain(pop)
    pop.offers_stls = True
    pop.put(mail("One"))
    mailbox(tenant, pop.clear)
    with FetchingDoor(hasty):
        until(lambda: subjects(stored(tenant)) == ["One"])
    assert pop.heard[0] == "STLS"


def test_a_certificate_of_somebody_else_is_refused(
    tenant: Tenant, hasty: Settings, pop: Pop, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("SSL_CERT_FILE")
    wire.tls_context.cache_clear()
    box = mailbox(tenant, pop.access)
    with FetchingDoor(hasty):
        until(lambda: "certificate that does not hold" in (health(tenant, box).last_error or ""))
    assert pop.said == []


def test_private_networks_are_for_whoever_allows_them(tenant: Tenant, hasty: Settings, pop: Pop):
    configure(own_networks="10.0.0.0/8")
    box = mailbox(tenant, pop.access)
    with FetchingDoor(hasty):
        until(lambda: "not in a public network" in (health(tenant, box).last_error or ""))
    assert not pop.connections
