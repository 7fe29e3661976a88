"""What a mail says, as plain frozen values: the result of `parse`, and all that later steps see of it."""

from dataclasses import dataclass
from datetime import datetime

from workers.inbound.spam.hint import Hint

NOTICES = ("bounce", "feedback", "receipt", "challenge", "automatic")  # kinds of them


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
class Failure:
    """What became of a letter for one recipient, as a notice says.

    Attributes:
        address: as written, '' if the notice does not say.
        status: enhanced code as `5.1.1` (RFC 3463), '' if there is none.
        action: `failed`, `delayed`, `delivered`, `relayed` or `expanded` (RFC 3464); `complained`; `shown`.
        hard: the address is no good any more.
        reason: the other side's words, on one line.
    """

    address: str
    status: str
    action: str
    hard: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A program tells about a letter, or answers for somebody. It is a claim of whoever wrote the mail.

    Attributes:
        kind: one of NOTICES.
        reason: what makes it one, as a sentence.
        failures: what it says, recipient by recipient.
        originals: Message-IDs of the letters it is about, then ends of what may be signed addresses of ours.
    """

    kind: str
    reason: str
    failures: tuple[Failure, ...] = ()
    originals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as understood. No text holds control characters (bodies: but line feed and tab) or lone surrogates.

    Attributes:
        subject: decoded, one line.
        sender: who wrote it, or None when that is not beyond doubt; `sender_note` says why either way.
        reply_to, to, cc: mailboxes of these headers, read tolerantly: no trust hangs on them.
        message_id: `<…>` or None. in_reply_to, references: `<…>` each, oldest first, the last 50.
        date: of the Date header, else of the uppermost Received, in UTC.
        text: the whole decoded text, never cut. reply: the piece of it without quote and signature.
        html: sanitised, or None if the mail has no HTML.
        attachments: every other part, inline images too.
        auto_submitted, precedence: the keyword in lower case; of several precedences the one that says most.
        list_id: of List-Id or another header that only lists write. suppress: of X-Auto-Response-Suppress.
        delivered_to: addresses that servers on the way noted as the ones it was for.
        return_path: of the last Return-Path, '' for `<>`, None if there is none.
        loop: values of X-Postern-Loop.
        hops: servers that it went through (Received fields).
        thread_index: by which Outlook knows the conversation, '' without.
        report: the mail as a whole is a multipart/report or message/delivery-status.
        notice: what a program tells in it, None for what people and lists write.
        marks: what was repaired or left out.
        unreadable: why the content could not be read (completely), as a sentence.
        signs: what it says for or against spam by itself, None where that was not looked for.
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
    delivered_to: tuple[str, ...] = ()
    return_path: str | None = None
    hops: int = 0
    thread_index: str = ""
    report: bool = False
    notice: Notice | None = None
    marks: tuple[str, ...] = ()
    unreadable: str | None = None
    signs: tuple[Hint, ...] | None = None

    @property
    def failures(self) -> tuple[Failure, ...]:
        """What it says about letters, recipient by recipient."""
        return self.notice.failures if self.notice else ()

    @property
    def cited(self) -> tuple[str, ...]:
        """Message-IDs of the mails it answers, nearest first: In-Reply-To, then References from the last."""
        if not self.in_reply_to and not self.references:
            return ()
        return tuple(dict.fromkeys((*self.in_reply_to, *reversed(self.references))))
