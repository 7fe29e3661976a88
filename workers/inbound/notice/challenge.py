"""A filter holds our letter and wants its writer to prove to be a person; answering would only feed such filters."""

from workers.inbound.mail import Notice
from workers.inbound.notice import text
from workers.inbound.notice.phrases import Phrases, plain, sections
from workers.inbound.notice.seen import Seen

SUBJECT = Phrases(sections("challenge")["subject"])
_BODY = sections("challenge")["body"]
_NAMES = sections("challenge")["names"]
HEADERS = ("x-boxbe-id", "x-tmda-confirm", "x-ask-auth", "x-spamarrest-id", "x-qconfirm")
_ENOUGH = 2  # different phrases of the text


def read(seen: Seen) -> Notice | None:
    """By the filter's own header, or by a subject of that kind and two phrases in the text."""
    header = next((name for name in HEADERS if seen.headers.raw(name)), None)
    if header:
        return Notice("challenge", f"it has an {header} header")
    subject = SUBJECT.found(seen.subject)
    if not subject and not seen.mail.report:
        return None
    said = plain(" ".join(text.news(seen.body))[:8000])
    if not subject and not any(phrase in said for phrase in _NAMES):
        return None
    found = [phrase for phrase in _BODY if phrase in said]
    if len(found) < _ENOUGH:
        return None
    return Notice("challenge", f"its text says {found[0]!r} and {found[1]!r}")
