"""What a mail client files, filters and ends letters by: List-Id, List-Unsubscribe with one click, Feedback-ID.

Only what goes to several people bears the name of a list: notifications, and answers to those who take part beside the
requester. Between an agent and who asked, it would silence the absence notes and acknowledgements of the other side.
"""

import re
from urllib.parse import quote

from models.outgoing import Letter
from workers.outbound.envelope import deliverable
from workers.outbound.headers import FOLD
from workers.outbound.letter import Draft
from workers.outbound.mime import Headers

SENDER = "postern"
"""The last field of a Feedback-ID names who sends, in 5 to 15 characters."""
_NO_LABEL = re.compile(r"[^a-z0-9-]+")
_PLAIN = "!$&'*+-./=@^_`{|}~"  # characters of an address that a mailto link leaves as they are (RFC 6068 section 2)


def listed(draft: Draft) -> Headers:
    """List-Id (RFC 2919) and List-Unsubscribe (RFC 2369, RFC 8058), where they belong, and Feedback-ID.

    Args:
        draft: of the letter.

    Raises:
        Permanent: an address of it is none.
    """
    name = _list_name(deliverable(draft.sender.address))
    feedback = ("Feedback-ID", f"{draft.kind}:{name}:{SENDER}")
    if draft.unsubscribe:
        return (("List-Id", f"<{name}>"), *_unsubscribe(draft), feedback)
    return (("List-Id", f"<{name}>"), feedback) if draft.kind == Letter.NOTIFICATION else (feedback,)


def _list_name(address: str) -> str:
    """The mailbox in the form of a domain name: `support@example.org` is `support.example.org`."""
    local, _, host = address.lower().rpartition("@")
    return f"{_NO_LABEL.sub('-', local).strip('-') or 'mail'}.{host}"


def _unsubscribe(draft: Draft) -> Headers:
    mail = f"<mailto:{quote(deliverable(draft.unsubscribe), safe=_PLAIN)}?subject=unsubscribe>"
    if not draft.one_click:
        return (("List-Unsubscribe", mail),)
    both = f"<{draft.one_click}>,{FOLD}{mail}"
    return (("List-Unsubscribe", both), ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
