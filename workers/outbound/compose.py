"""A draft and its words become the exact bytes of a letter, and its envelope."""

from email.utils import format_datetime

from models.outgoing import Letter
from workers.outbound import mime
from workers.outbound.check import check
from workers.outbound.dkim import signatures
from workers.outbound.envelope import deliverable
from workers.outbound.headers import FOLD, bounded, clean, mailbox, message_ids, unstructured
from workers.outbound.letter import ANSWERS, MACHINE_MADE, Draft, Words, Written
from workers.outbound.lists import listed
from workers.outbound.outlook import conversation, new_conversation, thread
from workers.outbound.render import title

NAME_LENGTH = 64
_SUPPRESS_BUT_BOUNCES = "DR, RN, NRN, OOF, AutoReply"  # "All" would make Exchange swallow the bounce we wait for


def compose(draft: Draft, words: Words) -> Written:
    """The letter, checked against its list of headers by parsing it again.

    Args:
        draft: what the database knows.
        words: what `render` made of it.

    Raises:
        Permanent: the recipient's address cannot be written to, or the check found what must not be there.
        Temporary: a key that signs for its domain cannot be opened.
    """
    recipient = deliverable(draft.recipient.address)
    body = _body(draft, words)
    headers = (*_headers(draft, words.subject, recipient), *body.headers)
    headers = (*signatures(draft.signers, headers, body.body, draft.created_at), *headers)
    content = mime.head(headers) + b"\r\n" + body.body
    utf8 = not recipient.isascii()
    check(content, headers, utf8=utf8)
    mail_from = deliverable(draft.return_path) if draft.return_path else ""
    return Written(draft.id, mail_from, recipient, content, utf8)


def _headers(draft: Draft, subject: str, recipient: str) -> mime.Headers:
    return (
        ("From", mailbox(_sender_name(draft), deliverable(draft.sender.address))),
        ("To", mailbox(clean(draft.recipient.name, NAME_LENGTH), recipient)),
        ("Reply-To", deliverable(draft.reply_to)),
        ("Subject", unstructured(subject, "Subject")),
        ("Date", format_datetime(draft.created_at)),
        ("Message-ID", draft.message_id),
        *_threading(draft),
        *_outlook(draft),
        *listed(draft),
        *_machine(draft.kind),
        ("X-Postern-Loop", draft.loop),
        ("MIME-Version", "1.0"),
    )


def _sender_name(draft: Draft) -> str:
    name, organization = clean(draft.sender.name, NAME_LENGTH), clean(draft.organization, NAME_LENGTH)
    if draft.kind in {Letter.REPLY, Letter.NOTIFICATION} and name and name != organization:
        return f"{name} ({organization})"
    return name or organization


def _threading(draft: Draft) -> mime.Headers:
    parent = message_ids(filter(None, [draft.in_reply_to]))
    older = tuple(one for one in message_ids(draft.references) if one not in parent)
    references = bounded((*older, *parent))
    answered = tuple(("In-Reply-To", one) for one in parent)
    return (*answered, ("References", FOLD.join(references))) if references else answered


def _outlook(draft: Draft) -> mime.Headers:
    if draft.ticket is None:
        return ()
    began = conversation(draft.thread_index) or new_conversation(draft.ticket)
    return thread(title(draft.title, draft.number), began, draft.id, draft.created_at)


def _machine(kind: str) -> mime.Headers:
    if kind not in MACHINE_MADE:
        return ()
    submitted = "auto-replied" if kind in ANSWERS else "auto-generated"  # RFC 3834 section 5
    suppress = "All" if kind in ANSWERS else _SUPPRESS_BUT_BOUNCES
    return (("Auto-Submitted", submitted), ("X-Auto-Response-Suppress", suppress))


def _body(draft: Draft, words: Words) -> mime.Part:
    name = draft.id.hex
    shown = [file for file in draft.files if mime.is_shown(file, words.html)]
    others = [file for file in draft.files if not mime.is_shown(file, words.html)]
    html = mime.text_part("html", words.html)
    if shown:
        html = mime.bundle("related", name, (html, *(mime.file_part(file, inline=True) for file in shown)))
    both = mime.bundle("alternative", name, (mime.text_part("plain", words.text), html))
    if not others:
        return both
    return mime.bundle("mixed", name, (both, *(mime.file_part(file, inline=False) for file in others)))
