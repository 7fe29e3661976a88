"""`postern pipe` as an MTA runs it: a process with stdin, an exit code that it knows, and at most one line."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from models.settings import Settings
from tests.conftest import Tenant
from tests.door import stored
from tests.gateway.cli.desk import ROOT, Desk
from tests.gateway.servers import on_linux
from tests.running import Postern, free_port
from tests.waiting import until

MAIL = b"From: ann@client.test\nSubject: Through the pipe\n\nhello\n"


def start(data: Path, *words: str, **variables: str) -> "subprocess.Popen[bytes]":
    """The command as an MTA starts it: nothing of ours in its environment, any folder."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("POSTERN_", "SENDER", "RECIPIENT"))
    }
    return subprocess.Popen(
        [sys.executable, "-m", "gateway.cli", "pipe", f"--data={data}", *words],
        cwd="/",
        env={**kept, "PYTHONPATH": str(ROOT), "POSTERN_UNSAFE_DATABASE": "true", **variables},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def pipe(data: Path, *words: str, mail: bytes = MAIL, **variables: str) -> tuple[int, str]:
    """Exit code and the line; it must be one, and the only thing that is said."""
    with start(data, *words, **variables) as process:
        out, err = process.communicate(mail, timeout=60)
    assert out == b""
    said = err.decode()
    assert "Traceback" not in said
    assert said.count("\n") == (1 if process.returncode else 0), said
    return process.returncode, said.strip()


def test_a_mail_becomes_a_ticket_of_the_running_system(running: Postern):
    code, said = pipe(running.data, "--from=ann@client.test", "--to=support@demo.test")
    assert (code, said) == (0, "")

    def tickets() -> list[str]:
        return [str(one["number"]) for one in running.desk("ticket", "list") if one["subject"] == "Through the pipe"]

    (number,) = until(tickets, 8)  # the sweep comes after ten seconds: the doorbell rang
    assert [one["protocol"] for one in [running.desk("mail", "show", _mail(running, number))]] == ["pipe"]


def _mail(running: Postern, number: str) -> str:
    return next(str(one["id"]) for one in running.desk("mail", "list") if one["ticket"] == number)


def test_aliases_give_sender_and_recipient_as_variables(tenant: Tenant, instance: Settings):
    assert pipe(instance.home, RECIPIENT=tenant.address, SENDER="bob@client.test") == (0, "")
    assert [row["mail_from"] for row in stored(tenant)] == ["bob@client.test"]


def test_final_answers(tenant: Tenant, instance: Settings):
    to = f"--to={tenant.address}"
    assert pipe(instance.home, "--to=nobody@nowhere.test")[0] == 67
    assert pipe(instance.home, to, mail=b"")[0] == 65
    assert pipe(instance.home, to, mail=b"x" * 2000, POSTERN_MAX_MESSAGE_BYTES="1000")[0] == 69
    assert stored(tenant) == []


@pytest.mark.parametrize(
    "words", [(), ("--unknown",), ("--to",), ("--to=a@b.test", "more"), ("--smtp=nonsense", "--to=a@b.test")]
)
def test_a_wrong_command_line_is_usage_but_postfix_keeps_the_mail(instance: Settings, words: tuple[str, ...]):
    code, said = pipe(instance.home, *words)
    assert code == 64
    assert said.startswith("4.3.5 wrong command line: ")
    assert len(said) > len("4.3.5 wrong command line: ")


def test_whatever_is_in_doubt_is_kept_by_the_mta(tenant: Tenant, instance: Settings, tmp_path: Path):
    to = f"--to={tenant.address}"
    nobody = f"postgresql://postern_gateway:x@127.0.0.1:{free_port()}/postern"
    cases = [
        pipe(tmp_path, to),
        pipe(instance.home, to, POSTERN_GATEWAY_DATABASE_URL=nobody),
        pipe(instance.home, to, POSTERN_MAX_MESSAGE_BYTES="many"),
        pipe(instance.home, to, POSTERN_UNSAFE_DATABASE="false"),
    ]
    for code, said in cases:
        assert code == 75, said
        assert said.startswith("4.3."), said
    assert "OperationalError" in cases[1][1]
    assert stored(tenant) == []


def test_a_database_that_hangs_costs_no_mail(tenant: Tenant, instance: Settings):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://postern_gateway:x@127.0.0.1:{silent.getsockname()[1]}/postern"
        assert pipe(instance.home, f"--to={tenant.address}", POSTERN_GATEWAY_DATABASE_URL=url)[0] == 75


def test_redis_that_is_away_costs_no_mail(tenant: Tenant, instance: Settings):
    url = f"redis://127.0.0.1:{free_port()}/0"
    assert pipe(instance.home, f"--to={tenant.address}", POSTERN_REDIS_URL=url) == (0, "")
    assert len(stored(tenant)) == 1


@on_linux
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_being_told_to_end_is_no_answer(tenant: Tenant, instance: Settings, number: signal.Signals):
    with start(instance.home, f"--to={tenant.address}") as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(MAIL)
        process.stdin.flush()
        until(lambda: _handles(process.pid, number))
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 75
    assert number.name in err.decode()
    assert stored(tenant) == []


def _handles(pid: int, number: signal.Signals) -> bool:
    """Whether a process catches a signal by now."""
    status = Path(f"/proc/{pid}/status").read_text()
    caught = int(status.partition("SigCgt:")[2].split()[0], 16)
    return bool(caught >> (number - 1) & 1)


def test_help_says_how_mtas_call_it(desk: Desk):
    said = desk("pipe", "--help").out
    assert "--from=${sender} --to=${recipient}" in said
    assert 'support: "|postern pipe --data=DIR"' in said
