"""What the headers say, decoded, bounded and on one line."""

from datetime import UTC, datetime

import pytest

from workers.inbound.parse.headers import Headers


def headers(**values: str) -> Headers:
    return Headers(
        (name.replace("_", "-").lower().encode(), value.encode("ascii", "surrogateescape"))
        for name, value in values.items()
    )


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        ("Hello  world", "Hello world"),
        ("=?utf-8?q?x=0D=0ABcc:_v=40x.test?=", "x Bcc: v@x.test"),
        ("=?utf-8?q?a=00b=1B[31m=E2=80=A8c?=", "a b [31m c"),
        ("=?utf-8?b?w7w=?=  =?utf-8?b?w7w=?=", "üü"),
        ("n" * 5000, "n" * 1000),
        (b"gr\xfc\xdfe".decode("ascii", "surrogateescape"), "grüße"),
    ],
)
def test_a_subject_is_one_clean_line(raw: str, subject: str) -> None:
    assert headers(Subject=raw).subject == subject


def test_the_first_of_several_counts() -> None:
    found = Headers([(b"subject", b"one"), (b"subject", b"two")])
    assert found.subject == "one"
    assert found.raw("subject") == [b"one", b"two"]
    assert found.raw("from") == []
    assert found.text("list-id") == ""


@pytest.mark.parametrize(
    ("raw", "keyword"),
    [("auto-replied", "auto-replied"), (" Auto-Generated (rejected)", "auto-generated"), ("no; x=y", "no"), ("", "")],
)
def test_keywords_lose_parameters_and_comments(raw: str, keyword: str) -> None:
    assert headers(Auto_Submitted=raw).keyword("auto-submitted") == keyword


@pytest.mark.parametrize(
    ("raw", "date"),
    [
        ("Tue, 3 Nov 2026 10:00:00 +0100", datetime(2026, 11, 3, 9, tzinfo=UTC)),
        ("3 Nov 2026 10:00:00 -0000", datetime(2026, 11, 3, 10, tzinfo=UTC)),
        ("Tue, 3 Nov 26 10:00 GMT", datetime(2026, 11, 3, 10, tzinfo=UTC)),
        ("Tue,  3 Nov 2026 10:00:00 +0100 (CET)", datetime(2026, 11, 3, 9, tzinfo=UTC)),
        ("Tue, 3 Nov 2026 10:00:00 -0530 (EST)", datetime(2026, 11, 3, 15, 30, tzinfo=UTC)),
        ("Tue, 3 Foo 2026 10:00:00 +0100", None),
        ("Tue, 3 Nov 2026 25:00:00 +0100", None),
        ("yesterday", None),
        ("Tue, 99 Nov 2026 10:00:00 +0100", None),
        ("Tue, 3 Nov 2026 10:00:00 +9999", None),
        ("Fri, 31 Dec 9999 23:59:59 -1200", None),
        ("1 " * 50_000, None),
        ("", None),
    ],
)
def test_dates(raw: str, date: datetime | None) -> None:
    assert headers(Date=raw).date == date


def test_identifiers_and_loop_marks() -> None:
    found = headers(Message_ID="<a@b>", References="<c@d> <e@f>", X_Postern_Loop="one")
    assert (found.message_id, found.identifiers("references"), found.loop) == ("<a@b>", ("<c@d>", "<e@f>"), ("one",))
    assert headers(Message_ID="none").message_id is None
    assert len(Headers([(b"x-postern-loop", b"%d" % n) for n in range(999)]).loop) == 50


@pytest.mark.parametrize(
    ("raw", "index"),
    [
        ("AdxaAQIDAAECAwQFBgcICQoLDA0ODw==", "AdxaAQIDAAECAwQFBgcICQoLDA0ODw=="),
        ("AdxaAQIDAAECAwQF\r\n\tBgcICQoLDA0ODw==", "AdxaAQIDAAECAwQFBgcICQoLDA0ODw=="),
        ("", ""),
        ("Adxa", ""),
        ("no index at all, and <b@c.test> neither", ""),
        ("A" * 800, ""),
    ],
)
def test_a_thread_index(raw: str, index: str) -> None:
    assert headers(Thread_Index=raw).thread_index == index
