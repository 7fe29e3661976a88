"""Postern with a door that lies: it says 250 before the commit. Losing mail this way shows that the ledger can see it.

Called as the desk (`python lying.py up …`) it starts everything as always, but for the door, which is this file again.
"""

import asyncio
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

from gateway import __main__ as door
from gateway.accept import Acceptor
from gateway.cli import main, up
from gateway.failures import DiskFull, Unavailable
from gateway.supervisor import PROCESSES
from gateway.supervisor import up as supervise
from models.raw_mail import Arrival

DOOR = "door"


class Liar(Acceptor):
    """Stores as always, and waits for nothing."""

    async def accept(self, arrivals: Sequence[Arrival]) -> None:
        """Promise what has not happened."""
        promise = asyncio.ensure_future(self._keep(arrivals))
        asyncio.get_running_loop().call_later(60, promise.cancel)  # which keeps it alive till then

    async def _keep(self, arrivals: Sequence[Arrival]) -> None:
        with suppress(Unavailable, DiskFull):
            await super().accept(arrivals)


if __name__ == "__main__":
    if DOOR in sys.argv[1:]:
        door.Acceptor = Liar  # type: ignore[attr-defined]  # this makes it lie
        sys.exit(door.main())
    liar = {"argv": ("python", __file__, DOOR), "preload": False}
    table = [replace(row, **liar) if row.name == "gateway" else row for row in PROCESSES]  # type: ignore[arg-type]  # as above
    up.supervise = partial(supervise, table=table)  # type: ignore[attr-defined]  # as above
    main()
