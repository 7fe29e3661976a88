"""`python -m workers.inbound.child`: reads mails for a worker that must survive them."""

from collections.abc import Sequence
from dataclasses import replace

from workers.confine import serve
from workers.inbound import wire
from workers.inbound.mail import Mail
from workers.inbound.parse import head, parse
from workers.inbound.spam import signs


def answer(kind: int, content: bytes) -> tuple[bytes, Sequence[bytes]]:
    """One mail's answer frame."""
    mail = head(content, "") if kind & wire.HEAD else parse(content)
    return wire.dump(_judged(mail, content) if kind & wire.SIGNS else mail)


def _judged(mail: Mail, content: bytes) -> Mail:
    try:
        return replace(mail, signs=signs.of(mail, content))
    except Exception:  # noqa: BLE001  then its worker asks once more, and what fails there is told
        return mail


if __name__ == "__main__":
    serve(answer)
