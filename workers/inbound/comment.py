"""The rows of what a mail says on a ticket: its words, what is told with them, and its files."""

from collections.abc import Collection
from hashlib import sha256

from models.base import uuid7
from workers.inbound.decide import Act, Decision
from workers.inbound.facts import Known, Person, Received
from workers.inbound.hooks import Row
from workers.inbound.mail import Attachment, Mail
from workers.inbound.news import News

_SENDERS = {Act.ANSWER: "agent", Act.HOLD: "agent", Act.NOTE: "system"}


def row(
    received: Received,
    author: Person,
    ticket: Known,
    decision: Decision,
    news: News | None = None,
    awaits: Collection[str] = (),
) -> Row:
    """The comment, under an identifier of its own.

    Args:
        received: the mail.
        author: whose words they are.
        ticket: where they are said.
        decision: about the mail.
        news: what a notice says about a letter of ours.
        awaits: what a ring could be closed by (`said.Said`).
    """
    mail = received.mail
    inside = decision.act in (Act.HOLD, Act.NOTE)
    words = decision.leaving.note if decision.leaving else (mail.reply or mail.text).strip()
    if news:
        words = f"{news.words}\n\n{words}"
    return {
        "id": uuid7().hex,
        "ticket_id": ticket.id.hex,
        "author_id": author.id.hex,
        "sender_type": _SENDERS.get(decision.act, "agent" if decision.ours else "customer"),
        "message_type": "note" if inside else "reply",
        "is_internal": inside,
        "text": f"{mail.unreadable}\n\n{words}".rstrip() if mail.unreadable else words,
        "full_text": mail.text if mail.text.strip() != words else None,
        "html": mail.html,
        "message_id": mail.message_id,
        "raw_mail_id": received.id.hex,
        "created_at": received.at.isoformat(),
        "metadata": _marks(received, decision) | ({"awaits": list(awaits)} if awaits else {}),
    }


def files(mail: Mail, content: bytes) -> tuple[Attachment, ...]:
    """The files of a mail; one that cannot be read is a file itself."""
    if not mail.unreadable:
        return mail.attachments
    return (*mail.attachments, Attachment("message.eml", "message/rfc822", content, None, inline=False))


def attachment(file: Attachment, place: int, comment: Row) -> Row:
    """The row of a file, which is the one at that place of its comment."""
    return {
        "ticket_id": comment["ticket_id"],
        "comment_id": comment["id"],
        "name": file.name,
        "content_type": file.content_type,
        "size": len(file.content),
        "sha256": sha256(file.content).hexdigest(),
        "content_id": file.content_id,
        "is_inline": file.inline,
        "position": place,
        "uploaded_by": comment["author_id"],
    }


def _marks(received: Received, decision: Decision) -> Row:
    """What is told with a comment; where no program may answer, why, for letters that are written later (a stage's)."""
    index = received.mail.thread_index if decision.act in (Act.OPEN, Act.COMMENT) else ""
    said = {"thread_index": index, "held": decision.held, "silent": decision.silent, "imported": received.imported}
    return {name: value for name, value in said.items() if value}
