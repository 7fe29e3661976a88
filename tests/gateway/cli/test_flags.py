"""Instance flags may stand anywhere; what cannot be an address is refused before anything is asked."""

import pytest

from gateway.cli.flags import checked, hoist, reachable
from gateway.cli.problems import Usage


@pytest.mark.parametrize(
    ("words", "flags", "rest"),
    [
        ("--data d ticket list", {"data": "d"}, "ticket list"),
        ("ticket list --data d --json", {"data": "d"}, "ticket list --json"),
        ("ticket --smtp=127.0.0.1:25 list", {"smtp": "127.0.0.1:25"}, "ticket list"),
        ("up --http [::1]:80 --lmtp h:24 --verbose", {"http": "[::1]:80", "lmtp": "h:24", "verbose": True}, "up"),
        ("ticket note T --text=--data -- --data", {}, "ticket note T --text=--data -- --data"),
        ("ticket list --database x", {}, "ticket list --database x"),
    ],
)
def test_flags_are_taken_out_and_the_rest_keeps_its_order(words: str, flags: dict[str, object], rest: str):
    assert hoist(words.split()) == (flags, rest.split())


@pytest.mark.parametrize(
    "value", ["", "2525", "host", "host:", ":25", "host:65536", "host:x", "::1:25", "a b:25", "h:٣"]
)
def test_what_is_no_address_is_refused(value: str):
    with pytest.raises(Usage, match="HOST:PORT"):
        hoist(["--smtp", value, "up"])


def test_a_flag_without_its_value_is_refused():
    with pytest.raises(Usage, match="--data needs a value"):
        hoist(["ticket", "list", "--data"])


def test_port_zero_is_an_address():
    assert checked("smtp", "127.0.0.1:0") == "127.0.0.1:0"


@pytest.mark.parametrize(
    ("value", "place"),
    [("0.0.0.0:25", ("127.0.0.1", 25)), ("[::]:25", ("::1", 25)), ("[::1]:24", ("::1", 24)), ("mx:1", ("mx", 1))],
)
def test_what_listens_everywhere_is_reached_here(value: str, place: tuple[str, int]):
    assert reachable(value) == place
