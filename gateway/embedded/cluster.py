"""The folder PostgreSQL keeps the mail in: made whole or not at all, and never entered by two servers."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gateway.embedded.child import PROC, Program, spawn
from gateway.embedded.privilege import Account, own_folder
from gateway.embedded.server import ServerError

ENVIRONMENT = {"LC_ALL": "C", "TZ": "UTC"}
PREDECESSOR_POLL = 0.05
NO_PROCESS = 999_999_999  # beyond every kernel's highest process id


@dataclass(frozen=True, slots=True)
class PidFile:
    """What `postmaster.pid` says; pid 0 when there is none."""

    pid: int
    status: str


def pid_file(folder: Path) -> PidFile:
    """Read a cluster's `postmaster.pid`."""
    try:
        lines = (folder / "postmaster.pid").read_text().splitlines()
        return PidFile(abs(int(lines[0])), lines[7].strip() if len(lines) > 7 else "")  # noqa: PLR2004  its eighth line
    except (OSError, ValueError, IndexError):
        return PidFile(0, "")


def seen_as(folder: Path, account: Account | None) -> str:
    """The name under which PostgreSQL reaches its cluster.

    Under a private home an unprivileged user cannot walk the path to it, but a process that was started inside may
    stay there: it only ever uses names relative to its working directory.
    """
    return "/proc/self/cwd" if account and sys.platform == "linux" else str(folder)


def create(folder: Path, tree: Path, account: Account | None, passwords: Mapping[str, str], *, durable: bool) -> None:
    """Make a cluster with the superuser, the administrator and the database.

    Args:
        folder: where; its parent exists and is private to us or to our user.
        tree: PostgreSQL's programs.
        account: who will own it.
        passwords: of `superuser` and `postern_admin`.
        durable: wait until it is on disk.

    Raises:
        ServerError: initdb failed.
    """
    draft = folder.with_name("cluster.new")
    shutil.rmtree(draft, ignore_errors=True)  # of a start that was cut off
    own_folder(draft, account)
    where = seen_as(draft, account)
    ctype = "C.UTF-8" if sys.platform == "linux" else "C"
    initdb = [str(tree / "bin/initdb"), "-D", where]
    layout = ["-U", "superuser", "-E", "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    options = [f"--locale={ctype}", "-A", "scram-sha-256", "--pwfile=/dev/stdin", "--no-sync", "--no-instructions"]
    _run([*initdb, *layout, *options], draft, account, passwords["superuser"])
    single = [str(tree / "bin/postgres"), "--single", "-j", "-D", where, "-c", "fsync=off", "postgres"]
    _run(single, draft, account, _first_statements(passwords["postern_admin"]))
    if durable:
        _run([*initdb, "--sync-only"], draft, account, "")
    draft.rename(folder)


def _first_statements(password: str) -> str:
    """Statements for the single-user mode, each ended by an empty line."""
    role = f"CREATE ROLE postern_admin LOGIN CREATEROLE CREATEDB NOSUPERUSER NOBYPASSRLS PASSWORD '{password}'"
    return f"{role};\n\nCREATE DATABASE postern OWNER postern_admin;\n\n"


def _run(argv: list[str], folder: Path, account: Account | None, text: str) -> None:
    """Run one of PostgreSQL's programs inside the cluster, with text on its stdin.

    Raises:
        ServerError: it failed; with all it printed.
    """
    reader, writer = os.pipe()
    if account:
        os.fchown(reader, account.uid, account.gid)  # /dev/stdin is opened anew, by name
    os.write(writer, text.encode() + b"\n")
    os.close(writer)
    program = Program(argv, folder=folder, account=account, environment=ENVIRONMENT)
    process = spawn(program, output=subprocess.PIPE, stdin=reader)
    os.close(reader)
    said, _ = process.communicate()
    if process.returncode or b"ERROR:" in said or b"FATAL:" in said:
        raise ServerError(f"{Path(argv[0]).name} failed:\n{said.decode(errors='replace')}")


def await_predecessor(folder: Path, seconds: float) -> None:
    """Wait for a server that is still shutting down here, and for sessions that outlive one which was killed.

    A pid file whose number belongs to somebody else by now is made harmless (after a restart of the machine or
    container that is common).

    Args:
        folder: the cluster.
        seconds: how long at most.

    Raises:
        ServerError: they are still running after that time.
    """
    deadline = time.monotonic() + seconds
    while (pid := pid_file(folder).pid) and (others := _working_in(folder, pid)):
        if time.monotonic() > deadline:
            raise ServerError(f"another PostgreSQL still works in {folder}; stop it with `kill -INT {others[0]}`")
        time.sleep(PREDECESSOR_POLL)  # not our child: nothing tells us when it ends
    if pid and _alive(pid):
        _disown(folder)


def _working_in(folder: Path, pid: int) -> list[int]:
    """The processes inside the cluster; where the system does not tell, the recorded one if it is alive."""
    if not (PROC / "self").exists():
        return [pid] if _alive(pid) else []
    return [int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit() and _is_inside(entry, folder)]


def _is_inside(entry: Path, folder: Path) -> bool:
    try:
        return (entry / "cwd").samefile(folder)
    except OSError:
        return False


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _disown(folder: Path) -> None:
    """Replace the pid by one that cannot be.

    The rest of the file stays: by its memory key PostgreSQL still notices sessions that outlived their server.
    """
    with suppress(FileNotFoundError), (folder / "postmaster.pid").open("r+") as file:  # it may be removed just now
        _, _, rest = file.read().partition("\n")
        file.seek(0)
        file.write(f"{NO_PROCESS}\n{rest}")
        file.truncate()
