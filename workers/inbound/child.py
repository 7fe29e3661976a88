"""`python -m workers.inbound.child`: reads mails for a worker that must survive them."""

from collections.abc import Sequence

from workers.confine import serve
from workers.inbound import wire
from workers.inbound.parse import head, parse


def answer(kind: int, content: bytes) -> tuple[bytes, Sequence[bytes]]:
    """One mail's answer frame."""
    return wire.dump(head(content, "") if kind == wire.HEAD else parse(content))


if __name__ == "__main__":
    serve(answer)
