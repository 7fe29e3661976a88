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
