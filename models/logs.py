"""What door and workers write down: one line of JSON each, whatever a mail said, and no values from the stack."""

import io
import logging
import sys
from contextlib import suppress
from typing import TextIO, cast

import structlog


class _Lossy(io.TextIOBase):
    """A stream whose disk may be full: what cannot be written is lost, since who speaks has mail to look after."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

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
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG if verbose else logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=cast("TextIO", _Lossy(sys.stderr))),
        cache_logger_on_first_use=True,
    )
