"""Encoded words as mailers write them, rightly and wrongly."""

import base64
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.inbound.decode.words import decode, line


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("plain", "plain"),
        ("=?utf-8?q?gr=C3=BC=C3=9Fe?=", "grüße"),
        ("=?UTF-8?Q?a_b?= c", "a b c"),
        ("=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),
        ("=?utf-8?q?a?=\t\r\n =?iso-8859-1?q?=FC?=", "aü"),
        ("=?utf-8?q?a?= b =?utf-8?q?c?=", "a b c"),
        ("=?utf-8?b?w7w=?=", "ü"),
        ("=?utf-8?b?w7w?=", "ü"),
        ("=?utf-8?q?=C3?= =?utf-8?q?=BC?=", "ü"),
        ("=?utf-8?b?ww==?= =?utf-8?b?vA==?=", "ü"),
        ("=?iso-8859-1?q?=FC?=", "ü"),
        ("=?iso-8859-1*en?q?=FC?=", "ü"),
        ("=?utf-8?q?=FC?=", "ü"),
        ("=?x-nonsense?q?=C3=BC?=", "ü"),
        ("=?utf-8?q?two words?=", "two words"),
        ("x=?utf-8?q?a?=y", "xay"),
        ("=?utf-8?q?open", "=?utf-8?q?open"),
        ("=?utf-8?x?a?=", "=?utf-8?x?a?="),
        ("=??q?a?=", "=??q?a?="),
        ("=?utf-8?q??=", ""),
        ("=?punycode?q?xn--a?=", "xn--a"),
        ("=?utf-7?q?Fr+APY-sche?=", "Frösche"),
        ("a =?utf-8?b?/wCB/g==?= b", "a =?utf-8?b?/wCB/g==?= b"),  # no text in any charset
        ("=?utf-8?q?a?= =?iso-8859-9?b?/wCB?=", "a=?iso-8859-9?b?/wCB?="),
        ("=?utf-8?q?a?= =?koi8-r?b?/wDF?=", "a\u042a\x00\u0435"),  # as declared; scrubbed later
        (b"gr\xc3\xbc".decode("ascii", "surrogateescape"), "grü"),
        (b"gr\xfc".decode("ascii", "surrogateescape"), "grü"),
        ("déjà =?utf-8?q?vu?=", "déjà vu"),  # of a report, whose text is decoded already
        ("=?utf-8?q?d=C3=A9jà?=", "déjà"),
        (b"=?iso-8859-1?q?gr\xfc?=".decode("ascii", "surrogateescape"), "grü"),
    ],
)
def test_decoding(raw: str, text: str) -> None:
    assert decode(raw) == text


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30))
def test_what_is_encoded_comes_back(text: str) -> None:
    encoded = base64.b64encode(text.encode()).decode()
    assert decode(f"=?utf-8?b?{encoded}?=") == text.removeprefix("\ufeff")


@given(st.text(st.sampled_from("=?qb8-utf_ \t\udcff"), max_size=60))
def test_nothing_raises(raw: str) -> None:
    decode(raw).encode()


@pytest.mark.parametrize("piece", ["=?", "=?a?q?", "=?utf-8?q?a?= ", "?=", "=?a?q?a?="])
def test_its_time_is_linear(piece: str) -> None:
    start = time.process_time()
    decode(piece * (200_000 // len(piece)))
    assert time.process_time() - start < 4


def test_values_are_cut_before_they_are_decoded() -> None:
    assert len(line(b"=?utf-8?q?a?= " * 20_000, 10**9)) < 2_000
