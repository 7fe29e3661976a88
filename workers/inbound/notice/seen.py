"""What a reader of notices looks at: the mail as it was read, and more of its headers."""

import re
from collections.abc import Callable
from functools import cached_property

from workers.inbound import scrub
from workers.inbound.decode import charset
from workers.inbound.limits import FIELD_CHARACTERS
from workers.inbound.mail import Attachment, Mail, Notice
from workers.inbound.notice.phrases import plain
from workers.inbound.parse.headers import Headers

SCANNED = 32_768  # characters or bytes of a text: what went wrong is told at its beginning
_APART = r"\s<>()\[\]\",;:\u2018-\u201f\u00ab\u00bb\u3001\u3002\u3008-\u301f\uff08\uff09\uff0c\uff1a-\uff1e\uff3b\uff3d"
_NO_BLANKS = r"\u0e00-\u0e7f\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\uff00-\uffef"  # scripts that write without them
_ADDRESS = re.compile(rf"[^{_APART}{_NO_BLANKS}]{{1,64}}@[^{_APART}{_NO_BLANKS}]{{1,255}}")
_ANY_ADDRESS = re.compile(rf"[^{_APART}]{{1,64}}@[^{_APART}]{{1,255}}")
REPORTS = {
    "message/delivery-status": "delivery",
    "message/global-delivery-status": "delivery",
    "message/feedback-report": "feedback",
    "message/disposition-notification": "receipt",
    "message/global-disposition-notification": "receipt",
}
_ORIGINALS = frozenset(
    ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers", "message/rfc822-headers")
)
DAEMON = re.compile(
    r"mailer[-_. ]?daemon|mail[-_. ]?daemon|mdaemon|poo?st[-_ ]?master|mail[-_. ]deliver|delivery (?:sub)?system"
    r"|mail ?system|mail administrator|system administrator|mail router|content[- ]filter|mail gateway|anti-?virus"
    r"|mta\b|bounce|microsoftexchange[0-9a-f]",
    re.IGNORECASE,
)
_PROGRAMS = (  # in small letters: each name above and of `automatic.ANSWERER` holds one
    "daemon", "master", "deliver", "system", "administrator", "router", "filter", "gateway", "virus", "mta", "bounce",
    "exchange", "<>", "auto",
)  # fmt: skip
LIST_MANAGER = re.compile(
    r"[\w.]-(?:admin|owner|request|bounces)@|list-?serv|listproc|majordomo|mailman|ezmlm|sympa@|fml\b", re.IGNORECASE
)


class Seen:
    """A mail under the eyes of the readers; what is costly is worked out once, and only if one asks.

    Args:
        mail: as it was read.
        headers: all that were asked for.
    """

    def __init__(self, mail: Mail, headers: Headers) -> None:
        self.mail = mail
        self.headers = headers

    @cached_property
    def subject(self) -> str:
        """For phrase tables."""
        return plain(self.mail.subject)

    @cached_property
    def author(self) -> str:
        """The From header as far as it can be read, trusted by nobody."""
        raw = self.headers.raw("from")
        if raw and b"=?" not in raw[0]:
            return raw[0][:FIELD_CHARACTERS].decode("latin-1")
        return self.headers.text("from")

    @cached_property
    def may_be_program(self) -> bool:
        """Whether a closer look at its From is worth while; at most it is not."""
        return not self.author or any(map(self.author.lower().__contains__, _PROGRAMS))

    @cached_property
    def from_daemon(self) -> bool:
        """Its From names a mail system."""
        if not self.may_be_program:
            return False
        return not self.author or DAEMON.search(self.author) is not None or "<>" in self.author

    @cached_property
    def reports(self) -> dict[str, str]:
        """Text of the machine-readable parts: `delivery`, `feedback`, `receipt`."""
        found: dict[str, str] = {}
        for part in self.mail.attachments:
            if kind := REPORTS.get(part.content_type):
                found[kind] = f"{found.get(kind, '')[:SCANNED]}\n\n{_text(part)}"
        return found

    @cached_property
    def body(self) -> str:
        """How the text begins."""
        return self.mail.text[:SCANNED]

    @cached_property
    def originals(self) -> list[str]:
        """Headers of the mails that it carries."""
        return [_text(part) for part in self.mail.attachments[:20] if part.content_type in _ORIGINALS]


def _text(part: Attachment) -> str:
    return scrub.body(charset.decode(part.content[:SCANNED], "")[0])


def addresses(text: str) -> list[str]:
    """What looks like an address, in order; words of scripts without blanks beside one are no part of it."""
    if "@" not in text:
        return []
    return [found.strip(".'`*=") for found in _ADDRESS.findall(text) or _ANY_ADDRESS.findall(text)]


Reader = Callable[[Seen], Notice | None]
