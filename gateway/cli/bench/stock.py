"""The reference of `accept`: aiosmtpd as it comes, on plain asyncio, which answers 250 and keeps nothing."""

import asyncio
import sys
from typing import Any

from aiosmtpd.smtp import SMTP


class Forgetful:
    """A handler that does nothing with a mail."""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: ANN401, N802  aiosmtpd finds it by name and ships no types
        """Say that all is well."""
        del server, session, envelope
        return "250 OK"


async def serve(port: int) -> None:
    """Listen as aiosmtpd's own Controller does, until the process is ended.

    Args:
        port: on the loopback address.
    """
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Forgetful(), hostname="localhost", loop=loop), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
