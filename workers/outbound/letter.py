"""What a letter is between two steps: drafted from the outbox, put into words, written as bytes, tried."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from models.dkim import Signer
from models.outgoing import Letter, State

ANSWERS = frozenset({Letter.ACKNOWLEDGEMENT, Letter.VERIFICATION})
"""Letters by which a program answers a mail, to an address that may be forged: nothing may come back of them."""

MACHINE_MADE = frozenset(Letter) - {Letter.REPLY}
"""Letters that no person wrote; they say so (RFC 3834 section 5)."""


@dataclass(frozen=True, slots=True)
class Person:
    """A name for display and an address; the name may be empty and may be hostile."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class File:
    """A file that travels with a letter.

    Attributes:
        name: for display only, as hostile as its sender wished.
        content_id: what `cid:` in the HTML refers to, without angle brackets.
        inline: whether it was meant to be seen inside the text.
    """

    name: str
    content_type: str
    content: bytes
    content_id: str | None = None
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything one letter is made of, as the database has it.

    Attributes:
        kind: one of `models.outgoing.Letter`; any other has no templates and fails by itself.
        sender: the name it goes out under (may be empty) and the mailbox's own address.
        organization, number, title: whose ticket it is about; the title is as the customer wrote it. The last two are
            empty where it is about none.
        author: who wrote the comment, with their address; both empty when there is none.
        text, html: the comment; the HTML was sanitised when it was filed.
        reply_to, return_path, loop: signed marks; the return path is '' for the null path. Where there is no ticket,
            answers go to the mailbox as any mail.
        in_reply_to, references: Message-IDs with angle brackets, oldest first.
        reason: why an answer was held, or what is wrong with the mailbox. note: a sentence the reader should see
            first, or ''. since, until: times for people, of what is wrong.
        questions: lines that are to be answered. problems: what was wrong with earlier answers, a sentence each.
        left_out: names of files that were too large to travel.
        ticket: which one it is about, if it is about one.
        thread_index: of the customer's last mail that had one.
        unsubscribe: where the recipient writes to get no more about the ticket; '' where they cannot leave it.
        signers: who signs it, for the domain it is from.
        one_click: the same as a URL for one click (RFC 8058), '' where there is none.
        lines: notices, one each.
        created_at: when the letter was decided on; its Date, the same at each try.
    """

    id: UUID
    kind: str
    recipient: Person
    sender: Person
    organization: str
    number: str
    title: str
    author: Person
    text: str
    html: str | None
    message_id: str
    reply_to: str
    return_path: str
    loop: str
    created_at: datetime
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    reason: str = ""
    note: str = ""
    since: str = ""
    until: str = ""
    questions: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    left_out: tuple[str, ...] = ()
    ticket: UUID | None = None
    thread_index: str = ""
    unsubscribe: str = ""
    one_click: str = ""
    signers: tuple[Signer, ...] = ()
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """A rendered letter: subject in one line, plain text with line feeds, HTML."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Written:
    """A letter ready for the wire.

    Attributes:
        mail_from: return path of the envelope, '' for `<>`.
        content: the exact bytes, CRLF line ends, not dot-stuffed.
        utf8: whether the recipient's address needs SMTPUTF8 (RFC 6531).
    """

    id: UUID
    mail_from: str
    recipient: str
    content: bytes
    utf8: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one try became.

    Attributes:
        state: sent, captured, deferred, failed or unknown.
        answer: the relay's last words, or ours, in one line.
        reached: False when the relay could not be talked to at all, so that other letters need not try.
        too_large: whether it was refused for its size, so that it may go without its files.
        gone: whether it was refused since nobody is at its address.
    """

    id: UUID
    state: State
    answer: str
    reached: bool = True
    too_large: bool = False
    gone: bool = False
