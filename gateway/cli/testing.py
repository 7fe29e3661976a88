"""What the rules make of one mail: which hold and why, and what its ticket would start as now."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text

from gateway.archive.lines import as_sent, unmarked
from gateway.cli import find, tried
from gateway.cli.problems import Problem
from models.base import uuid7
from models.database import transaction
from workers.inbound.facts import Received
from workers.inbound.mail import Mail
from workers.inbound.reading import Sandbox

_MAIL = text(
    "SELECT id, mailbox_id, mail_from, recipients, received_at, attempts, content, protocol FROM raw_mail"
    " WHERE id = :mail"
)


def tested(named: str, slug: str | None, mailbox: str | None, to: str | None) -> dict[str, Any]:
    """What rules make of one mail; see `rules.TEST` for the keys.

    Args:
        named: a piece of a stored mail's identifier, or an .eml file.
        slug: organization of a file; None where there is one.
        mailbox: that a file comes to; None for the first.
        to: the address that a file comes to; None for the mailbox's own.

    Raises:
        Problem: there is no such mail or mailbox, or it cannot be read.
    """
    if Path(named).is_file():
        owner = find.one_organization(slug)
        stored = _from_file(owner, Path(named), mailbox, to)
    else:
        owner, mail = find.row("raw_mail", named, "postern mail list")
        with transaction(owner.id, role="admin") as connection:
            stored = tried.received(connection.execute(_MAIL, {"mail": mail}).one())
    with closing(Sandbox()) as sandbox:
        seen = tried.see(owner, [stored], sandbox)
    if not seen.mails:
        raise Problem("this mail needs more than a moment to be read; look at it with `postern mail show`")
    return _told(seen)


def _from_file(owner: find.Org, path: Path, mailbox: str | None, to: str | None) -> Received:
    with transaction(owner.id, role="admin") as connection:
        box = tried.mailbox(connection, mailbox)
    if box is None:
        raise Problem(f"{owner.slug} has no mailbox {mailbox or ''}".rstrip() + "; see `postern mailbox list`")
    content = as_sent(unmarked(path.read_bytes())[1])
    return Received(uuid7(), box.id, "", ((to or box.address).lower(),), datetime.now(UTC), 0, Mail(), content)


def _told(seen: tried.Seen) -> dict[str, Any]:
    (mail,) = seen.mails
    asked = seen.said(mail)
    way = seen.way(asked, mail, seen.facts)
    return {
        "mail": mail.id,
        "mailbox": seen.facts.boxes[mail.mailbox_id].address,
        **seen.told(way),
        "rules": [
            {"rule": one.name, "holds": one.holds(asked), "why": "; ".join(one.conditions.why(asked))}
            for one in seen.facts.routing.rules
        ],
        "trace": [{"step": one.step, "verdict": one.verdict, "reason": one.reason} for one in way.trace],
    }
