"""django-helpdesk on our PostgreSQL server, in a database of its own, driven from here."""

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import parse_qs, urlsplit

import psycopg

from gateway.cli.bench.mails import Made
from gateway.cli.bench.stage import Stage
from tests.peers.bench import environment

NAME = "helpdesk"
PASSWORD = "sesame"  # of a server that is gone afterwards


class Helpdesk:
    """The running process."""

    def __init__(self, process: "subprocess.Popen[str]", mails: Path) -> None:
        self._process = process
        self._mails = mails
        self._tickets = 0
        self._said("ready")

    def file(self, mails: Sequence[Made], *, letters: bool = True) -> float:
        """Mails a second that become tickets.

        Args:
            mails: put into the folder of its queue before the clock runs.
            letters: whether it makes letters for them.
        """
        for number, mail in enumerate(mails):
            (self._mails / f"{number}.eml").write_bytes(mail.content)
        return self._told("file" if letters else "mute", len(mails))

    def fetch(self, port: int, user: str, password: str, mails: int) -> float:
        """Mails a second of an IMAP mailbox that become tickets.

        Args:
            port: of the server here, by TLS.
            user, password: of the mailbox.
            mails: in it.
        """
        return self._told(f"imap {port} {user} {password}", mails)

    def _told(self, word: str, mails: int) -> float:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{word}\n")
        self._process.stdin.flush()
        took, tickets = self._said().split()
        assert int(tickets) - self._tickets == mails, "not every mail became a ticket of django-helpdesk"
        self._tickets = int(tickets)
        return mails / float(took)

    def _said(self, expected: str = "") -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline().strip()
        assert line, "django-helpdesk ended; see what it said above"
        assert not expected or line == expected, line
        return line


@contextmanager
def running(scene: Stage) -> Iterator[Helpdesk]:
    """The process, in a folder and a database of its own.

    Args:
        scene: whose server it uses.
    """
    root = scene.postgres.url("superuser")
    with psycopg.connect(root, autocommit=True) as server:
        server.execute(f"CREATE ROLE {NAME} LOGIN PASSWORD '{PASSWORD}'".encode())
        server.execute(f"CREATE DATABASE {NAME} OWNER {NAME}".encode())
    host = parse_qs(urlsplit(root).query)["host"][0]
    database = {"HOST": host, "NAME": NAME, "USER": NAME, "PASSWORD": PASSWORD}
    try:
        with TemporaryDirectory(prefix="postern-helpdesk-") as folder, _process(Path(folder), database) as process:
            yield Helpdesk(process, Path(folder, "mails"))
    finally:
        with psycopg.connect(root, autocommit=True) as server:
            server.execute(f"DROP DATABASE {NAME} WITH (FORCE)".encode())
            server.execute(f"DROP ROLE {NAME}".encode())


@contextmanager
def _process(folder: Path, database: dict[str, str]) -> Iterator["subprocess.Popen[str]"]:
    (folder / "mails").mkdir()
    program = str(Path(__file__).with_name("helpdesk_process.py"))
    said = [f"{name}={value}" for name, value in database.items()]
    words = [str(environment.python()), "-P", program, str(folder), *said]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.terminate()
