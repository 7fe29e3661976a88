"""DKIM signatures of a letter (RFC 6376, RFC 8463): relaxed/relaxed, over everything we wrote.

What must not be added is signed once more than it is there (section 5.4.2), so that a second From or Subject, which a
reader might be shown instead of ours, breaks the signature.
"""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from hashlib import sha256

from models.dkim import Signer
from workers.outbound.headers import FOLD, WIDTH
from workers.outbound.mime import Headers

FIELD = "DKIM-Signature"
OVERSIGNED = (
    "From", "Subject", "To", "Cc", "Date", "Reply-To", "Message-ID", "In-Reply-To", "References", "MIME-Version",
    "Content-Type", "Content-Transfer-Encoding",
)  # fmt: skip


def signatures(signers: Sequence[Signer], headers: Headers, body: bytes, at: datetime) -> Headers:
    """A signature of each, in order.

    Args:
        signers: of the domain in From.
        headers: of the letter, each once, with folded values.
        body: with CRLF line ends.
        at: when the letter was decided on, so that it bears the same signatures at each try.

    Raises:
        Temporary: a key cannot be opened.
    """
    if not signers:
        return ()
    names = _folded(tuple(name for name, _ in headers))
    signed = b"".join(relaxed_header(name, value) + b"\r\n" for name, value in headers)
    digest = b64encode(sha256(relaxed_body(body)).digest()).decode()
    return tuple((FIELD, _signature(signer, names, signed, digest, at)) for signer in signers)


def relaxed_header(name: str, value: str) -> bytes:
    """A header field in the relaxed form (section 3.4.2), without the CRLF at its end.

    Args:
        name: of the field.
        value: with no control but tabs, and CR and LF where it is folded.
    """
    return b"%s:%s" % (name.strip().lower().encode(), b" ".join(value.encode().split()))


def relaxed_body(body: bytes) -> bytes:
    """A body in the relaxed form (section 3.4.4).

    Args:
        body: with CRLF line ends and no other CR or LF.
    """
    text = body.replace(b"\t", b" ")
    while b"  " in text:  # each time at least half of a run goes, and no expression of `re` is as quick
        text = text.replace(b"  ", b" ")
    text = text.replace(b" \r\n", b"\r\n").removesuffix(b" ").rstrip(b"\r\n")
    return text + b"\r\n" if text else b""


def _signature(signer: Signer, names: str, signed: bytes, digest: str, at: datetime) -> str:
    tags = (
        f"v=1; a={signer.algorithm}; c=relaxed/relaxed; d={signer.domain}; s={signer.selector};"
        f"{FOLD}t={int(at.timestamp())}; h={names};{FOLD}bh={digest};{FOLD}b="
    )
    made = b64encode(signer.sign(signed + relaxed_header(FIELD, tags))).decode()
    return tags + FOLD.join(made[start : start + WIDTH - 4] for start in range(0, len(made), WIDTH - 4))


@lru_cache
def _folded(headers: tuple[str, ...]) -> str:
    """What is signed: these, then what must not be added; the same for nearly all letters of a kind."""
    return FOLD.join(_lines((*headers, *OVERSIGNED)))


def _lines(names: Sequence[str]) -> Iterator[str]:
    """Names joined by colons, cut into lines after one."""
    line = ""
    for number, name in enumerate(names, 1):
        word = name if number == len(names) else f"{name}:"
        if line and len(line) + len(word) > WIDTH - 4:
            yield line
            line = ""
        line += word
    yield line
