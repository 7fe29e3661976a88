"""Who wrote a mail: the attacks that must not resolve to the forged address, and the real ones that must."""

import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.running import ROOT
from workers.inbound import addresses
from workers.inbound.mail import Address

FORGED = [
    b"=?x?q?ceo=40good.test=3e=00?=foo@evil.test",
    b"ceo@good.test <x@evil.test>",
    b"=?utf-8?q?ceo=40good=2etest?= <x@evil.test>",
    b"<ceo@good.test>, <x@evil.test>",
    b"ceo@good.test, x@evil.test",
    b"alice@example.org)bob@evil.test",
    b"group: ceo@good.test, b@evil.test;",
    b"group: ceo@good.test;",
    b"ceo@good.test\r\nBcc: v@x",
    b"ceo@good.test\0",
    b"ceo@good.test\0@evil.test",
    b'"ceo@good.test" <x@evil.test>',
    b'"ceo@good.test\\" <x@evil.test>',
    b'"<ceo@good.test>" <x@evil.test>',
    b"<ceo@good.test> <x@evil.test>",
    b"<ceo@good.test>x@evil.test",
    b"<@evil.test:ceo@good.test>",
    b"ceo@good(.evil).test",
    b"(<ceo@good.test>) x@evil.test",
    b"x@evil.test (ceo@good.test)",
    b"x@evil.test ceo@good.test",
    b"ceo@good.test <>",
    b"ceo@good.test x",
    b"ceo@good.test;",
    b"ceo@good.test@evil.test",
    b"<ceo@good.test",
    b"=?utf-8?q?=3Cceo=40good=2Etest=3E?=",
    b"=?utf-8?b?Y2VvQGdvb2QudGVzdA==?=",
    b"ceo=40good.test@evil.test",
    b"ceo%good.test@evil.test",
    b"\xd1\x81eo@good.test",
    b"c\xc2\xade\xc2\xado@good.test",
    b"ceo@good.test\xe2\x80\xae",
    b"ceo@good.test.",
]


@pytest.mark.parametrize("value", FORGED, ids=repr)
def test_a_forged_from_is_never_the_forged_address(value: bytes) -> None:
    sender, note = addresses.sender([value])
    assert sender is None or sender.address.lower() != "ceo@good.test", note
    assert sender is None or not sender.address.startswith("alice@")
    assert note


@pytest.mark.parametrize(
    ("value", "name", "address"),
    [
        (b"ann@good.test", "", "ann@good.test"),
        (b" Ann Smith <Ann@GOOD.test> ", "Ann Smith", "Ann@good.test"),
        (b'"Smith, Ann (Sales)" <ann@good.test>', "Smith, Ann (Sales)", "ann@good.test"),
        (b"ann@good.test (Ann Smith)", "Ann Smith", "ann@good.test"),
        (b"=?utf-8?q?J=C3=BCrgen?= <j@good.test>", "Jürgen", "j@good.test"),
        (b"=?utf-8?q?M=C3=BCller,_Jan?= <j@good.test>", "Müller, Jan", "j@good.test"),
        (b"J\xfcrgen <j@good.test>", "Jürgen", "j@good.test"),
        ("Jürgen <j@good.test>".encode(), "Jürgen", "j@good.test"),
        (b"Ann [Sales] <ann@good.test>", "Ann [Sales]", "ann@good.test"),
        (b'"Ann \\"A\\" Smith" <ann@good.test>', 'Ann "A" Smith', "ann@good.test"),
        ("a@bücher.test".encode(), "", "a@xn--bcher-kva.test"),
        (b"a@xn--bcher-kva.test", "", "a@xn--bcher-kva.test"),
        (b"a@under_score.test", "", "a@under_score.test"),
        (b"a+b=c@good.test", "", "a+b=c@good.test"),
        (b"x@[192.0.2.1]", "", "x@[192.0.2.1]"),
        (b"root@localhost", "", "root@localhost"),
    ],
    ids=repr,
)
def test_a_plain_from_is_read(value: bytes, name: str, address: str) -> None:
    assert addresses.sender([value]) == (Address(name, address), addresses.AGREED)


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ([], "no From"),
        ([b"a@b.test", b"a@b.test"], "several From headers"),
        ([b""], "empty"),
        ([b"<>"], "empty"),
        ([b"a@b.test, c@d.test"], "several mailboxes"),
        ([b"team: a@b.test;"], "group"),
        ([b"a@b.test <c@d.test>"], "display name"),
        ([b"=?utf-8?q?a?=@b.test"], "encoded word"),
        ([b"MAILER-DAEMON"], "no address"),
        ([b"a@b.test\x00"], "control"),
        ([b"a" * 2000 + b"@b.test"], "too long"),
        ([b"Ann <a@c.test"], "angle bracket"),
    ],
)
def test_the_note_says_why_there_is_no_sender(values: list[bytes], why: str) -> None:
    sender, note = addresses.sender(values)
    assert sender is None
    assert why in note


def test_flanker_alone_can_refuse() -> None:
    """Our reader takes nested comments, flanker does not: no sender then."""
    assert addresses.sender([b"a@b.test (one (two) three)"]) == (None, "two parsers disagree about the From header")


@pytest.mark.parametrize("error", [TypeError, RecursionError, UnicodeDecodeError("x", b"", 0, 1, "x")])
def test_an_unexpected_error_of_flanker_is_a_disagreement(
    error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It does not confine itself to its own exceptions; which one comes from where changes with its version."""

    def raising(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("workers.inbound.addresses.flanker.parse", raising)
    unseen = b"a%d@b.test" % id(error)
    assert addresses.sender([unseen]) == (None, "two parsers disagree about the From header")


def test_a_label_that_is_none_is_a_disagreement() -> None:
    assert addresses.sender([b"a@xn--zz--.test"]) == (None, "two parsers disagree about the From header")


@pytest.mark.parametrize("hidden", ["\u202e", "\u200b", "\u00ad", "\u0085", "\u2028", "\ufeff"])
def test_an_address_with_characters_that_nobody_sees_is_nobody(hidden: str) -> None:
    assert addresses.sender([f"ceo{hidden}@good.test".encode()])[0] is None
    assert addresses.mailboxes([f"ceo@good{hidden}.test".encode()]) == ()


def test_other_headers_are_read_tolerantly() -> None:
    found = addresses.mailboxes(
        [b'Ann <a@b.test>, "x, y" <c@d.test>; bad, , team: e@f.test, Doe, Jo <g@h.test>', b"Ann <a@b.test>"]
    )
    assert [one.address for one in found] == ["a@b.test", "c@d.test", "e@f.test", "g@h.test"]
    assert found[1].name == "x, y"


def test_addresses_are_bounded() -> None:
    assert len(addresses.mailboxes([b",".join(b"a%d@b.test" % number for number in range(3000))])) == 1000
    assert addresses.mailboxes([b"a" * 400 + b"@b.test"]) == ()
    assert len(addresses.mailboxes([b"n" * 4000 + b" <a@b.test>"])[0].name) == 200


@given(st.binary(max_size=300))
def test_no_bytes_raise_and_no_control_gets_out(value: bytes) -> None:
    sender, note = addresses.sender([value])
    assert note.isprintable()
    for one in (*addresses.mailboxes([value]), *([sender] if sender else [])):
        assert "@" in one.address
        assert not any(character < " " or "\x7f" <= character <= "\x9f" for character in one.name + one.address)


atoms = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=12)


@given(st.text("abc ,;:<>@()[]\\\"=?.'äß\u202e", max_size=20), atoms, atoms)
def test_whatever_a_quoted_name_says_the_address_is_the_one_in_brackets(name: str, local: str, domain: str) -> None:
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    sender, _ = addresses.sender([f'"{quoted}" <{local}@{domain}.test>'.encode()])
    assert sender is None or sender.address == f"{local}@{domain}.test"


def test_flanker_writes_nothing_down_where_it_is_installed(tmp_path: Path) -> None:
    """Another process that starts at once would read half of it."""
    spec = find_spec("flanker")
    assert spec
    assert spec.submodule_search_locations
    copy, made = tmp_path / "flanker", shutil.ignore_patterns("*parsetab*", "__pycache__")
    shutil.copytree(spec.submodule_search_locations[0], copy, ignore=made)
    before = set(copy.rglob("*.py"))
    seen = "import workers.inbound.addresses as a; print(a.flanker.__file__, a.sender([b'c@d.test'])[0].address)"
    found = {"PYTHONPATH": f"{tmp_path}:{ROOT}"}
    done = subprocess.run([sys.executable, "-c", seen], env=found, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(copy / "addresslib" / "address.py"), "c@d.test"]
    assert set(copy.rglob("*.py")) == before
