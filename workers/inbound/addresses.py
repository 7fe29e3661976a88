"""Who wrote a mail, beyond doubt or not at all; and the other addresses it names. The only door to flanker."""

import logging
from collections.abc import Sequence
from functools import lru_cache

import idna
from ply import yacc

from workers.inbound.decode import words
from workers.inbound.limits import ADDRESS_FIELD_BYTES, ADDRESSES, NAME_CHARACTERS
from workers.inbound.mail import Address
from workers.inbound.mailboxes import Mailbox, read

logging.getLogger("flanker").addHandler(logging.NullHandler())  # before the import; its lexer warns about any oddity
logging.getLogger("flanker").propagate = False
# Its tables are made as quickly as they are read, and several processes that write them at once read half of one.
yacc.LRGeneratedTable.write_table = lambda *_: None
from flanker.addresslib import address as flanker  # noqa: E402  after what it must find

AGREED = "two parsers agree"


def sender(values: Sequence[bytes], hint: str = "") -> tuple[Address | None, str]:
    """The one mailbox of the one From header, if two parsers see the same one in the undecoded bytes.

    Args:
        values: every From header's unfolded value.
        hint: a charset for names outside of ASCII, '' for no idea.

    Returns:
        (address, "two parsers agree"), or (None, why there is none).
    """
    if len(values) != 1:
        return None, "there is no From header" if not values else "there are several From headers"
    return _sender(values[0], hint)


@lru_cache(maxsize=4096)
def _sender(value: bytes, hint: str) -> tuple[Address | None, str]:
    if len(value) > _SENDER_BYTES:
        return None, "the From header is too long"
    reading = read(value, limit=2)
    if reading.doubts:
        return None, f"the From header holds {reading.doubts[0]}"
    if len(reading.mailboxes) != 1:
        return None, "the From header holds several mailboxes" if reading.mailboxes else "the From header is empty"
    ours = _address(reading.mailboxes[0], hint)
    if ours is None or ours.address != _second_opinion(value):
        return None, "two parsers disagree about the From header"
    return ours, AGREED


_SENDER_BYTES = 1_000  # flanker reads 1,024 characters


def mailboxes(values: Sequence[bytes], hint: str = "") -> tuple[Address, ...]:
    """The mailboxes of an address header on which no trust hangs (To, Cc, Reply-To), at most 1,000; as `sender`."""
    found: dict[Address, None] = {}
    for value in values:
        found.update(dict.fromkeys((_mailboxes if len(value) <= _CACHED else _read)(value, hint)))
    return tuple(found)[:ADDRESSES]


_CACHED = 500


@lru_cache(maxsize=4096)
def _mailboxes(value: bytes, hint: str) -> tuple[Address, ...]:
    return _read(value, hint)


def _read(value: bytes, hint: str) -> tuple[Address, ...]:
    reading = read(value[:ADDRESS_FIELD_BYTES], ADDRESSES)
    return tuple(address for mailbox in reading.mailboxes if (address := _address(mailbox, hint)))


def _address(mailbox: Mailbox, hint: str) -> Address | None:
    local, _, domain = mailbox.address.decode().rpartition("@")
    if (plain := _plain_domain(domain)) is None:
        return None
    return Address(words.line(mailbox.name, NAME_CHARACTERS, hint), f"{local}@{plain}")


def _plain_domain(domain: str) -> str | None:
    domain = domain.lower()
    if domain.isascii():
        return domain
    try:
        return idna.encode(domain).decode("ascii")
    except UnicodeError:  # idna's own errors are such
        return None


def _second_opinion(value: bytes) -> str | None:
    """The address that flanker sees, its domain in ASCII; None for anything unexpected."""
    try:
        text = value.decode(errors="replace")  # in an address, our reader took nothing but UTF-8
        found = flanker.parse(text, strict=True) or flanker.parse(text)
        if not isinstance(found, flanker.EmailAddress):
            return None
        return f"{found.mailbox}@{found.hostname if found.hostname.isascii() else found.ace_hostname}"
    except MemoryError:
        raise  # says nothing about the header
    except Exception:  # noqa: BLE001  it does not confine itself to its own exceptions
        return None
