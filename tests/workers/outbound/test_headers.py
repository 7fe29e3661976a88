import random
from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.errors import Permanent
from workers.outbound.envelope import deliverable
from workers.outbound.headers import bounded, clean, mailbox, message_ids, unstructured


@given(st.text(max_size=400))
def test_any_text_comes_back_from_a_subject_and_stays_in_its_header(value: str) -> None:
    line = clean(value, 200)
    raw = f"Subject: {unstructured(line, 'Subject')}\r\n\r\n".encode()
    parsed = message_from_bytes(raw)
    assert parsed.keys() == ["Subject"]
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 250
    decoded = str(make_header(decode_header(parsed["Subject"].replace("\r\n", ""))))
    assert decoded == line


@given(st.text(max_size=200))
def test_any_name_comes_back_beside_its_address(value: str) -> None:
    name = clean(value, 64)
    raw = f"To: {mailbox(name, 'a@b.test')}\r\n\r\n".encode()
    parsed = message_from_bytes(raw)
    assert parsed.keys() == ["To"]
    shown, address = parseaddr(parsed["To"].replace("\r\n", ""))
    assert (str(make_header(decode_header(shown))), address) == (name, "a@b.test")


def test_a_cut_line_says_so_and_keeps_its_limit() -> None:
    assert clean("a" * 300, 200) == "a" * 199 + "…"
    assert clean("  a\r\n\t b  ", 200) == "a b"


def test_message_ids_that_are_none_are_left_out() -> None:
    good = f"<{'x' * 300}@outlook.test>"
    bad = ["<a b@c>", "<a@b>\r\nBcc: x@y", "a@b", "<>", "<ü@b>", "<a@b><c@d>", "", "<a\x00@b>", f"<{'x' * 999}@b>"]
    assert message_ids([good, *bad, good, "<c@d>"]) == (good, "<c@d>")


def test_references_keep_the_first_and_the_last_ones() -> None:
    ids = tuple(f"<{number}.{'y' * 90}@ref.test>" for number in range(400))
    kept = bounded(ids)
    assert kept[0] == ids[0]
    assert kept[1:] == ids[-len(kept) + 1 :]
    assert 1_800 < len("\r\n ".join(kept)) <= 2_000
    assert bounded(()) == ()
    assert bounded(ids[:3]) == ids[:3]


def test_the_parent_is_kept_however_long() -> None:
    long = f"<{'z' * 890}@ref.test>"
    assert bounded((long, "<a@b>", long.upper()), 1_000) == (long, long.upper())


@pytest.mark.parametrize(
    ("address", "envelope"),
    [
        ("maria@example.org", "maria@example.org"),
        ("maria.o'neil+x=y@example.org", "maria.o'neil+x=y@example.org"),
        ("x@bücher.example", "x@xn--bcher-kva.example"),
        ("jürgen@example.org", "jürgen@example.org"),
    ],
)
def test_addresses_that_can_be_written_to(address: str, envelope: str) -> None:
    assert deliverable(address) == envelope


@pytest.mark.parametrize(
    "address",
    [
        "", "x", "@x", "x@", "a b@c.test", "a@b c", "a@b\r\nRCPT TO:<v@x.test>", "a\r\n@b.test", "a\x00@b.test",
        "<a@b.test>", "a@b.test>", "a@[127.0.0.1]", '"a b"@c.test', "a,b@c.test", "a@b..test", "a@-b.test",
        "a" * 65 + "@b.test",
        "a@" + "b." * 130 + "test", "a\u2028b@c.test", "a\u00a0b@c.test", "a\u202eb@c.test", "\ud800@c.test",
        "a@\ud800.test",
        "a@" + "ü" * 300,
    ],
)  # fmt: skip
def test_addresses_that_never_reach_a_socket(address: str) -> None:
    """CVE: aiosmtplib GHSA-v3q9-hj7j-63hq (CRLF in the envelope)."""
    with pytest.raises(Permanent):
        deliverable(address)


def test_random_bytes_are_never_a_dangerous_address() -> None:
    chance = random.Random(7)
    for _ in range(5_000):
        address = "".join(chr(chance.choice([*range(0x100), 0x2028, 0x3042])) for _ in range(6)) + "@b.test"
        try:
            found = deliverable(address)
        except Permanent:
            continue
        assert not set(found) & set(' \r\n\t\0<>"(),:;\\[]\u2028\x85\xa0')
