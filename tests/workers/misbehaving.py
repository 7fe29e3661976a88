"""A child of the sandbox that does, on request, everything that a child must not."""

import json
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from workers.confine import serve


def echo(content: bytes) -> bytes:
    return content


def environment(content: bytes) -> bytes:
    return json.dumps(
        [dict(os.environ), [limits(content)], [file.name for file in Path("/proc/self/fd").iterdir()]]
    ).encode()


def limits(_: bytes) -> dict[str, int]:
    names = ("AS", "NOFILE", "FSIZE", "CORE")
    return {name: resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))[1] for name in names}


def write(content: bytes) -> bytes:
    try:
        Path(content.decode()).write_bytes(b"x" * 100)
    except OSError as error:
        return type(error).__name__.encode()
    return b"written"


def memory(_: bytes) -> bytes:
    try:
        return b"%d" % len(bytearray(2**30))
    except MemoryError:
        return b"MemoryError"


def files(_: bytes) -> bytes:
    kept = []
    try:
        while True:
            kept.append(socket.socket())
    except OSError:
        return b"%d" % len(kept)


def noise(_: bytes) -> bytes:
    sys.stdout.write("noise " * 1_000)
    os.write(1, b"more noise")
    sys.stderr.write("and an error")
    return b"quiet"


def crash(_: bytes) -> bytes:
    os.kill(os.getpid(), signal.SIGSEGV)
    return b""


def leave(_: bytes) -> bytes:
    sys.exit(3)


def spin(_: bytes) -> bytes:
    while True:
        pass


def hang(_: bytes) -> bytes:
    signal.pause()
    return b""


def hide(_: bytes) -> bytes:
    os.closerange(3, 64)
    signal.pause()
    return b""


def flood(_: bytes) -> bytes:
    return b"x" * 100_000_000


DEEDS: tuple[Callable[[bytes], bytes], ...] = (
    echo, environment, write, memory, files, noise, crash, leave, spin, hang, hide, flood,
)  # fmt: skip


def answer(kind: int, content: bytes) -> tuple[bytes, Sequence[bytes]]:
    return b"head", [DEEDS[kind](content)]


if __name__ == "__main__":
    serve(answer)
