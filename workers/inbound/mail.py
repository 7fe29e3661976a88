"""What a mail says, as plain frozen values: the result of `parse`, and all that later steps see of it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox of an address header (RFC 5322 section 3.4).

    Attributes:
        name: decoded display name, '' if there is none.
        address: `local@domain` as written, with the domain in lower case and ASCII (an international one as `xn--`).
    """

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is not the text of the mail.

    Attributes:
        name: for display only, never a path: base name, at most 255 characters.
        content_type: `type/subtype` in lower case, as declared.
        content: the decoded bytes.
        content_id: without the angle brackets, so that `cid:` links of the HTML find it.
        inline: meant to be shown within the text.
    """

    name: str
    content_type: str
    content: bytes
    content_id: str | None
    inline: bool


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as understood. No text holds control characters (bodies: but line feed and tab) or lone surrogates.

    Attributes:
        subject: decoded, one line.
        sender: who wrote it, or None when that is not beyond doubt; `sender_note` says why either way.
        reply_to, to, cc: mailboxes of these headers, read tolerantly: no trust hangs on them.
        message_id: `<…>` or None. in_reply_to, references: `<…>` each, oldest first, the last 50.
        date: of the Date header, in UTC.
        text: the whole decoded text, never cut. reply: the same without the quote at its end.
        html: sanitised, or None if the mail has no HTML.
        attachments: every other part, inline images too.
        auto_submitted, precedence: the keyword in lower case. list_id, suppress: of List-Id and
            X-Auto-Response-Suppress, as written.
        loop: values of X-Postern-Loop.
        report: the mail as a whole is a multipart/report or message/delivery-status.
        marks: what was repaired or left out.
        unreadable: why the content could not be read (completely), as a sentence.
    """

    subject: str = ""
    sender: Address | None = None
    sender_note: str = ""
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    message_id: str | None = None
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    date: datetime | None = None
    text: str = ""
    reply: str = ""
    html: str | None = None
    attachments: tuple[Attachment, ...] = ()
    auto_submitted: str = ""
    precedence: str = ""
    list_id: str = ""
    suppress: str = ""
    loop: tuple[str, ...] = ()
    report: bool = False
    marks: tuple[str, ...] = ()
    unreadable: str | None = None
