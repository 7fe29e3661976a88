"""What door and workers write down: one line of JSON each, whatever a mail said, and no values from the stack."""

import io
import logging
import sys
from contextlib import suppress
from typing import BinaryIO, TextIO, cast

import structlog


class _Lossy(io.TextIOBase):
    """A stream whose disk may be full: what cannot be written is lost, since who speaks has mail to look after.

    Nothing waits in a buffer, or the interpreter would fail to write it at its end and leave with status 120.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        with suppress(io.UnsupportedOperation):  # one that is kept in memory
            raw = io.FileIO(stream.fileno(), "wb", closefd=False)
            self._stream = io.TextIOWrapper(cast("BinaryIO", raw), "utf-8", "backslashreplace", write_through=True)

    def write(self, text: str) -> int:
        with suppress(OSError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._stream.flush()


def configure(*, verbose: bool) -> None:
    """Set logging up for this process.

    Args:
        verbose: write debug lines too, in which addresses may stand.
    """
    lossy = cast("TextIO", _Lossy(sys.stderr))
    logging.basicConfig(level=logging.WARNING, stream=lossy, format="%(levelname)s %(name)s: %(message)s")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG if verbose else logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=lossy),
        cache_logger_on_first_use=True,
    )
