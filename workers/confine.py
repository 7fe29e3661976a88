"""The child's side of the sandbox: give up what reading a mail does not need, then answer requests until EOF."""

import os
import resource
import struct
import sys
from collections.abc import Callable, Sequence
from math import ceil
from pathlib import Path

MEMORY_BYTES = 512 * 1024 * 1024  # over what the process has when it starts to serve
CPU_SECONDS = 10  # for one request
OPEN_FILES = 16  # codecs are imported when a mail first asks for them
REQUEST = struct.Struct("!BI")  # kind, bytes that follow
ANSWER = struct.Struct("!II")  # bytes of the head, bytes of the body
READY = b"ready\n"

Answer = Callable[[int, bytes], tuple[bytes, Sequence[bytes]]]


def serve(answer: Answer) -> None:
    """Answer requests from standard input on standard output, confined, until the parent closes or is gone.

    Args:
        answer: (kind, content) to (head, pieces of the body); must not raise.
    """
    source = os.fdopen(os.dup(0), "rb", buffering=65_536)
    sink = os.dup(1)
    _forget_standard_streams()
    _give_up()
    os.write(sink, READY)
    while len(frame := source.read(REQUEST.size)) == REQUEST.size:
        kind, length = REQUEST.unpack(frame)
        content = source.read(length)
        if len(content) < length:
            break
        _renew_cpu()
        head, body = answer(kind, content)
        _write(sink, b"".join((ANSWER.pack(len(head), sum(map(len, body))), head, *body)))


def _forget_standard_streams() -> None:
    """Whatever a library prints must not get between the answers."""
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    os.close(null)


def _give_up() -> None:
    """Memory, files, writing and core dumps; no privilege of the child can raise a hard limit again but root's."""
    sys.dont_write_bytecode = True
    limits = {resource.RLIMIT_NOFILE: OPEN_FILES, resource.RLIMIT_FSIZE: 0, resource.RLIMIT_CORE: 0}
    if sys.platform == "linux":  # elsewhere address space says nothing about memory
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        limits[resource.RLIMIT_AS] = pages * resource.getpagesize() + MEMORY_BYTES
    for limit, value in limits.items():
        resource.setrlimit(limit, (value, value))


def _renew_cpu() -> None:
    """Ten seconds from now; at their end the kernel ends the process (SIGXCPU)."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = ceil(used.ru_utime + used.ru_stime) + CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _write(sink: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(sink, view) :]
