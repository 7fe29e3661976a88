"""A mail from a file, with the bytes it would have if an MTA had sent it by SMTP, so that both are the same mail.

Files end their lines as the system does, and mailboxes put a `From ` line on top that belongs to no mail.
"""

MARK = b"From "  # begins a mail in an mbox; MTAs put such a line before what they pipe, too
_CARRIAGE_RETURNS = 2  # before a line feed: files that were converted twice


def as_sent(raw: bytes) -> bytes:
    """The mail with CRLF at the end of each line, the last one included.

    A CR that ends no line becomes a space, as Postfix sends it: our doors refuse it, since readers disagree about it.

    Args:
        raw: with any line ends.
    """
    if b"\r" in raw:
        for _ in range(_CARRIAGE_RETURNS):
            raw = raw.replace(b"\r\n", b"\n")
        raw = raw.replace(b"\r", b" ")
    if raw and not raw.endswith(b"\n"):
        raw += b"\n"
    return raw.replace(b"\n", b"\r\n")


def unmarked(raw: bytes) -> tuple[bytes, bytes]:
    """Split off the `From ` line on top of a mail.

    Args:
        raw: with any line ends.

    Returns:
        That line without its end, b"" if there is none, and the mail.
    """
    if not raw.startswith(MARK):
        return b"", raw
    line, _, rest = raw.partition(b"\n")
    return line.rstrip(b"\r"), rest
