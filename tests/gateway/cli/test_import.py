"""`postern import`: old mail from all kinds of files becomes the tickets that it was, once, whatever interrupts it."""

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from models.raw_mail import digest
from models.settings import Settings
from tests.conftest import Tenant
from tests.gateway.cli.desk import ROOT, Desk, change, file, rows, run
from tests.running import free_port
from tests.waiting import until

THEN = datetime(2019, 5, 4, 10, tzinfo=UTC)
MARK = b"From ann@client.test Sat May  4 10:00:00 2019\n"
CARLA = "Carla <carla@customer.test>"


def a_mail(number: int, sender: str = CARLA, cites: int | None = None, hours: float | None = None) -> bytes:
    written = THEN + timedelta(hours=number if hours is None else hours)
    date = f"{written:%d %b %Y %H:%M:%S} +0000"
    head = f"From: {sender}\nSubject: Mail {number}\nMessage-ID: <{number}@c.test>\nDate: {date}\n"
    more = "" if cites is None else f"References: <{cites}@c.test>\n"
    return f"{head}{more}\nWords {number}\n".encode()


def an_mbox(path: Path, *mails: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(MARK + mail + b"\n" for mail in mails))
    return path


def start(instance: Settings, tenant: Tenant, path: Path) -> "subprocess.Popen[bytes]":
    """The command as a process of its own."""
    words = ["import", str(path), "--to", tenant.address, "--json", f"--data={instance.home}"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("POSTERN_")}
    return subprocess.Popen(
        [sys.executable, "-m", "gateway.cli", *words],
        cwd=ROOT,
        env={**kept, "POSTERN_UNSAFE_DATABASE": "true"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def count(tenant: Tenant, table: str) -> int:
    found: int = rows(tenant, f"SELECT count(*) FROM {table}")[0][0]  # the table is named by the test
    return found


def ledgers(instance: Settings) -> list[Path]:
    """What imports that are not done left behind."""
    return list((instance.home / "imports").glob("*"))


def said(tenant: Tenant) -> list[list[str]]:
    """The words of each ticket, in order."""
    query = (
        "SELECT array_agg(c.text || ' ' || c.sender_type ORDER BY c.created_at) FROM ticket_comments c"
        " JOIN tickets t ON t.id = c.ticket_id GROUP BY t.id, t.created_at ORDER BY t.created_at"
    )
    return [row[0] for row in rows(tenant, query)]


def test_inbox_and_sent_mail_become_one_conversation(tenant: Tenant, desk: Desk, tmp_path: Path):
    """In whatever order they lie in the files, and although a clock was wrong."""
    an_mbox(tmp_path / "inbox", a_mail(2, cites=1), a_mail(0), a_mail(9, "Bob <bob@customer.test>"))
    an_mbox(
        tmp_path / "old/Sent", a_mail(1, tenant.address, cites=0, hours=-5), a_mail(3, tenant.agent_address, cites=2)
    )
    found = desk.json("import", str(tmp_path), "--to", tenant.address)
    assert {name: found[name] for name in ("mails", "filed", "repeats", "tickets", "faults")} == {
        "mails": 5, "filed": 5, "repeats": 0, "tickets": 2, "faults": [],
    }  # fmt: skip
    assert sorted(map(sorted, said(tenant))) == [
        ["Words 0 customer", "Words 1 agent", "Words 2 customer", "Words 3 agent"],
        ["Words 9 customer"],
    ]
    numbers = [row.number for row in rows(tenant, "SELECT number FROM tickets ORDER BY number")]
    assert numbers == ["TST-2019-05-00001", "TST-2019-05-00002"]
    assert count(tenant, "outgoing") == count(tenant, "notifications") == 0


def test_a_maildir_and_single_mails(tenant: Tenant, desk: Desk, tmp_path: Path):
    for number, name in enumerate(("box/cur/1:2,S", "box/new/2", "box/cur/3:2,T", "one.eml")):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(a_mail(number).replace(b"\n", b"\r\n" if number else b"\n"))
    found = desk.json("import", str(tmp_path), "--to", tenant.address, "--closed")
    assert (found["filed"], found["left_out"]) == (3, {"it was marked as deleted": 1})
    assert {row.status for row in rows(tenant, "SELECT status FROM tickets")} == {"closed"}
    assert {row.protocol for row in rows(tenant, "SELECT protocol FROM raw_mail")} == {"import-closed"}


def test_a_dry_run_only_counts(tenant: Tenant, desk: Desk, tmp_path: Path, instance: Settings):
    an_mbox(tmp_path / "inbox", a_mail(0), a_mail(1))
    found = desk.json("import", str(tmp_path), "--to", tenant.address, "--dry-run")
    assert (found["mails"], found["filed"], found["dry_run"]) == (2, 0, True)
    assert count(tenant, "raw_mail") == 0
    assert ledgers(instance) == []


def test_what_is_there_already_is_filed_once_however_it_came(tenant: Tenant, desk: Desk, tmp_path: Path):
    file(tenant, a_mail(0).replace(b"\n", b"\r\n"))
    path = an_mbox(tmp_path / "inbox", b"Delivered-To: x@y.test\n" + a_mail(0), a_mail(1), a_mail(1))
    found = desk.json("import", str(path), "--to", tenant.address)
    assert (found["filed"], found["repeats"]) == (1, 2)
    again = desk.json("import", str(path), "--to", tenant.address)
    assert (again["filed"], again["repeats"]) == (0, 3)
    assert count(tenant, "tickets") == 2


def test_what_cannot_be_read_stops_nothing_and_is_told(
    tenant: Tenant, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("POSTERN_MAX_MESSAGE_BYTES", "1000")
    big = a_mail(1) + b"x" * 1000 + b"\n"
    an_mbox(tmp_path / "a.mbox", a_mail(0), big, a_mail(2))
    (tmp_path / "b.mbox").write_bytes(b"\0" * 100)
    an_mbox(tmp_path / "c.mbox", a_mail(3))
    answer = desk("import", str(tmp_path), "--to", tenant.address, "--json")
    found = json.loads(answer.out)
    assert answer.code == 1
    assert (found["mails"], found["filed"], found["refused"]) == (4, 3, 1)
    assert [(Path(one["path"]).name, one["at"], one["why"]) for one in found["faults"]] == [
        ("b.mbox", None, "it is neither an mbox nor a mail"),
        ("a.mbox", len(MARK + a_mail(0) + b"\n" + MARK), "it is larger than POSTERN_MAX_MESSAGE_BYTES"),
    ]
    page = desk("import", str(tmp_path), "--to", tenant.address)
    assert "not imported: " in page.out
    assert page.code == 1


def test_it_says_what_to_do(tenant: Tenant, desk: Desk, tmp_path: Path, instance: Settings):
    path = an_mbox(tmp_path / "inbox", a_mail(0))
    assert "see `postern mailbox list`" in desk.refuses("import", str(path), "--to", "nobody@nowhere.test")
    assert "nothing: No such file" in desk.refuses("import", str(tmp_path / "nothing"), "--to", tenant.address)
    desk.refuses("import", str(path), code=2)
    assert ledgers(instance) == []


def test_without_a_database_it_says_so_and_keeps_nothing(tenant: Tenant, instance: Settings, tmp_path: Path):
    path = an_mbox(tmp_path / "inbox", a_mail(0))
    nobody = f"postgresql://postern_gateway:x@127.0.0.1:{free_port()}/postern"
    done = run("import", str(path), "--to", tenant.address, data=instance.home, POSTERN_GATEWAY_DATABASE_URL=nobody)
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"postern: the database does not answer" in done.stderr
    assert b"Traceback" not in done.stderr


def test_the_same_import_does_not_run_twice_at_once(tenant: Tenant, instance: Settings, tmp_path: Path, desk: Desk):
    path = many(tmp_path / "inbox")
    with start(instance, tenant, path) as process:
        until(lambda: count(tenant, "raw_mail") >= 1, 60)
        assert "running already" in desk.refuses("import", str(path), "--to", tenant.address)
        is_whole(tenant, finish(process))


MANY = 1500
THREAD = 5


def many(path: Path) -> Path:
    """Threads, the first mail of each and all its answers far apart."""
    threads = MANY // THREAD
    mails = [a_mail(n, cites=n - threads if n >= threads else None, hours=n / 10) for n in range(MANY)]
    return an_mbox(path, *mails)


def finish(process: "subprocess.Popen[bytes]") -> dict[str, Any]:
    out, err = process.communicate(timeout=110)
    assert process.returncode == 0, err.decode()
    found: dict[str, Any] = json.loads(out)
    return found


def is_whole(tenant: Tenant, found: dict[str, Any]) -> None:
    """Each mail is there exactly once, in its thread."""
    assert (found["mails"], found["filed"], found["repeats"], found["tickets"]) == (MANY, MANY, 0, MANY // THREAD)
    assert count(tenant, "raw_mail") == count(tenant, "ticket_comments") == MANY
    assert [len(thread) for thread in said(tenant)] == [THREAD] * (MANY // THREAD)
    assert rows(tenant, "SELECT max(repeats) FROM raw_mail")[0][0] <= 1


@pytest.mark.parametrize("stored", [1, 600])
def test_after_a_kill_it_goes_on_where_it_stopped(tenant: Tenant, instance: Settings, tmp_path: Path, stored: int):
    path = many(tmp_path / "inbox")
    with start(instance, tenant, path) as process:
        until(lambda: count(tenant, "raw_mail") >= stored, 60)
        process.kill()
    before = count(tenant, "raw_mail")
    assert before < MANY
    change(tenant, "UPDATE raw_mail SET leased_until = now() WHERE leased_until > now()")  # instead of a minute's wait
    with start(instance, tenant, path) as process:
        is_whole(tenant, finish(process))
    assert ledgers(instance) == []


def test_ctrl_c_says_how_to_go_on(tenant: Tenant, instance: Settings, tmp_path: Path):
    path = many(tmp_path / "inbox")
    with start(instance, tenant, path) as process:
        until(lambda: count(tenant, "raw_mail") >= 1, 60)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, b"")
    assert err == b"\nstopped; the same command goes on from here\n"
    change(tenant, "UPDATE raw_mail SET leased_until = now() WHERE leased_until > now()")
    with start(instance, tenant, path) as process:
        is_whole(tenant, finish(process))


def test_a_second_ctrl_c_does_not_wait(capsys: pytest.CaptureFixture[str]):
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        interrupt_twice()
    assert capsys.readouterr().err.endswith("the same command goes on from here\n")
    assert signal.getsignal(signal.SIGINT) is before


def interrupt_twice() -> None:
    with import_module("gateway.cli.import")._interrupted() as is_over:
        assert not is_over()
        signal.raise_signal(signal.SIGINT)
        assert is_over()
        signal.raise_signal(signal.SIGINT)
        pytest.fail("it went on")


def test_files_that_changed_meanwhile_are_read_anew(tenant: Tenant, instance: Settings, tmp_path: Path, desk: Desk):
    path = many(tmp_path / "inbox")
    with start(instance, tenant, path) as process:
        until(lambda: count(tenant, "raw_mail") >= 1, 60)
        process.kill()
    change(tenant, "UPDATE raw_mail SET leased_until = now() WHERE leased_until > now()")
    an_mbox(path, a_mail(0), a_mail(MANY))
    found = desk.json("import", str(path), "--to", tenant.address)
    assert found["mails"] == 2
    assert {bytes(row.digest) for row in rows(tenant, "SELECT digest FROM raw_mail")} >= {
        digest(tenant.mailbox, "", a_mail(number).replace(b"\n", b"\r\n")) for number in (0, MANY)
    }
