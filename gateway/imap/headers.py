"""The envelope of a fetched mail, which nobody told us: read from the headers that the delivering server wrote.

Nothing here is proof of anything. A signed tag opens its ticket only if we signed it, and only for its own mailbox.
"""

import re

from models.marks import tag_of

MOST = 262_144  # bytes of headers looked at
LONGEST = 320  # characters of a return path (RFC 5321 section 4.5.3.1)
_BLANK = re.compile(rb"\r?\n\r?\n")
_FIELD = re.compile(rb"^([!-9;-~]+)[ \t]*:((?:[^\r\n]|\r(?!\n)|\r?\n[ \t])*)", re.MULTILINE)
_PATH = re.compile(rb"\s*<([!-;=?-~]{0,320})>")
_SENDER = re.compile(rb"<([!-;=?-~]+@[!-;=?-~]+)>|([!-;=?-~]+@[!-;=?-~]+)")
# Written by the server that delivered; what the writer addressed counts only if none of these bears a tag.
DELIVERED = (b"delivered-to", b"x-delivered-to", b"x-original-to", b"envelope-to", b"x-envelope-to")
ADDRESSED = (b"to", b"cc", b"resent-to", b"resent-cc")

Fields = list[tuple[bytes, bytes]]


def fields(content: bytes) -> Fields:
    """Names, in small letters, and raw values of the header fields, in order.

    Args:
        content: a mail.
    """
    end = _BLANK.search(content, 0, MOST)
    head = content[: end.start() if end else MOST]
    return [(name.lower(), value) for name, value in _FIELD.findall(head)]


def return_path(found: Fields) -> str:
    """The return path, '' for `<>`; where no server wrote one, the sender, since silence is no `<>`."""
    for name, value in found:
        if name == b"return-path" and (path := _PATH.match(value)):
            return path[1].decode("ascii")
    senders = [sender for name, value in found if name == b"from" for sender in _SENDER.findall(value)]
    return b"".join(senders[0]).decode("ascii")[:LONGEST] if senders else ""


def recipients(found: Fields, mailbox: str) -> tuple[str, ...]:
    """The signed addresses of this mailbox that the mail came to, then the mailbox's own address.

    Args:
        found: the mail's header fields.
        mailbox: its address.
    """
    signed = _signed(found, DELIVERED, mailbox) or _signed(found, ADDRESSED, mailbox)
    return (*signed, mailbox)


def _signed(found: Fields, names: tuple[bytes, ...], mailbox: str) -> tuple[str, ...]:
    local, _, host = (re.escape(part) for part in mailbox.lower().encode().rpartition(b"@"))
    wanted = re.compile(rb"(?<![\w.!#$%&'*+/=?^`{|}~-])" + local + rb"\+[a-z2-7]{39}@" + host + rb"(?![\w.-])")
    there = (one.decode() for name, value in found if name in names for one in wanted.findall(value.lower()))
    return tuple(dict.fromkeys(address for address in there if tag_of(address)))
