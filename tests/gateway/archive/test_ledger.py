"""The ledger of an import: the order of filing, and what it knows after an interruption."""

from pathlib import Path
from uuid import UUID

import pytest

from gateway.archive.heads import look
from gateway.archive.ledger import Fate, Ledger
from gateway.archive.mbox import Place
from gateway.archive.sources import Kind, LeftOut, Source

SOURCE = Source(Path("inbox"), Kind.MBOX, 100, 5)


def fill(ledger: Ledger, *mails: tuple[str, float, str]) -> None:
    """Mails as (name, time, what it cites)."""
    ledger.forget()
    with ledger.listing(SOURCE) as file:
        for place, (name, written, cited) in enumerate(mails):
            head = look(f"Message-ID: <{name}>\nReferences: {cited}\n\n".encode())
            ledger.add(file, Place(name.encode(), place, place + 1, counted=False), head, written, None)
    ledger.finish_listing()


def order(ledger: Ledger) -> str:
    return b"".join(one.place.mark for one in ledger.following(100)).decode()


def test_mails_come_by_date_and_behind_what_they_answer():
    with Ledger(None) as ledger:
        fill(ledger, ("c", 30, ""), ("b", 10, "<c> <x>"), ("a", 5, "<b>"), ("d", 20, "<a>"), ("e", 40, ""))
        assert order(ledger) == "cbade"


def test_mails_that_answer_each_other_come_all_the_same():
    with Ledger(None) as ledger:
        fill(ledger, ("a", 1, "<b>"), ("b", 2, "<a>"), ("c", 3, "<c>"))
        assert sorted(order(ledger)) == ["a", "b", "c"]


def test_it_goes_on_where_it_stopped(tmp_path: Path):
    path = tmp_path / "private/import.sqlite"
    with Ledger(path) as ledger:
        assert not ledger.is_of([SOURCE])
        fill(ledger, ("a", 1, ""), ("b", 2, ""), ("c", 3, ""))
        ledger.reserve([(UUID(int=7), 1), (UUID(int=8), 2)])
        ledger.note([Fate(1, "filed", ticket=UUID(int=1)), Fate(2, "waiting")])
    assert path.stat().st_mode & 0o077 == 0
    with Ledger(path) as ledger:
        assert ledger.is_of([SOURCE])
        assert not ledger.is_of([Source(SOURCE.path, SOURCE.kind, 101, 5)])
        assert order(ledger) == "c"
        assert ledger.waiting() == [(2, UUID(int=8))]
        assert ledger.outcomes() == {"filed": 1, "waiting": 1, "": 1}
        assert ledger.tickets() == 1
        ledger.remove()
    assert list(path.parent.iterdir()) == []


def test_a_file_that_fails_in_the_middle_is_not_half_listed():
    with Ledger(None) as ledger:
        ledger.forget()
        with pytest.raises(OSError, match="gone"):
            _fail_in_the_middle(ledger)
        ledger.leave_out(LeftOut(SOURCE.path, "gone", is_fault=True))
        ledger.finish_listing()
        assert ledger.outcomes() == {}
        assert ledger.faults() == [("inbox", None, "gone")]


def _fail_in_the_middle(ledger: Ledger) -> None:
    with ledger.listing(SOURCE) as file:
        ledger.add(file, Place(b"", 0, 1, counted=False), look(b"\n\n"), 0, None)
        raise OSError("gone")


def test_the_same_import_does_not_run_twice_at_once(tmp_path: Path):
    with Ledger(tmp_path / "a"), pytest.raises(BlockingIOError, match="running already"):
        Ledger(tmp_path / "a").__enter__()
