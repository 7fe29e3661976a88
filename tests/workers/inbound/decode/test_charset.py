"""Bytes to text: what is declared counts, what cannot be is read otherwise with a mark, and no codec does harm."""

import codecs as python_codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.inbound import scrub
from workers.inbound.decode import charset
from workers.inbound.decode.codecs import CODECS, codec
from workers.inbound.mail import Mail
from workers.inbound.parse import parse

DECLARED = [
    ("utf-8", "grüße 日本 🎉".encode(), "grüße 日本 🎉"),
    ("UTF8", "grüße".encode(), "grüße"),
    ("utf-8", "\ufeffgrüße".encode(), "grüße"),
    ("us-ascii", b"plain", "plain"),
    ("iso-8859-1", b"gr\xfc\xdfe", "grüße"),
    ("ISO_8859-1:1987", b"gr\xfc\xdfe", "grüße"),
    ("iso-8859-1", b"\x93quoted\x94 \x80", "“quoted” €"),
    ("windows-1252", b"\x93a\x94", "“a”"),
    ("cp-850", b"gr\x81\xe1e", "grüße"),
    ("IBM437", b"\x81", "ü"),
    ("iso-8859-15", b"\xa4", "€"),
    ("iso-8859-9", b"\xfd\xfe", "ış"),
    ("iso-8859-8-i", b"\xf9\xec\xe5\xed", "שלום"),
    ("windows-1251", "привет".encode("cp1251"), "привет"),
    ("win-1251", "привет".encode("cp1251"), "привет"),
    ("koi8-r", "привет".encode("koi8_r"), "привет"),
    ("gb2312", "你好镕".encode("gb18030"), "你好镕"),
    ("GBK", "你好".encode("gbk"), "你好"),
    ("big5", "你好".encode("big5"), "你好"),
    ("x-sjis", "日本①".encode("cp932"), "日本①"),
    ("iso-2022-jp", "日本語".encode("iso2022_jp"), "日本語"),
    ("euc-jp", "日本語".encode("euc_jp"), "日本語"),
    ("ks_c_5601-1987", "안녕똠".encode("cp949"), "안녕똠"),
    ("euc-kr", "안녕".encode("euc_kr"), "안녕"),
    ("utf-16", "grüße".encode("utf-16"), "grüße"),
    ("utf-16le", "grüße".encode("utf-16-le"), "grüße"),
    ("x-mac-roman", "grüße".encode("mac_roman"), "grüße"),
    ("utf-7", b"Gr+APwA3w-e +- 1", "Grüße + 1"),
    ("unicode-1-1-utf-7", b"+ADw-b+AD4", "<b>"),
    ("tis-620", "สวัสดี".encode("cp874"), "สวัสดี"),
]


@pytest.mark.parametrize(("declared", "content", "text"), DECLARED, ids=lambda value: str(value)[:20])
def test_what_is_declared_counts_and_needs_no_mark(declared: str, content: bytes, text: str) -> None:
    assert charset.text(content, declared, "text/plain") == (text, None)


REPAIRED = [
    ("", b"gr\xfc\xdfe", "grüße", "without charset, read as windows-1252"),
    ("utf-8", b"gr\xfc\xdfe", "grüße", "declared utf-8, read as windows-1252"),
    ("us-ascii", b"gr\xfc\xdfe", "grüße", "declared us-ascii, read as windows-1252"),
    ("utf-8", "grüße, möglich".encode() + b"\xff", "grüße, möglich�", "read as utf-8 with replacements"),
    ("x-unknown", "grüße".encode(), "grüße", "declared x-unknown, read as utf-8"),
    ("iso-8859-1", "grüße, möglich, schön".encode(), "grüße, möglich, schön", "read as utf-8"),
    ("iso-2022-jp", "grüße 日本".encode(), "grüße 日本", "read as utf-8"),
    ("utf-7", b"1 + 1 = 2", "1 + 1 = 2", "declared utf-7, read as utf-8"),
    ("iso-8859-8", b"\xa1 abc", "¡ abc", "read as windows-1252"),
    ("", "\ufeffgrüße".encode("utf-16-le"), "grüße", "read as utf-16"),
    ("", b"a\x81\xffb" * 9, "aÿb" * 9, "read as latin-1"),
]


@pytest.mark.parametrize(("declared", "content", "text", "mark"), REPAIRED, ids=lambda value: str(value)[:20])
def test_what_cannot_be_is_read_otherwise_with_a_mark(declared: str, content: bytes, text: str, mark: str) -> None:
    found, note = charset.text(content, declared, "text/plain")
    assert found == text
    assert note is not None
    assert note.startswith("charset: text/plain ")
    assert mark in note


@pytest.mark.parametrize(
    "name",
    ["punycode", "idna", "unicode_escape", "raw_unicode_escape", "rot13", "rot_13", "uu", "zip", "zlib", "bz2",
     "base64", "hex", "quopri", "undefined", "mbcs", "string-escape", "", "../../etc"],
)  # fmt: skip
def test_dangerous_codecs_are_unknown(name: str) -> None:
    assert codec(name) is None
    assert charset.text(b"+AGE-\\u0041 xn--", name, "x")[0] == "+AGE-\\u0041 xn--"


def test_every_codec_of_the_table_exists_and_decodes_text() -> None:
    for name in set(CODECS.values()):
        found = python_codecs.lookup(name)
        assert isinstance(b"".decode(found.name), str)


def test_html_names_its_charset() -> None:
    assert charset.of_html(b'<html><meta http-equiv=x content="text/html; charset=koi8-r">') == "koi8-r"
    assert charset.of_html(b"<META CHARSET = 'utf-8'>") == "utf-8"
    assert charset.of_html(b"<p>charset=utf-8") == ""


@given(st.binary(max_size=200), st.sampled_from(sorted(CODECS)) | st.text(max_size=20))
def test_any_bytes_in_any_charset_become_clean_text(content: bytes, declared: str) -> None:
    text, mark = charset.text(content, declared, "text/plain")
    text.encode()
    assert not any((c < " " and c not in "\n\t") or "\x7f" <= c <= "\x9f" for c in text)
    assert mark is None or scrub.is_line(mark)


TURKISH = "İyi günler, şifremi değiştiremiyorum, lütfen"
RUSSIAN = "Принтер сломался"


def mail(head: str, body: bytes) -> Mail:
    return parse(head.replace("\n", "\r\n").encode("latin-1") + b"\r\n\r\n" + body)


def test_a_text_without_charset_is_read_as_its_headers_are() -> None:
    read = mail("Subject: =?iso-8859-9?q?=DDyi?=\nContent-Type: text/plain", TURKISH.encode("iso8859-9"))
    assert (read.text, read.marks) == (TURKISH, ("charset: text/plain without charset, read as cp1254",))
    other = mail("Subject: =?iso-8859-9?q?=DDyi?=\nContent-Type: text/plain; charset=utf-8", TURKISH.encode())
    assert (other.text, other.marks) == (TURKISH, ())


def test_headers_without_charset_are_read_as_the_text_is() -> None:
    raw = RUSSIAN.encode("koi8-r").decode("latin-1")
    head = f"From: {raw} <ann@there.test>\nTo: {raw} <us@ours.test>\nSubject: {raw}"
    read = mail(f"{head}\nContent-Type: text/plain; charset=koi8-r", RUSSIAN.encode("koi8-r"))
    assert read.sender
    assert {read.subject, read.sender.name, read.to[0].name, read.text} == {RUSSIAN}


def test_a_file_name_without_charset_is_read_as_the_text_is() -> None:
    body = (
        b"--b\r\nContent-Type: text/plain; charset=windows-1251\r\n\r\n%s\r\n--b\r\nContent-Type: image/png\r\n"
        b'Content-Disposition: attachment; filename="%s.png"\r\n\r\nx\r\n--b--'
    )
    raw = "СЧЁТ".encode("cp1251")
    read = mail("Content-Type: multipart/mixed; boundary=b", body % (raw, raw))
    assert [one.name for one in read.attachments] == ["СЧЁТ.png"]


def test_a_hint_that_does_not_fit_is_none() -> None:
    assert charset.decode("ü".encode("latin-1") * 3, "", "shift_jis")[1] == "windows-1252"
    assert charset.decode("ü".encode(), "", "koi8-r") == ("ü", None)
