"""What Postern writes on its letters to know them again: every mark is signed, each has its sign and its read.

A signature is HMAC-SHA256 cut to 128 bits, in lower-case base32 because some hosts fold the case of a local part.
Keys lie in `<data>/keys/marks.json`, newest first, and older ones go on being read; without them open threads break.
"""

import base64
import hmac
import json
import re
import secrets
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from models.settings import settings, write_private

HANDLE_BITS = 60
TAG = re.compile(r"[rbud][a-z2-7]{38}")
LONGEST_LOCAL_PART = 64 - 1 - 39  # RFC 5321 section 4.5.3.1.1 leaves this much before "+r…"
_MESSAGE_ID = re.compile(r"<([0-9a-f]{32})\.([a-z2-7]{26})@[^<>@\s]+>")


@lru_cache(maxsize=1)
def keys() -> tuple[bytes, ...]:
    """The signing keys, newest first; made on first use."""
    if not _path().exists():
        write_private(_path(), json.dumps([secrets.token_hex(32)]))
    return known()


def known() -> tuple[bytes, ...]:
    """As `keys`, but where there is none, none is made."""
    return tuple(bytes.fromhex(key) for key in json.loads(_path().read_text())) if _path().exists() else ()


def adopt(found: Sequence[str]) -> None:
    """Sign from now on as another installation did, and go on reading what this one signed.

    Args:
        found: its keys in hexadecimal digits, newest first.
    """
    write_private(_path(), json.dumps(list(dict.fromkeys([*found, *(key.hex() for key in known())]))))
    keys.cache_clear()


def _path() -> Path:
    return settings().keys / "marks.json"


def _mac(key: bytes, *said: object) -> str:
    signed = hmac.digest(key, "\0".join(map(str, said)).encode(), "sha256")[:16]
    return base64.b32encode(signed).decode().rstrip("=").lower()


def _holds(mac: str, *said: object) -> bool:
    return any(hmac.compare_digest(mac.encode(), _mac(key, *said).encode()) for key in keys())


def _address(kind: str, mailbox: str, org: UUID, handle: int) -> str:
    local, _, host = mailbox.rpartition("@")
    text = base64.b32encode((handle << 4).to_bytes(8, "big")).decode()[:12].lower()
    return f"{local}+{kind}{text}{_mac(keys()[0], kind, org, handle)}@{host}"


def handle_of(outgoing: UUID) -> int:
    """The short random name of a letter inside its organization: the last 60 random bits of its identifier."""
    return outgoing.int & ((1 << HANDLE_BITS) - 1)


def reply_address(mailbox: str, org: UUID, handle: int) -> str:
    """Where one recipient of one letter answers to.

    Args:
        mailbox: the mailbox's own address.
        org: the organization that sends the letter.
        handle: the letter (and so its ticket and recipient), from `handle_of`.
    """
    return _address("r", mailbox, org, handle)


def return_path(mailbox: str, org: UUID, handle: int) -> str:
    """Where a bounce of one letter comes home to (a variable envelope return path); arguments as `reply_address`."""
    return _address("b", mailbox, org, handle)


def unsubscribe_address(mailbox: str, org: UUID, handle: int) -> str:
    """Where the one who got a letter writes to get no more about its ticket; arguments as `reply_address`."""
    return _address("u", mailbox, org, handle)


def digest_address(mailbox: str, org: UUID, handle: int) -> str:
    """Where the one who got a digest answers to; arguments as `reply_address`."""
    return _address("d", mailbox, org, handle)


def tag_of(address: str) -> str:
    """The signed tag of an address we received for, or '' if it bears none (which is no verdict on its signature)."""
    tag = address.rpartition("@")[0].partition("+")[2].lower()
    return tag if TAG.fullmatch(tag) else ""


def is_unsubscribe(address: str) -> bool:
    """Whether an address looks like one from `unsubscribe_address`, which is no verdict on its signature."""
    return tag_of(address).startswith("u")


def read_tag(tag: str, org: UUID) -> tuple[str, int] | None:
    """Kind ('r' reply, 'b' bounce, 'u' leaving, 'd' digest) and handle of a tag that we signed for it, else None.

    Args:
        tag: what `tag_of` found.
        org: the organization whose mailbox it came to.
    """
    if not TAG.fullmatch(tag):
        return None
    kind, text, mac = tag[0], tag[1:13], tag[13:]
    handle = int.from_bytes(base64.b32decode(text.upper() + "A==="), "big") >> 4
    return (kind, handle) if _holds(mac, kind, org, handle) else None


def message_id(outgoing: UUID, org: UUID, host: str) -> str:
    """The Message-ID of a letter: fixed by its identifier, so that a repeat is the same letter.

    Args:
        outgoing: identifier of the outbox row.
        org: the organization that sends it.
        host: the domain it is sent under.
    """
    return f"<{outgoing.hex}.{_mac(keys()[0], 'm', org, outgoing.hex)}@{host}>"


def read_message_id(text: str, org: UUID) -> UUID | None:
    """The outbox row of this organization that a Message-ID names, or None if it is not ours."""
    found = _MESSAGE_ID.fullmatch(text)
    return UUID(hex=found[1]) if found and _holds(found[2], "m", org, found[1]) else None


def read_handle(text: str, org: UUID) -> int | None:
    """The handle of this organization's letter that a Message-ID or a signed address names, None if it is not ours."""
    if letter := read_message_id(text, org):
        return handle_of(letter)
    read = read_tag(tag_of(text), org)
    return read[1] if read else None


def loop_mark(org: UUID) -> str:
    """Value of `X-Postern-Loop`, which every letter of an organization bears."""
    return _mac(keys()[0], "l", org)


def is_our_loop(values: Iterable[str], org: UUID) -> bool:
    """Whether one of the header's values was written for this organization; another's letter is a mail like any."""
    return any(_holds(value.strip(), "l", org) for value in values)
