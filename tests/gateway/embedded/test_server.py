"""What holds for both servers."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.embedded import EmbeddedPostgres, EmbeddedRedis
from tests.gateway.servers import ROOT, await_ends, on_linux


def test_long_data_path(tmp_path: Path) -> None:
    data = tmp_path.joinpath(*["a-folder-with-a-long-name-for-a-socket"] * 5)
    servers = (EmbeddedPostgres(data, fast=True), EmbeddedRedis(data))
    for server in servers:
        server.start()
    for server in servers:
        server.stop()


@on_linux
@pytest.mark.parametrize("kind", [EmbeddedPostgres, EmbeddedRedis])
def test_server_ends_with_whoever_started_it(data: Path, kind: type[EmbeddedPostgres | EmbeddedRedis]) -> None:
    start = (
        f"import os, pathlib; from gateway.embedded import {kind.__name__} as Kind\n"
        f"server = Kind(pathlib.Path({str(data)!r}), fast=True); server.start(); print(server.pid, flush=True)\n"
        "os.kill(os.getpid(), 9)"
    )
    found = subprocess.run([sys.executable, "-c", start], cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == -signal.SIGKILL
    await_ends([int(found.stdout)])
