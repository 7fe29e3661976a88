"""What a server may do to us: it is told in the mailbox's health, costs no memory, and disturbs no other mailbox."""

import resource
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gateway.imap import bounds, wire
from models.settings import Settings
from tests.conftest import Tenant
from tests.door import stored
from tests.gateway.imap.hostile import Gone, Hostile, Talk
from tests.imap import Access, FetchingDoor, health, mail, mailbox, subjects
from tests.waiting import until

GIGABYTES = 2 << 30
MOST_MORE = 150_000  # KiB that a door may grow by whatever a server announces


@pytest.fixture
def hostile(certificate: Path) -> Iterator[Hostile]:
    with Hostile(certificate, [mail("Bait")]) as running:
        yield running


@pytest.fixture
def decent(certificate: Path) -> Iterator[Hostile]:
    with Hostile(certificate, [mail("One")]) as running:
        yield running


def announces_gigabytes(talk: Talk, tag: str, said: str) -> None:
    talk.say(f"* 1 FETCH (UID 1 BODY[] {{{GIGABYTES}}}")
    talk.hear()


def announces_gigabytes_when_asked_for_sizes(talk: Talk, tag: str, said: str) -> None:
    if "BODY" not in said:
        announces_gigabytes(talk, tag, said)


def never_ends(talk: Talk, tag: str, said: str) -> None:
    while True:
        talk.say(*["* OK still here"] * 1000)


def sends_a_line_without_end(talk: Talk, tag: str, said: str) -> None:
    while True:
        talk.wire.sendall(b"x" * 65536)


def says_goodbye(talk: Talk, tag: str, said: str) -> None:
    talk.say("* BYE overloaded")
    raise Gone


def numbers_from_nothing(talk: Talk, tag: str, said: str) -> None:
    talk.say("* SEARCH 0")
    talk.ok(tag)


def numbers_too_high(talk: Talk, tag: str, said: str) -> None:
    talk.say(f"* SEARCH 1 {1 << 32}")
    talk.ok(tag)


def says_nonsense(talk: Talk, tag: str, said: str) -> None:
    talk.say("* SEARCH one two", f"{tag} OK done")


def nests_deeply(talk: Talk, tag: str, said: str) -> None:
    talk.say(b"* SEARCH " + b"(" * 50_000, f"{tag} OK done")


def numbers_nothing(talk: Talk, tag: str, said: str) -> None:
    talk.say("* 1 EXISTS")
    talk.ok(tag)


def is_away(talk: Talk, tag: str, said: str) -> None:
    raise Gone


TRICKS: tuple[tuple[str, Callable[[Talk, str, str], None], str], ...] = (
    ("FETCH", announces_gigabytes, f"announces {GIGABYTES} bytes"),
    ("SEARCH", never_ends, "says more than was asked for"),
    ("SEARCH", says_nonsense, "cannot be understood"),
    ("GREETING", says_goodbye, "overloaded"),
)
MORE_TRICKS: tuple[tuple[str, Callable[[Talk, str, str], None], str], ...] = (
    ("FETCH", announces_gigabytes_when_asked_for_sizes, f"announces {GIGABYTES} bytes"),
    ("NOOP", never_ends, "says more than was asked for"),
    ("GREETING", never_ends, "says more than was asked for"),
    ("SEARCH", sends_a_line_without_end, "line without end"),
    ("FETCH", says_goodbye, "overloaded"),
    ("SEARCH", numbers_from_nothing, "numbers a mail 0"),
    ("SEARCH", numbers_too_high, f"numbers a mail {1 << 32}"),
    ("EXAMINE", numbers_nothing, "numbers no mail in INBOX"),
    ("SEARCH", nests_deeply, "cannot be understood"),
    ("SEARCH", is_away, "closed the connection"),
)
ALL_TRICKS = (*TRICKS, *(pytest.param(trick, marks=pytest.mark.long) for trick in MORE_TRICKS))


@pytest.mark.parametrize("trick", ALL_TRICKS, ids=lambda trick: f"{trick[0]} {trick[1].__name__}")
def test_a_hostile_server_harms_only_its_own_mailbox(
    tenant: Tenant,
    neighbour: Tenant,
    door: FetchingDoor,
    hostile: Hostile,
    decent: Hostile,
    trick: tuple[str, Callable[[Talk, str, str], None], str],
):
    verb, act, told = trick
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    hostile.tricks[verb] = act
    bad = mailbox(tenant, hostile.access)
    until(lambda: health(tenant, bad).error_count >= 2)
    good = mailbox(neighbour, decent.access)
    until(lambda: len(stored(neighbour)) == 1)
    decent.mails[2] = mail("Two")
    until(lambda: subjects(stored(neighbour)) == ["One", "Two"])
    assert told in health(tenant, bad).last_error
    assert health(neighbour, good).error_count == 0
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST_MORE
    hostile.tricks.clear()
    until(lambda: subjects(stored(tenant)) == ["Bait"])
    until(lambda: health(tenant, bad).error_count == 0)


@pytest.mark.parametrize("words", ["(((((UID 1", "(" * 50_000, "(UID 1 RFC822.SIZE {5}\r\n12345)"])
def test_a_mail_that_the_server_tells_nothing_of_is_set_aside(
    tenant: Tenant, near: Settings, hostile: Hostile, words: str
):
    hostile.tricks["FETCH"] = lambda talk, tag, _: talk.say(f"* 1 FETCH {words}", f"{tag} OK done")
    box = mailbox(tenant, hostile.access)
    with FetchingDoor(near.model_copy(update={"imap_survey_seconds": 0.2})):
        until(lambda: health(tenant, box).set_aside == 1)
        hostile.tricks.clear()
        until(lambda: subjects(stored(tenant)) == ["Bait"])
        until(lambda: health(tenant, box).set_aside == 0)


def test_silence_is_noticed(tenant: Tenant, door: FetchingDoor, hostile: Hostile, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bounds, "SILENCE", 0.3)
    hostile.tricks["SEARCH"] = lambda talk, *_: void(talk.hear())
    box = mailbox(tenant, hostile.access)
    until(lambda: "does not answer in time" in (health(tenant, box).last_error or ""))


def void(_: object) -> None:
    """An answer that is none."""


@pytest.mark.parametrize("greeting", ["* OK hello", "* PREAUTH you are in already"])
def test_nothing_is_said_in_clear_text(tenant: Tenant, near: Settings, certificate: Path, greeting: str):
    """A server, or somebody before it, that offers no STARTTLS is told no name and no password."""
    with Hostile(certificate) as plain:
        plain._secured = lambda wire: wire  # type: ignore[method-assign]  # this one does not speak TLS
        plain.capabilities = "IMAP4rev1 AUTH=PLAIN"
        plain.tricks["GREETING"] = lambda talk, *_: talk.say(greeting)
        with FetchingDoor(near):
            box = mailbox(tenant, Access(plain.access.port, tls="starttls"))
            until(lambda: "STARTTLS" in (health(tenant, box).last_error or ""))
    assert {one.split()[0] for one in plain.heard} <= {"CAPABILITY"}
    assert plain.said == []


def test_what_follows_starttls_in_clear_text_is_not_believed(tenant: Tenant, near: Settings, certificate: Path):
    with Hostile(certificate) as plain:
        plain._secured = lambda wire: wire  # type: ignore[method-assign]  # as above
        plain.capabilities = "IMAP4rev1 STARTTLS AUTH=PLAIN"
        plain.tricks["STARTTLS"] = lambda talk, tag, _: talk.wire.sendall(
            f"{tag} OK begin\r\n* CAPABILITY IMAP4rev1\r\n".encode()
        )
        with FetchingDoor(near):
            box = mailbox(tenant, Access(plain.access.port, tls="starttls"))
            until(lambda: "went on in clear text" in (health(tenant, box).last_error or ""))
    assert plain.said == []


def test_a_certificate_of_somebody_else_is_refused(
    tenant: Tenant, door: FetchingDoor, hostile: Hostile, monkeypatch: pytest.MonkeyPatch, certificate: Path
):
    monkeypatch.delenv("SSL_CERT_FILE")
    wire.tls_context.cache_clear()
    box = mailbox(tenant, hostile.access)
    until(lambda: "certificate that does not hold" in (health(tenant, box).last_error or ""))
    assert hostile.said == []
