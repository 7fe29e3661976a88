"""Old texts with commands for their looks: the words are read, the commands are not."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.inbound.parse import parse
from workers.inbound.parse.enriched import to_text


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<bold>Now</bold> is <italic>the</italic> time", "Now is the time"),
        ("one\nline\n\nanother\n\n\nlast", "one line\nanother\n\nlast"),
        ("if a << b > c", "if a < b > c"),
        ("<color><param>red</param>stop</color>", "stop"),
        ("<nofill>a\n b</nofill>\nc", "a\n b c"),
        ("a<nl>b<lt>c<comment>for <bold>nobody</bold>\n</comment>d", "a\nb<cd"),
        ("a </param>b</nofill>\nc", "a b c"),
        ("<param>never closed", ""),
        ("5 < 6, <this one>", "5 < 6, <this one>"),
        ("", ""),
    ],
)
def test_the_words(written: str, read: str) -> None:
    assert to_text(written) == read


@given(st.lists(st.sampled_from(["<", "<<", "<param>", "</param>", "<nofill>", "\n", "a", "</", ">"]), max_size=40))
def test_it_never_grows(pieces: list[str]) -> None:
    assert len(to_text("".join(pieces))) <= len("".join(pieces))


@pytest.mark.parametrize("piece", ["<", "<a", "<<", "</", "<param>", "\n"])
def test_its_time_is_linear(piece: str) -> None:
    start = time.process_time()
    to_text(piece * (1_000_000 // len(piece)))
    assert time.process_time() - start < 4


@pytest.mark.parametrize("kind", ["enriched", "richtext"])
def test_a_mail_in_that_form_has_words_and_no_file(kind: str) -> None:
    mail = parse(f"Content-Type: text/{kind}\r\n\r\n<bold>Hello</bold> <<Carol>\r\n".encode())
    assert (mail.text.strip(), mail.html, mail.attachments) == ("Hello <Carol>", None, ())
