"""Bytes of a mail to a `Mail` value: pure, and never raising, whatever the bytes are."""

import re
from dataclasses import replace
from typing import Any

from workers.inbound import addresses, notice, reply
from workers.inbound.limits import MARKS
from workers.inbound.mail import Mail
from workers.inbound.parse import blocks, body, structure
from workers.inbound.parse.headers import Headers
from workers.inbound.parse.part import Part

_FROM = re.compile(rb"\nfrom[ \t]*:")


def parse(content: bytes) -> Mail:
    """Understand a mail.

    What cannot be read is kept as far as it can, with `unreadable` saying what is missing and why.

    Args:
        content: the bytes as they were received.
    """
    try:
        return _parse(content)
    except MemoryError:
        reason = "The mail could not be read: it needs too much memory."
    except Exception as error:  # noqa: BLE001  no bytes may stop their neighbours; the reason is kept with the mail
        reason = f"The mail could not be read ({type(error).__name__})."
    return head(content, reason)  # only here, when the exception has let go of what it held


def head(content: bytes, reason: str) -> Mail:
    """What the headers alone say, for a mail whose content could not be read.

    Args:
        content: the bytes of the whole mail.
        reason: a sentence for `unreadable`.
    """
    try:
        cut = blocks.split(content)
        return Mail(**_facts(structure.read(cut.head)[0], cut)[0], unreadable=reason)
    except Exception:  # noqa: BLE001  see parse
        return Mail(sender_note="the headers could not be read", unreadable=reason)


def _parse(content: bytes) -> Mail:
    cut = blocks.split(content)
    root, problem = structure.read(cut.whole)
    facts, headers = _facts(root, cut)
    found = body.of(root)
    text, html = body.text_of(found), body.html_of(found)
    mail = Mail(
        **facts,
        text=text,
        reply=reply.cut(text),
        html=html,
        attachments=body.attachments_of(found, html),
        marks=tuple(dict.fromkeys(found.marks))[:MARKS],
        unreadable=cut.problem or problem or found.unreadable,
    )
    told = notice.read(mail, headers)
    return replace(mail, notice=told) if told else mail


def _facts(root: Part, cut: blocks.Blocks) -> tuple[dict[str, Any], Headers]:
    """What the headers state, by the names that a mail has for it, and the headers."""
    headers = Headers(root.items, "" if cut.head.isascii() else root.hint)
    sender, note = addresses.sender(headers.raw("from"), headers.hint)
    if sender and (cut.problem or _from_lines(cut.head) != 1):
        sender, note = None, "the header block is not read the same way by all"
    facts = {
        "subject": headers.subject,
        "sender": sender,
        "sender_note": note,
        "reply_to": addresses.mailboxes(headers.raw("reply-to"), headers.hint),
        "to": addresses.mailboxes(headers.raw("to"), headers.hint),
        "cc": addresses.mailboxes(headers.raw("cc"), headers.hint),
        "message_id": headers.message_id,
        "in_reply_to": headers.identifiers("in-reply-to"),
        "references": headers.identifiers("references"),
        "date": headers.date,
        "auto_submitted": headers.keyword("auto-submitted"),
        "precedence": headers.precedence,
        "list_id": headers.list_id,
        "suppress": headers.text("x-auto-response-suppress"),
        "loop": headers.loop,
        "delivered_to": headers.delivered_to,
        "return_path": headers.return_path,
        "hops": len(headers.raw("received")),
        "thread_index": headers.thread_index,
        "report": root.is_delivery_report,
    }
    return facts, headers


def _from_lines(head: bytes) -> int:
    """Lines that any reader could take for a From header."""
    return len(_FROM.findall(b"\n" + head.lower().replace(b"\r", b"\n")))
