"""What a stranger wrote reaches the operator's terminal as text and as nothing else."""

import json
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest

from gateway.cli import printing

HOSTILE = "a\x1b]0;owned\x07b\x9bc\u202ed\x00e\r\x7f[red]f"


def test_control_characters_become_visible():
    assert printing.safe(HOSTILE) == "a\ufffd]0;owned\ufffdb\ufffdc\ufffdd\ufffde\ufffd\ufffd[red]f"
    assert printing.safe("tab\tline\n") == "tab\tline\n"


def test_a_table_shows_markup_as_text(capsys: pytest.CaptureFixture[str]):
    printing.table([{"subject": HOSTILE + "\nnext"}], ["subject"], none="")
    out = capsys.readouterr().out
    assert "[red]f next" in out
    assert not set(out) & set("\x1b\x07\x9b\u202e\x00")
    assert out.count("\n") == 2


def test_a_table_of_nothing_is_a_sentence(capsys: pytest.CaptureFixture[str]):
    printing.table([], ["subject"], none="no ticket here")
    assert capsys.readouterr().out == "no ticket here\n"


def test_nothing_is_cut_where_no_terminal_limits_it(capsys: pytest.CaptureFixture[str]):
    printing.table([{"a": "x" * 500, "b": "y" * 500}], ["a", "b"], none="")
    assert "x" * 500 + "  " + "y" * 500 in capsys.readouterr().out


@pytest.mark.parametrize(
    ("widths", "room", "fitted"),
    [
        ([12, 40, 10], 80, [12, 40, 10]),
        ([12, 40, 10], 50, [12, 24, 10]),
        ([12, 40, 20], 44, [12, 14, 14]),
        ([12, 40, 4], 10, [12, 6, 4]),
        ([90], 80, [90]),
    ],
)
def test_a_narrow_terminal_cuts_the_widest_but_never_the_first(widths: list[int], room: int, fitted: list[int]):
    printing._fit(widths, room)
    assert widths == fitted


def test_a_cut_says_so_and_keeps_its_width():
    assert printing._cut("printer", 7) == "printer"
    assert printing._cut("printers", 7) == "printe…"
    assert printing._cut("日本語日本語", 7) == "日本語…"


def test_several_organizations_are_told_apart():
    ours, theirs = {"org": "a", "number": "1"}, {"org": "b", "number": "1"}
    assert printing.across([ours, ours], ["number"]) == ["number"]
    assert printing.across([ours, theirs], ["number"]) == ("number", "org")


def test_a_document_is_ascii_with_times_in_utc(capsys: pytest.CaptureFixture[str]):
    at = datetime(2026, 11, 21, 10, 30, tzinfo=timezone(timedelta(hours=1)))
    one = UUID("01a1fbca-8482-7d4b-bb30-d55e7e437811")
    printing.document({"at": at, "id": one, "digest": b"\x00\xff", "words": HOSTILE + "é", "none": None})
    out = capsys.readouterr().out
    assert out.isascii()
    assert json.loads(out) == {
        "at": "2026-11-21T09:30:00.000000Z",
        "id": str(one),
        "digest": "00ff",
        "words": HOSTILE + "é",
        "none": None,
    }


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "-"),
        (True, "yes"),
        (["a", "b\nc"], "a, b c"),
        (b"\x01", "01"),
        (datetime(2026, 11, 21, 9, 30, 5, tzinfo=UTC), "2026-11-21 09:30:05"),
    ],
)
def test_a_value_in_one_line(value: object, shown: str):
    assert printing.line(value) == shown


def test_a_short_identifier_is_its_random_end():
    assert printing.line(UUID("01a1fbca-8482-7d4b-bb30-d55e7e437811"), short=True) == "d55e7e437811"
