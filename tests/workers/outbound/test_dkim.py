"""Signatures against the examples of the RFCs, and against dkimpy, which others wrote from the same RFCs."""

import base64
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from hashlib import sha256

import dkim
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.dkim import Algorithm, Signer, make, opened
from models.outgoing import Letter
from tests.workers.outbound.drafts import HOSTILE, draft, written
from workers.outbound.dkim import FIELD, OVERSIGNED, relaxed_body, relaxed_header, signatures
from workers.outbound.letter import File, Person, Written

PAIRS = {algorithm: make(algorithm) for algorithm in Algorithm}
SIGNERS = tuple(Signer("demo.test", one.key_type, one, opened(pair.secret)) for one, pair in PAIRS.items())
RECORDS = {
    f"{one.key_type}._domainkey.demo.test.".encode(): f"v=DKIM1; k={one.key_type}; p={pair.public}".encode()
    for one, pair in PAIRS.items()
}


def verdicts(content: bytes, records: Mapping[bytes, bytes] = RECORDS) -> list[bool]:
    """What dkimpy says of each signature, from the top."""
    found = []
    for number in range(content.count(b"DKIM-Signature:")):
        try:
            verifier = dkim.DKIM(content)
            found.append(verifier.verify(idx=number, dnsfunc=lambda name, **_: records.get(name, b"")))
        except dkim.DKIMException:
            found.append(False)
    return found


@pytest.mark.parametrize(
    ("name", "value", "relaxed"),
    [
        ("A", " X", b"a:X"),  # RFC 6376 section 3.4.5
        ("B ", " Y\t\r\n\tZ  ", b"b:Y Z"),
        ("SUBJect", " AbC \t D", b"subject:AbC D"),  # section 3.4.2: names fold their case, values do not
        ("Subject", "", b"subject:"),
        ("Subject", " \t\r\n ", b"subject:"),
        ("To", "\u00fc <\u00fc@x.test>", "to:\u00fc <\u00fc@x.test>".encode()),
    ],
)
def test_the_relaxed_form_of_a_header(name: str, value: str, relaxed: bytes) -> None:
    assert relaxed_header(name, value) == relaxed


@pytest.mark.parametrize(
    ("body", "relaxed"),
    [
        (b" C \r\nD \t E\r\n\r\n\r\n", b" C\r\nD E\r\n"),  # RFC 6376 section 3.4.5
        (b"", b""),  # section 3.4.4: an empty body stays empty
        (b"\r\n\r\n", b""),
        (b" \t \r\n \r\n", b""),
        (b"no end", b"no end\r\n"),
        (b"no end \t", b"no end\r\n"),
        (b"\r\n\r\nlate\r\n", b"\r\n\r\nlate\r\n"),
        (b"a\t\tb\tc  d\r\n", b"a b c d\r\n"),
    ],
)
def test_the_relaxed_form_of_a_body(body: bytes, relaxed: bytes) -> None:
    assert relaxed_body(body) == relaxed


# RFC 8463 appendix A: keys, records and the signed message.
SECRET = base64.b64decode("nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=")
PKCS8 = bytes.fromhex("302e020100300506032b657004220420")  # RFC 8410: what stands before the key itself
EXAMPLE_RECORDS = {
    b"brisbane._domainkey.football.example.com.": b"v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
    b"test._domainkey.football.example.com.": b"v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWR"
    b"iGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutAC"
    b"DfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3"
    b"Ip3G+2kryOTIKT+l/K4w3QIDAQAB",
}
EXAMPLE = b"""\
DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=brisbane; t=1528637909; h=from : to :
 subject : date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus
 Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==
DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=test; t=1528637909; h=from : to : subject :
 date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3
 DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz
 dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=
From: Joe SixPack <joe@football.example.com>
To: Suzie Q <suzie@shopping.example.net>
Subject: Is dinner ready?
Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
Message-ID: <20030712040037.46341.5F8J@football.example.com>

Hi.

We lost the game.  Are you hungry yet?

Joe.
""".replace(b"\n", b"\r\n")


def test_the_verifier_of_these_tests_knows_the_example_of_the_rfc() -> None:
    assert verdicts(EXAMPLE, EXAMPLE_RECORDS) == [True, True]
    assert verdicts(EXAMPLE.replace(b"lost", b"won"), EXAMPLE_RECORDS) == [False, False]


def test_our_form_and_our_key_make_the_signature_of_the_example() -> None:
    """Ed25519 signs the same to the same, so all of it must agree: headers, body, digest, key."""
    message = message_from_bytes(EXAMPLE)
    field = message["DKIM-Signature"]
    body = EXAMPLE.partition(b"\r\n\r\n")[2]
    assert base64.b64encode(sha256(relaxed_body(body)).digest()).decode() in field
    names = re.split(r"\s*:\s*", re.search(r"h=([^;]*)", field)[1])  # type: ignore[index]  # it is there
    lines = [relaxed_header(name, message[name]) for name in names[:5]]  # those after are there once only
    unsigned, _, signature = field.rpartition("b=")
    sign = opened(base64.b64encode(PKCS8 + SECRET).decode())
    made = sign(b"".join(line + b"\r\n" for line in lines) + relaxed_header(FIELD, f"{unsigned}b="))
    assert base64.b64encode(made).decode() == "".join(signature.split())


@pytest.mark.parametrize("kind", Letter)
@pytest.mark.parametrize("evil", HOSTILE)
def test_letters_verify_whatever_people_wrote(kind: Letter, evil: str) -> None:
    person = Person(evil, "maria@example.org")
    letter = written(kind=kind, title=evil, text=f"x{evil}", recipient=person, organization=evil, author=person,
                     in_reply_to="<a@b>", references=("<0@b>", "<a@b>"), signers=SIGNERS,
                     files=(File(evil, "text/plain", b"x  \r\n\r\n"),))  # fmt: skip
    assert verdicts(letter.content) == [True, True]


TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=300)


def signed(text: str = "Hello.") -> Written:
    return written(text=text, signers=SIGNERS, in_reply_to="<a@b>", unsubscribe=f"support+u{'a' * 38}@demo.test")


@settings(max_examples=25)
@given(TEXT, TEXT, st.binary(max_size=300))
def test_any_letter_verifies(title: str, text: str, file: bytes) -> None:
    files = (File(title, "image/png", file),) if file else ()
    letter = written(title=title, text=f"x{text}", signers=SIGNERS, files=files, recipient=Person(title, "a@b.test"))
    assert verdicts(letter.content) == [True, True]


def lines(content: bytes) -> list[tuple[int, int]]:
    """Where each header below the signatures begins and ends."""
    head = content.index(b"\r\n\r\n")
    starts = [0, *(found.end() for found in re.finditer(rb"\r\n(?=[A-Z])", content[:head]))]
    fields = list(zip(starts, [*starts[1:], head + 2], strict=True))
    return [(start, end) for start, end in fields if not content[start:end].startswith(b"DKIM-Signature")]


@settings(max_examples=60)
@given(st.data())
def test_a_letter_with_one_changed_character_does_not(data: st.DataObject) -> None:
    """Anywhere in a header or the body but where the relaxed form sees no difference."""
    content = signed().content
    first = lines(content)[0][0]
    visible = [place for place in range(first, len(content)) if content[place] > 0x20]
    place = data.draw(st.sampled_from(visible))
    other = data.draw(st.sampled_from(b"xyzXYZ789"))
    changed = content[:place] + bytes([other]) + content[place + 1 :]
    line = content[:place].rpartition(b"\r\n")[2]
    in_name = b":" not in line and not line.startswith(b" ") and place < content.index(b"\r\n\r\n")
    same = changed.lower() == content.lower() if in_name else changed == content
    assert verdicts(changed) == [same, same]


def test_no_header_can_be_taken_away_or_moved_under_another_name() -> None:
    content = signed().content
    for start, end in lines(content):
        assert verdicts(content[:start] + content[end:]) == [False, False], content[start:end]
        assert verdicts(content[:start] + b"X-" + content[start:]) == [False, False], content[start:end]


@pytest.mark.parametrize("name", OVERSIGNED)
@pytest.mark.parametrize("on_top", [True, False])
def test_nobody_adds_a_second_header_that_is_shown(name: str, on_top: bool) -> None:
    content, more = signed().content, f"{name}: <mallory@evil.test>\r\n".encode()
    head, gap, body = content.partition(b"\r\n\r\n")
    changed = more + content if on_top else head + b"\r\n" + more.rstrip() + gap + body
    assert verdicts(changed) == [False, False]


def test_what_servers_on_the_way_add_and_respace_harms_nothing() -> None:
    content = signed().content
    changed = content.replace(b"Subject: ", b"subject:   ").replace(b"\r\n\r\n", b" \r\n\r\n") + b"\r\n\r\n"
    head = b"Return-Path: <x@y.test>\r\nReceived: from a by b; Sat, 21 Nov 2026 12:00:00 +0000\r\nSender: l@x.test\r\n"
    assert verdicts(head + changed) == [True, True]


def test_a_signature_says_what_it_is() -> None:
    letter = message_from_bytes(signed().content)
    assert [one.split("; ")[1] for one in letter.get_all(FIELD, [])] == ["a=rsa-sha256", "a=ed25519-sha256"]
    tags = dict(part.strip().split("=", 1) for part in letter[FIELD].split(";"))
    assert {name: tags[name] for name in ("v", "c", "d", "s", "t")} == {
        "v": "1", "c": "relaxed/relaxed", "d": "demo.test", "s": "rsa",
        "t": str(int(draft().created_at.timestamp())),
    }  # fmt: skip
    names = [name.strip() for name in tags["h"].split(":")]
    assert set(letter.keys()) - {FIELD} == set(names) - {"Cc", "Content-Transfer-Encoding"}
    assert all(names.count(name) == (2 if name in letter else 1) for name in OVERSIGNED)
    assert "l" not in tags, "a body that may be added to could say anything"
    assert max(map(len, signed().content.partition(b"\r\n\r\n")[0].split(b"\r\n"))) <= 200


def test_the_same_letter_has_the_same_signatures_at_each_try() -> None:
    assert signed() == signed()


def test_an_international_address_is_signed_as_it_stands() -> None:
    letter = written(recipient=Person("J\u00fcrgen", "j\u00fcrgen@example.org"), signers=SIGNERS)
    assert letter.utf8
    assert verdicts(letter.content) == [True, True]


def test_without_a_key_nothing_is_signed() -> None:
    assert b"DKIM" not in written().content
    assert signatures((), (("From", "a@b.test"),), b"", datetime.now(UTC)) == ()


def test_one_key_makes_one_signature() -> None:
    letter = replace(draft(), signers=SIGNERS[1:])
    assert verdicts(written(signers=letter.signers).content) == [True]
