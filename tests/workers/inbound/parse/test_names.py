"""File names are shown and nothing else, and even that harmlessly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.inbound.parse.names import display


@pytest.mark.parametrize(
    ("raw", "kind", "name"),
    [
        ("invoice.pdf", "application/pdf", "invoice.pdf"),
        ("../../etc/cron.d/x", "text/plain", "x"),
        ("/etc/passwd", "text/plain", "passwd"),
        ("C:\\temp\\a.tiff", "image/tiff", "a.tiff"),
        ("a/b/", "text/plain", "b"),
        ("..", "text/plain", "text.txt"),
        ("/", "image/png", "image.png"),
        ("", "message/rfc822", "message.eml"),
        (" \t\r\n", "text/calendar", "invitation.ics"),
        ("", "application/x-made-up", "attachment.bin"),
        ("a\0b.txt", "text/plain", "ab.txt"),
        ("photo\u202egpj.exe", "image/jpeg", "photogpj.exe"),
        ("a\r\nBcc: x@y", "text/plain", "a Bcc: x@y"),
        (".htaccess", "text/plain", ".htaccess"),
        ("<svg onload=x>.svg", "image/svg+xml", "<svg onload=x>.svg"),
        ("grüße 日本.txt", "text/plain", "grüße 日本.txt"),
    ],
)
def test_names(raw: str, kind: str, name: str) -> None:
    assert display(raw, kind) == name


def test_long_names_keep_their_extension() -> None:
    assert display("n" * 5000 + ".pdf", "a/b") == "n" * 255
    assert display("n" * 300 + ".pdf", "a/b") == "n" * 251 + ".pdf"
    assert display("n." + "x" * 300, "a/b") == "n." + "x" * 253


@given(st.text(st.characters() | st.sampled_from("/\\.\0\u202e"), max_size=600))
def test_a_name_is_never_a_path_nor_empty(raw: str) -> None:
    name = display(raw, "a/b")
    assert 0 < len(name) <= 255
    assert "/" not in name
    assert "\\" not in name
    assert name.strip(".")
    assert not any(c < " " or "\x7f" <= c <= "\x9f" or "\u202a" <= c <= "\u202e" for c in name)
