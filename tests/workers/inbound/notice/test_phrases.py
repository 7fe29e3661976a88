"""Phrase tables: found wherever they stand, quickly, and written as they are looked for."""

from pathlib import Path
from time import process_time

import pytest

from workers.inbound.notice import phrases
from workers.inbound.notice.phrases import Phrases, plain

TABLES = sorted(path.stem for path in (Path(phrases.__file__).parent / "phrases").glob("*.txt"))


@pytest.mark.parametrize("name", TABLES)
def test_the_tables_hold_what_plain_text_can_hold(name: str) -> None:
    found = phrases.sections(name)
    rows = [row for rows in found.values() for row in rows]
    assert rows
    assert [row for row in rows if plain(row) != row] == []
    assert [row for rows in found.values() for row in rows if rows.count(row) > 1] == []


def test_a_phrase_is_found_in_any_script() -> None:
    table = Phrases(("delivery failed", "配信できません", "не доставлено"))
    for text in ("your mail: delivery failed!", "メールを配信できませんでした", "письмо не доставлено"):
        assert table.found(text)
    assert table.found("delivery of failed parts") is None


def test_a_beginning_stands_at_the_beginning() -> None:
    table = Phrases(("auto reply",), at_start=True)
    assert table.found("auto reply: hello") == "auto reply"
    assert table.found("no auto reply") is None


def test_a_long_text_costs_no_more_than_its_length() -> None:
    table = Phrases(phrases.sections("bounce")["subject"])
    took = []
    for size in (20_000, 80_000):
        text = plain("mail delivery " * size)
        start = process_time()
        table.found(text)
        took.append(process_time() - start)
    assert took[1] < 5
