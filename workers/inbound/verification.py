"""Unknown senders, where an organization wants to know that they can be written to: asked by letter, heard by reply.

The token is the signed address that the reply comes to. It is made for one letter and kept nowhere but in that letter;
the database has its SHA-256 (`email_verification_tokens`), good for an hour, once, and for five tries.
"""

import json
from collections.abc import Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from models import marks
from models.base import uuid7
from models.outgoing import Letter, State
from workers.inbound.facts import Facts, Received
from workers.inbound.recognise import Kind, recognise
from workers.inbound.screening import Question
from workers.inbound.statements import statement


def hear(connection: Connection, facts: Facts, batch: Sequence[Received]) -> frozenset[UUID]:
    """Let in the mails of who answers our question.

    The answer itself goes back behind them, so that it is filed on the ticket that they open.

    Args:
        connection: in the context of the organization.
        facts: of the batch.
        batch: its mails.

    Returns:
        The mails that are answers, which are not to be filed now.
    """
    told = [(one, tag) for one in batch if (tag := _answer(one, facts))]
    if not told:
        return frozenset()
    said = {
        "org": facts.org,
        "mails": [str(one.id) for one, _ in told],
        "emails": [one.caller.address for one, _ in told],
        "digests": [_digest(tag) for _, tag in told],
    }
    return frozenset(connection.scalars(statement("verification_answer"), said))


def question(received: Received, facts: Facts) -> Question:
    """The letter that asks who wrote a mail, and what is kept of its token.

    Nothing of the mail is in it: whoever forges a From must not make us write their words to somebody else.

    Args:
        received: the mail, from a sender beyond doubt.
        facts: of its batch.
    """
    sender, box, made = received.mail.sender, facts.boxes[received.mailbox_id], uuid7()
    assert sender is not None
    handle = marks.handle_of(made)
    cited = [received.mail.message_id] if received.mail.message_id else []
    letter = {
        "id": made.hex,
        "handle": handle,
        "mailbox_id": box.id.hex,
        "ticket_id": None,
        "comment_id": None,
        "profile_id": facts.system.id.hex,
        "letter": Letter.VERIFICATION,
        "recipient": sender.address,
        "recipient_name": "",
        "sender_name": "",
        "message_id": marks.message_id(made, facts.org, box.host),
        "context": {"in_reply_to": cited[0] if cited else None, "references": cited},
        "state": State.QUEUED,
        "answer": None,
        "depth": 1,
        "correspondent_id": None,
    }
    tag = marks.tag_of(marks.reply_address(box.address, facts.org, handle))
    asked = {"email": sender.address.lower(), "digest": _digest(tag).hex(), "ip": received.peer or None}
    return Question(letter, asked | {"mail": received.id.hex})


def ask(connection: Connection, questions: Sequence[dict[str, Any]]) -> None:
    """Write down what was asked; an earlier question to the same address ends.

    Args:
        connection: in the context of the organization.
        questions: as `question` made them.
    """
    connection.execute(statement("verification_ask"), {"questions": json.dumps(list(questions))})


def _answer(received: Received, facts: Facts) -> str:
    """The tag of the signed address that a stranger's own words came to; no robot's answer counts."""
    address = received.mail.sender.address.lower() if received.mail.sender else ""
    if not facts.screening.verifies or not address or address in facts.people or received.released:
        return ""
    tag = next((tag for one in received.recipients if (tag := marks.tag_of(one)).startswith("r")), "")
    return tag if tag and recognise(received, facts).kind is Kind.PERSONAL else ""


def _digest(tag: str) -> bytes:
    return sha256(tag.encode()).digest()
