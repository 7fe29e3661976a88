"""Where the mails of an mbox begin and end: what others write comes back, and no stranger's line makes two of one."""

import mailbox
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.archive.mbox import LONGEST_LINE, PIECE, places, restored

MARK = b"From ann@client.test Fri Nov 20 10:00:00 2026\n"
HEAD = b"Subject: hi\nFrom: ann@client.test\n\n"


def read(path: Path) -> list[bytes]:
    """The mails of a file."""
    with path.open("rb") as file:
        found = list(places(file.fileno(), path.stat().st_size))
        return [restored(os.pread(file.fileno(), one.end - one.start, one.start), counted=one.counted) for one in found]


def written(tmp_path: Path, *parts: bytes) -> list[bytes]:
    path = tmp_path / "mbox"
    path.write_bytes(b"".join(parts))
    return read(path)


LINE = st.sampled_from(
    [b"", b"hello", b"From here on", MARK.rstrip(), b"From: x@y.test", b" From ", b"x" * 900, b"\xff\0"]
)
BODY = st.lists(LINE, max_size=8).map(b"\n".join)


@given(st.lists(BODY, max_size=6))
def test_what_the_standard_library_writes_comes_back(bodies: list[bytes]):
    mails = [HEAD + body + b"\n" for body in bodies]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "mbox")
        box = mailbox.mbox(path)
        for mail in mails:
            box.add(mail)
        box.close()
        assert read(path) == mails


@given(st.lists(BODY, min_size=1, max_size=5), st.booleans())
def test_mails_with_their_length_come_back_unquoted(bodies: list[bytes], quotes: bool):
    """mboxcl2 quotes nothing, mboxcl also counts what it quotes."""
    mails = [HEAD + body + b"\n" for body in bodies]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "mbox")
        with path.open("wb") as file:
            for body in bodies:
                said = (b"\n" + body + b"\n").replace(b"\nFrom ", b"\n>From ")[1:] if quotes else body + b"\n"
                file.write(MARK + b"Content-Length: %d\n" % len(said) + HEAD + said + b"\n")
        assert [mail.partition(b"\n")[2] for mail in read(path)] == mails


def test_carriage_returns_make_no_difference(tmp_path: Path):
    mail = (HEAD + b"one\n").replace(b"\n", b"\r\n")
    mark = MARK.replace(b"\n", b"\r\n")
    assert written(tmp_path, mark, mail, b"\r\n", mark, mail, b"\r\n") == [mail, mail]


def test_a_line_that_only_begins_like_a_mark_is_of_the_mail(tmp_path: Path):
    mail = HEAD + b"He wrote:\n\nFrom now on, at 10:30, I am away.\n"
    assert written(tmp_path, MARK, mail, b"\n", MARK, mail, b"\n") == [mail, mail]


def test_quotes_of_quotes_lose_one_level(tmp_path: Path):
    assert written(tmp_path, MARK, HEAD, b">From a\n>>From b\n>> From c\n") == [HEAD + b"From a\n>From b\n>> From c\n"]


def test_a_length_is_a_strangers_word_where_the_file_has_none(tmp_path: Path):
    """Else a mail could swallow the one behind it."""
    victim = MARK + HEAD + b"pay me\n\n"
    liar = b"Content-Length: %d\n" % (len(b"x\n\n") + len(victim) - 1) + HEAD + b"x\n"
    assert len(written(tmp_path, MARK, HEAD, b"\n", MARK, liar, b"\n", victim, MARK, HEAD, b"\n")) == 4


def test_a_length_that_leads_nowhere_is_not_followed(tmp_path: Path):
    counted = b"Content-Length: 2\n" + HEAD + b"a\n"
    lying = b"Content-Length: 1000000\n" + HEAD + b"b\n"
    assert written(tmp_path, MARK, counted, b"\n", MARK, lying, b"\n", MARK, counted, b"\n") == [
        counted,
        lying,
        counted,
    ]


@pytest.mark.parametrize("shift", [*range(-60, 61, 7), LONGEST_LINE])
def test_where_pieces_are_cut_makes_no_difference(tmp_path: Path, shift: int):
    """The boundary falls around the end of the first piece."""
    mail = HEAD + b"y" * 70 + b"\n"
    long = HEAD + b"x\n" * ((PIECE + shift) // 2)
    assert written(tmp_path, MARK, long, b"\n", MARK, mail, b"\n") == [long, mail]


def test_no_more_than_a_piece_is_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    asked: list[int] = []
    pread = os.pread

    def watched(file: int, count: int, at: int) -> bytes:
        asked.append(count)
        return pread(file, count, at)

    path = tmp_path / "mbox"
    path.write_bytes(MARK + HEAD + b"x" * 8 * PIECE + b"\n\n" + (MARK + HEAD + b"\n") * 50)
    monkeypatch.setattr(os, "pread", watched)
    with path.open("rb") as file:
        assert len(list(places(file.fileno(), path.stat().st_size))) == 51
    assert max(asked) <= PIECE
    assert sum(asked) < 2 * path.stat().st_size


def test_hostile_lines_cost_linear_time(tmp_path: Path):
    hostile = b"\n\nFrom " + b"Mon, " * 200_000 + b"\n"
    assert len(written(tmp_path, MARK, HEAD, hostile * 3)) == 1


def test_what_is_no_mbox_is_refused_and_an_empty_one_holds_nothing(tmp_path: Path):
    with pytest.raises(ValueError, match="does not begin"):
        written(tmp_path, HEAD)
    assert written(tmp_path) == []
