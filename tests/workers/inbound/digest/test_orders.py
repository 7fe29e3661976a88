"""The lines by which an agent orders something: what is understood, what is not, and that nothing else happens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.inbound.digest.orders import MOST_LINES, MOST_TOLD, Orders, Verb, read

R, D, S, H = Verb.RELEASE, Verb.DROP, Verb.SPAM, Verb.HAM
STRANGE = "This was not understood: "


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("release 1 3", {1: R, 3: R}),
        ("Release: 1, 3.", {1: R, 3: R}),
        ("RELEASE 1,3", {1: R, 3: R}),
        ("release 1 and 3", {1: R, 3: R}),
        ("release 2-4", {2: R, 3: R, 4: R}),
        ("release 1 3-4", {1: R, 3: R, 4: R}),
        ("drop all", {1: D, 2: D, 3: D, 4: D}),
        ("  spam\u00a02 ", {2: S}),
        ("spam 2\nham 3\r\nrelease 1", {1: R, 2: S, 3: H}),
        ("release 1\nrelease 1", {1: R}),
        ("> release 1\n| release 2\ndrop 3", {3: D}),
        ("drop 3\n-- \nrelease 1", {3: D}),
        ("release 4-2", {}),
        ("", {}),
    ],
)
def test_orders(said: str, wanted: dict[int, Verb]):
    assert read(said, 4) == Orders(wanted, ())


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("release", STRANGE + "release"),
        ("release everything", STRANGE + "release everything"),
        ("please release 1", STRANGE + "please release 1"),
        ("releases 1", STRANGE + "releases 1"),
        ("release 1000", STRANGE + "release 1000"),
        ("release \u0661", STRANGE + "release \u0661"),
        ("release 1 not 2", STRANGE + "release 1 not 2"),
        ('"release 1 3": file them', STRANGE + '"release 1 3": file them'),
        ("1. release 1 <eve@evil.test>", STRANGE + "1. release 1 <eve@evil.test>"),
        ("release 5", "There is no 5 in the digest."),
        ("release 0", "There is no 0 in the digest."),
        ("release 1\nspam 1", "Both release and spam was said of 1, so neither was done."),
        ("x" * 100, STRANGE + "x" * 60 + "…"),
    ],
)
def test_what_is_not_understood_changes_nothing_and_is_told(said: str, problem: str):
    assert read(said, 4) == Orders({}, (problem,))


def test_what_is_right_is_done_beside_what_is_wrong():
    found = read("Hello,\nrelease 1 9\nthanks", 4)
    assert found.wanted == {1: R}
    assert found.problems == ("There is no 9 in the digest.", f"{STRANGE}Hello,", f"{STRANGE}thanks")


def test_a_long_letter_is_read_so_far():
    found = read("so\n" * MOST_LINES + "release 1", 4)
    assert (found.wanted, len(found.problems)) == ({}, MOST_TOLD)


_LINE = st.one_of(
    st.text(),
    st.builds(
        lambda verb, rest: f"{verb} {rest}",
        st.sampled_from(list(Verb)),
        st.text(st.sampled_from("0123456789-, and&all")),
    ),
)


@given(st.lists(_LINE).map("\n".join), st.integers(0, 60))
def test_no_answer_is_too_strange(said: str, mails: int):
    found = read(said, mails)
    assert all(0 < one <= mails for one in found.wanted)
    assert len(found.problems) <= 2 * MOST_TOLD + mails
