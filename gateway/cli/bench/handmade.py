"""A reference of `letters`: words put together by the standard library, with no template and no check."""

from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, formataddr

from workers.outbound.letter import Draft
from workers.outbound.mime import Headers

_CRLF = compat32.clone(linesep="\r\n")


def handmade(draft: Draft) -> tuple[Headers, bytes]:
    """Headers and body of a letter with a text and its HTML.

    Args:
        draft: what it says.
    """
    letter = MIMEMultipart("alternative")
    for name, value in _headers(draft):
        letter[name] = value
    words = f"Hello {draft.recipient.name},\n\n{draft.text}\n\n{draft.author.name}\n{draft.number}\n"
    letter.attach(MIMEText(words))
    letter.attach(MIMEText(f"<html><body><pre>{words}</pre></body></html>", "html"))
    top, _, body = letter.as_bytes(policy=_CRLF).partition(b"\r\n\r\n")
    fields = (line.partition(": ") for line in top.decode().replace("\r\n ", " ").split("\r\n"))
    return tuple((name, value) for name, _, value in fields), body


def _headers(draft: Draft) -> Headers:
    return (
        ("From", formataddr((draft.sender.name, draft.sender.address))),
        ("To", formataddr((draft.recipient.name, draft.recipient.address))),
        ("Reply-To", draft.reply_to),
        ("Subject", f"Re: {draft.title} [{draft.number}]"),
        ("Date", format_datetime(draft.created_at)),
        ("Message-ID", draft.message_id),
        ("In-Reply-To", draft.in_reply_to or ""),
        ("References", " ".join(draft.references)),
        ("X-Postern-Loop", draft.loop),
    )
