"""The event loop of the door: uvloop, which takes in small mails noticeably faster than asyncio's own."""

from collections.abc import Coroutine
from typing import Any

import uvloop


def run(main: Coroutine[Any, Any, int]) -> int:
    """Run the process to its end.

    Returns:
        What `main` returned.
    """
    return uvloop.run(main)
