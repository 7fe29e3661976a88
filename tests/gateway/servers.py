"""Looking at servers and processes from a test: what they answer, and when they are gone."""

import os
import select
import sys
from collections.abc import Iterable
from pathlib import Path

import psycopg
import pytest

from gateway.embedded import EmbeddedPostgres
from gateway.embedded.child import birth

ROOT = Path(__file__).resolve().parents[2]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")


def await_ends(pids: Iterable[int], seconds: float = 20) -> None:
    """Wait for processes that are not our children."""
    for pid in pids:
        try:
            handle = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        try:
            assert select.select([handle], [], [], seconds)[0], f"process {pid} is still there"
        finally:
            os.close(handle)


def gone(pid: int) -> bool:
    """Whether no process has this number (any more), or only its remains."""
    return not birth(pid)


def ask(server: EmbeddedPostgres, query: str, login: str = "postern_admin") -> object:
    """The first value that a query answers."""
    with psycopg.connect(server.url(login)) as connection:
        row = connection.execute(query).fetchone()
    return row and row[0]
