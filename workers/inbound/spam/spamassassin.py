"""SpamAssassin's opinion, by the protocol that spamc speaks with spamd (`SYMBOLS`, version 1.5)."""

import re
import socket
from time import monotonic

from workers.inbound.spam.sight import Finding

NAME = "SpamAssassin"
ANSWER_BYTES = 65_536
_STATUS = re.compile(rb"SPAMD/\d[\d.]* 0 ")
_SPAM = re.compile(
    rb"^Spam: *(?:True|False|Yes|No) *; *(-?\d+(?:\.\d+)?) */ *(-?\d+(?:\.\d+)?)", re.IGNORECASE | re.MULTILINE
)
_SYMBOL = re.compile(r"[A-Z0-9_]{1,60}")
_SHOWN = 5


def ask(place: str, content: bytes, seconds: float) -> Finding:
    """Have a mail checked.

    Args:
        place: `host:port`.
        content: the mail.
        seconds: the most to wait in all.

    Raises:
        OSError: it is away or too slow.
        ValueError: its answer was not understood.
    """
    host, _, port = place.rpartition(":")
    end = monotonic() + seconds
    with socket.create_connection((host.strip("[]"), int(port)), timeout=seconds) as line:
        line.sendall(b"SYMBOLS SPAMC/1.5\r\nContent-length: %d\r\n\r\n" % len(content) + content)
        line.shutdown(socket.SHUT_WR)
        answer = b""
        while len(answer) < ANSWER_BYTES and (more := line.recv(ANSWER_BYTES)):
            answer += more
            line.settimeout(max(0.01, end - monotonic()))
    return read(answer)


def read(answer: bytes) -> Finding:
    """What an answer says.

    Raises:
        ValueError: it is none of spamd's.
    """
    head, _, body = answer.partition(b"\r\n\r\n")
    found = _SPAM.search(head)
    if not _STATUS.match(head) or not found or not float(found[2]):
        raise ValueError("its answer was not understood")
    score, required = float(found[1]), float(found[2])
    named = _SYMBOL.findall(body.decode("ascii", "replace"))[:_SHOWN]
    told = f"{score:.1f} of {required:.1f}"
    return Finding(NAME, score / required, f"{told}: {', '.join(named)}" if named else told)
