"""Text that was signed where it stands is read without its armour, and the signature is a file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.inbound.parse import parse
from workers.inbound.parse.armour import opened

HEAD, SIGNATURE = (
    "-----BEGIN PGP SIGNED MESSAGE-----",
    "-----BEGIN PGP SIGNATURE-----\n\nabc=\n-----END PGP SIGNATURE-----",
)


def signed(words: str, hashes: str = "Hash: SHA512\n") -> str:
    escaped = "\n".join(f"- {row}" if row.startswith("-") else row for row in words.split("\n"))
    return f"{HEAD}\n{hashes}\n{escaped}\n{SIGNATURE}"


@given(st.text(st.characters(exclude_categories=["C"], include_characters="\n"), max_size=80))
def test_the_words_come_out_as_they_were_written(words: str) -> None:
    assert opened(signed(words)) == (words, [f"{SIGNATURE}\n"])


def test_what_stands_around_stays() -> None:
    assert opened(f"before\n{signed('-- ')}\nafter\n{signed('two', '')}") == (
        "before\n-- \nafter\ntwo",
        [f"{SIGNATURE}\n"] * 2,
    )


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        HEAD,
        f"{HEAD}\nHash: x\n\nwords",
        f"{HEAD}\n\nwords\n-----BEGIN PGP SIGNATURE-----\n",
        f"> {signed('a')}",
    ],
)
def test_what_is_not_whole_stays_as_it_is(text: str) -> None:
    assert opened(text) == (text, [])


def test_one_that_never_ends_does_not_swallow_the_next() -> None:
    assert opened(f"{HEAD}\n\nlost\n{signed('kept')}") == (f"{HEAD}\n\nlost\nkept", [f"{SIGNATURE}\n"])


def test_in_a_mail() -> None:
    content = b"From: a@b.test\r\n\r\n" + signed("Hello\n-- \nAnn").replace("\n", "\r\n").encode() + b"\r\n"
    mail = parse(content)
    assert (mail.text, mail.reply) == ("Hello\n-- \nAnn\n", "Hello")
    assert [(one.name, one.content_type) for one in mail.attachments] == [
        ("signature.asc", "application/pgp-signature")
    ]
