"""T7: name resolution is dead, and nobody between a mail and its letter asks it anything."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.rig.system import System
from tests.running import FROM_CLONE

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]
# The rest of the words run with another resolv.conf, which the rest of the machine does not see.
ELSEWHERE = ("unshare", "--mount", "sh", "-c", 'mount --bind "$1" /etc/resolv.conf && shift && exec "$@"', "sh")
ASK = "import socket\ntry:\n socket.getaddrinfo('somebody.example', 25)\nexcept OSError:\n pass"


@contextmanager
def dead_server() -> Iterator[socket.socket]:
    """A name server of our own on the loopback, which hears questions and answers none."""
    process = os.getpid()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        try:
            server.bind((f"127.77.{process >> 8 & 255}.{process & 255}", 53))
        except PermissionError:
            pytest.skip("only root may listen where name servers do")
        server.setblocking(False)
        yield server


def questions(server: socket.socket) -> int:
    """How many came since the last time."""
    count = 0
    try:
        while server.recv(4096):
            count += 1
    except BlockingIOError:
        return count
    return count


def test_nobody_asks_for_a_name(tmp_path: Path):
    """The door, the workers and the relay's client; a relay that is configured by its name would be looked up."""
    with dead_server() as server:
        conf = tmp_path / "resolv.conf"
        conf.write_text(f"nameserver {server.getsockname()[0]}\noptions timeout:1 attempts:1\n")
        conf.chmod(0o644)
        there = (*ELSEWHERE, str(conf))
        control = subprocess.run([*there, sys.executable, "-c", ASK], capture_output=True, check=False)
        if control.returncode:
            pytest.skip(f"a resolv.conf of our own cannot be mounted here: {control.stderr.decode().strip()}")
        assert questions(server), "who asks for a name is not heard, so the test would prove nothing"
        with System(tmp_path, command=(*there, *FROM_CLONE)) as system:
            with system.world() as world:
                world.until_acknowledged(100)
            system.examine(world)
        assert questions(server) == 0
