"""Whatever a careless server does with the password before it repeats it, nobody reads it here."""

import json
from base64 import b64encode, urlsafe_b64encode
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.hush import HIDDEN, PIECE, hushed
from tests.attacks.canaries import Canaries

TOKEN = "ya29.a0AfB_byC-9fK3" + "xY7zQ2" * 30
WAYS = {
    "as it is": lambda secret: secret,
    "in capitals": lambda secret: secret.upper() if secret.isascii() else secret,
    "quoted": lambda secret: json.dumps(secret, ensure_ascii=False),
    "escaped": ascii,
    "as bytes": lambda secret: repr(secret.encode()),
    "garbled": lambda secret: secret.encode().decode("latin-1"),
    "in a URL": lambda secret: f"?q={quote(secret, safe='')}&x=1",
    "in hexadecimal": lambda secret: secret.encode().hex(),
    "in base64": lambda secret: b64encode(secret.encode()).decode(),
    "in PLAIN": lambda secret: b64encode(f"\0ann\0{secret}".encode()).decode(),
    "in PLAIN of another": lambda secret: b64encode(f"\0anne\0{secret}".encode()).decode(),
    "in XOAUTH2": lambda secret: b64encode(f"user=annie\x01auth=Bearer {secret}\x01\x01".encode()).decode(),
    "in base64 for URLs": lambda secret: urlsafe_b64encode(f"{secret}".encode()).decode().rstrip("="),
}  # fmt: skip
SECRETS = ["hunter2", "correct horse battery staple", 'it"s \\ mine', "pässwörd→1", TOKEN]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_repeat_it_is_hidden(secret: str, way: str):
    told = WAYS[way](secret)
    said = hushed(f"NO [AUTHENTICATIONFAILED] {told} is not right", [secret])
    assert said == f"NO [AUTHENTICATIONFAILED] {HIDDEN} is not right"


def test_a_line_that_was_cut_off_is_hidden_too():
    for way in ("as it is", "in XOAUTH2", "in hexadecimal"):
        assert hushed(f"NO {WAYS[way](TOKEN)[:60]} is not right", [TOKEN]) == f"NO {HIDDEN} is not right"


def test_what_says_nothing_of_it_stays_as_it_is():
    said = "[AUTHENTICATIONFAILED] Invalid credentials (Failure), see https://support.example/mail?p=BadCredentials"
    assert hushed(said, [*SECRETS, ""]) == said
    assert hushed(said, []) == said


def test_one_across_the_end_of_what_is_shown_is_found():
    for start in range(80, 101):
        said = hushed("x" * start + " " + "correct horse", ["correct horse"], 100)
        assert len(said) <= 100 + len(HIDDEN)
        assert "c" not in said.replace(HIDDEN, ""), start


TEXT = st.text(st.characters(exclude_categories=["Cs", "Zs", "Zl", "Zp", "Cc"]), max_size=30)


@given(
    secret=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=PIECE, max_size=60),
    before=TEXT,
    after=TEXT,
    way=st.sampled_from(sorted(WAYS)),
)
def test_no_password_gets_through(secret: str, before: str, after: str, way: str):
    said = hushed(f"{before}{WAYS[way](secret)}{after}", [secret])
    assert Canaries(it=secret).heard_in(said) == []
    assert WAYS[way](secret) not in said


@given(said=st.text(), secrets=st.lists(st.text(), max_size=3))
def test_it_takes_any_text(said: str, secrets: list[str]):
    assert isinstance(hushed(said, secrets), str)
