"""The other side of `letters`: a relay that takes every letter and keeps nothing, as quick as plain asyncio is."""

import asyncio
import sys
from collections.abc import Iterator

END = b"\r\n.\r\n"
GREETING, GO_ON, OK, BYE = b"220 sink\r\n", b"354 go on\r\n", b"250 ok\r\n", b"221 bye\r\n"
EXTENSIONS = b"250-sink\r\n250 PIPELINING\r\n"  # as any relay in use has it; who asks one by one may
ANSWERS = {b"DATA": GO_ON, b"QUIT": BYE, b"EHLO": EXTENSIONS}


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
        answers = b"".join(self._answers())
        if answers:
            self._transport.write(answers)
        if answers.endswith(BYE):
            self._transport.close()

    def _answers(self) -> Iterator[bytes]:
        while True:
            said, end, rest = self._rest.partition(END if self._is_letter else b"\r\n")
            if not end:
                return
            self._rest = rest
            verb = b"" if self._is_letter else said[:4].upper()
            self._is_letter = verb == b"DATA"
            yield ANSWERS.get(verb, OK)


async def serve(port: int) -> None:
    """Listen until the process is ended.

    Args:
        port: on the loopback address.
    """
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
