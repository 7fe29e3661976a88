"""Mails of a file in the ledger, and one of them read."""

from pathlib import Path

from gateway.archive import reading
from gateway.archive.ledger import Ledger
from gateway.archive.mbox import Place
from gateway.archive.sources import Kind, Source, find

MARK = b"From ann@client.test Fri Nov 20 10:00:00 2026\n"


def source(path: Path) -> Source:
    (found,) = find(path)
    assert isinstance(found, Source)
    return found


def test_a_mail_is_read_as_the_door_would_have_had_it(tmp_path: Path):
    path = tmp_path / "mbox"
    path.write_bytes(MARK + b"Subject: hi\n\n>From me\n")
    place = Place(MARK.strip(), len(MARK), path.stat().st_size, counted=False)
    assert reading.content(path, Kind.MBOX, place) == (b"Subject: hi\r\n\r\nFrom me\r\n", "ann@client.test")


def test_a_return_path_is_believed_before_the_from_line(tmp_path: Path):
    path = tmp_path / "mail"
    path.write_bytes(MARK + b"Return-Path: <>\nSubject: hi\n\n>From me\n")
    place = Place(b"", 0, path.stat().st_size, counted=False)
    assert reading.content(path, Kind.MAIL, place)[0].endswith(b"\r\n\r\n>From me\r\n")
    assert reading.content(path, Kind.MAIL, place)[1] == ""


def test_one_without_a_date_stays_behind_the_one_before_it_and_none_is_of_the_future(tmp_path: Path):
    dates = [
        b"Fri, 20 Nov 2020 10:00:00 +0000",
        b"",
        b"Fri, 20 Nov 2320 10:00:00 +0000",
        b"Fri, 20 Nov 2015 10:00:00 +0000",
    ]
    path = tmp_path / "mbox"
    path.write_bytes(b"".join(MARK + b"Message-ID: <%d>\nDate: %s\n\nx\n\n" % pair for pair in enumerate(dates)))
    told: list[int] = []
    with Ledger(None) as ledger:
        ledger.forget()
        reading.list_mails(ledger, source(path), 1000, told.append)
        ledger.finish_listing()
        starts = [one.place.start for one in ledger.following(9)]
        assert starts == [sorted(starts)[number] for number in (3, 0, 1, 2)]
    assert told == sorted(told)


def test_what_cannot_be_taken_is_refused_and_the_rest_is_listed(tmp_path: Path):
    path = tmp_path / "mbox"
    path.write_bytes(MARK + b"Subject: hi\n\n" + b"x" * 500 + b"\n\n" + MARK + b"\n" + MARK + b"Subject: ok\n\n\n")
    with Ledger(None) as ledger:
        ledger.forget()
        reading.list_mails(ledger, source(path), 400, lambda _: None)
        ledger.finish_listing()
        assert [why for _, _, why in ledger.faults()] == [reading.TOO_BIG, reading.EMPTY]
        assert len(ledger.following(9)) == 1


def test_a_file_that_is_gone_is_left_out(tmp_path: Path):
    path = tmp_path / "mbox"
    path.write_bytes(MARK + b"Subject: hi\n\n")
    there = source(path)
    path.unlink()
    with Ledger(None) as ledger:
        ledger.forget()
        reading.list_mails(ledger, there, 1000, lambda _: None)
        assert ledger.faults() == [(str(path), None, "No such file or directory")]
