"""Which URLs a webhook may have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.outbound.webhooks.place import Place, place


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://x.test", Place("x.test", 443, True, "x.test", "/")),
        ("HTTPS://X.Test:8443/a/b?c=%20", Place("x.test", 8443, True, "x.test:8443", "/a/b?c=%20")),
        ("https://x.test?c=d", Place("x.test", 443, True, "x.test", "/?c=d")),
        ("https://[2001:db8::1]:443/@", Place("2001:db8::1", 443, True, "[2001:db8::1]", "/@")),
        ("https://x.test:80/", Place("x.test", 80, True, "x.test:80", "/")),
        ("http://127.0.0.1:8000/", Place("127.0.0.1", 8000, False, "127.0.0.1:8000", "/")),
        ("http://[::1]/", Place("::1", 80, False, "[::1]", "/")),
    ],
)
def test_where_it_leads(url: str, found: Place):
    assert place(url) == found


@pytest.mark.parametrize(
    "url",
    [
        "", "x.test", "ftp://x.test/", "http://x.test/", "http://127.0.0.1.x.test/", "https://", "https:///a", "https://x.test:/",
        "https://user@x.test/", "https://user:secret@x.test/", "https://x.test@evil.test/", "https://x.test\\@evil.test/",
        "https://x.test/a b", "https://x.test/\r\nHost: y", "https://x.test\n", "https://x.test/#a", "https://ä.test/",
        "https://x.test/ä", "https://x.test:22/", "https://x.test:25/", "https://x.test:65536/", "https://x.test:0/",
        "https://-x.test/", "https://x.test./", "https://[::1/", "https://x.test/\x00", "https://x.test/" + "a" * 2000,
    ],
)  # fmt: skip
def test_what_is_no_place_for_a_webhook(url: str):
    with pytest.raises(ValueError, match="a webhook is") as refused:
        place(url)
    assert "secret" not in str(refused.value)


@given(st.text())
def test_nothing_that_is_taken_can_end_a_header(said: str):
    try:
        found = place(f"https://x.test/{said}")
    except ValueError:
        return
    assert (found.authority + found.target).isascii()
    assert (found.authority + found.target).isprintable()
    assert " " not in found.target
    assert found.host == "x.test"
