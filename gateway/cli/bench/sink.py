"""The other side of `letters`: a relay that takes every letter and keeps nothing, as quick as plain asyncio is."""

import asyncio
import sys

END = b"\r\n.\r\n"
GREETING, GO_ON, OK, BYE = b"220 sink\r\n", b"354 go on\r\n", b"250 ok\r\n", b"221 bye\r\n"


class Sink(asyncio.Protocol):
    """One session; pipelined commands are answered in order."""

    def __init__(self) -> None:
        self._rest, self._is_letter = b"", False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(GREETING)

    def data_received(self, data: bytes) -> None:
        """Answer every command and every letter that is complete."""
        self._rest += data
        while True:
            said, end, rest = self._rest.partition(END if self._is_letter else b"\r\n")
            if not end:
                return
            self._rest = rest
            self._answer(b"" if self._is_letter else said[:4].upper())

    def _answer(self, verb: bytes) -> None:
        self._is_letter = verb == b"DATA"
        self._transport.write(GO_ON if self._is_letter else BYE if verb == b"QUIT" else OK)
        if verb == b"QUIT":
            self._transport.close()


async def serve(port: int) -> None:
    """Listen until the process is ended.

    Args:
        port: on the loopback address.
    """
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
