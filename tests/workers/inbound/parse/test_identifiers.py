"""Message-IDs, however a mailer wraps them."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.inbound.parse.identifiers import scan


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (b"<a@b.test>", ["<a@b.test>"]),
        (b" <a@b.test> <c@d.test>", ["<a@b.test>", "<c@d.test>"]),
        (b"<a@b.test><c@d.test>,<e@f.test>", ["<a@b.test>", "<c@d.test>", "<e@f.test>"]),
        (b'"Ann" wrote in <a@b.test> of today (really <c@d.test>)', ["<a@b.test>", "<c@d.test>"]),
        (b"<a@b\t .test>", ["<a@b.test>"]),
        (b"a@b.test", ["<a@b.test>"]),
        (b"=?utf-8?q?=3Caaa=40b=2Etest=3E?=", ["<aaa@b.test>"]),
        (b"<a@b.test> <c@d.test> <a@b.test>", ["<c@d.test>", "<a@b.test>"]),
        (b"<a@b.test", []),
        (b"a@b.test>", []),
        (b"<>", []),
        (b"", []),
        (b"two words@b.test", []),
        (b"<a\x00b@c.test>", ["<ab@c.test>"]),
        (b"<" + b"a" * 997 + b">", []),
    ],
)
def test_scanning(raw: bytes, found: list[str]) -> None:
    assert list(scan(raw)) == found


identifier = st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="<>"), min_size=1).map(
    lambda text: f"<{text}@x.test>"
)


@given(st.lists(identifier, max_size=60, unique=True), st.sampled_from([" ", "\t", "", ", "]))
def test_what_is_written_is_found(identifiers: list[str], between: str) -> None:
    raw = between.join(identifiers)
    if "=?" not in raw:
        assert list(scan(raw.encode())) == identifiers[-50:]


def test_of_many_the_last_50_count() -> None:
    found = scan(b" ".join(b"<%d@x.test>" % number for number in range(20_000)))
    assert (len(found), found[0], found[-1]) == (50, "<19950@x.test>", "<19999@x.test>")


@given(st.binary(max_size=300))
def test_any_bytes_give_identifiers_of_one_clean_line(raw: bytes) -> None:
    for one in scan(raw):
        assert one.startswith("<")
        assert one.endswith(">")
        assert len(one.encode()) <= 998
        assert not any(c.isspace() or c < " " or "\x7f" <= c <= "\x9f" for c in one)


@pytest.mark.parametrize("piece", [b"<", b"<a>", b"<a@b> ", b"> ", b"a", b" "])
def test_its_time_is_linear(piece: bytes) -> None:
    start = time.process_time()
    scan(piece * (250_000 // len(piece)))
    assert time.process_time() - start < 2
