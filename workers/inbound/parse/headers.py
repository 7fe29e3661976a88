"""The facts that a mail's own headers state about it. Whatever they say is a claim of its writer."""

import re
from collections.abc import Iterable, KeysView
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from workers.inbound.decode import words
from workers.inbound.limits import FIELD_CHARACTERS, HEADER_BYTES, MARKS, SUBJECT_CHARACTERS
from workers.inbound.parse import identifiers
from workers.inbound.parse.items import Item

_ASKED = {name.encode(): name for name in (
    "from", "reply-to", "to", "cc", "subject", "message-id", "in-reply-to", "references", "date", "received",
    "auto-submitted",
    "precedence", "list-id", "x-auto-response-suppress", "x-postern-loop", "return-path", "x-failed-recipients",
    "list-post", "list-unsubscribe", "list-help", "mailing-list", "x-mailing-list", "x-beenthere", "delivered-to",
    "x-original-to", "x-forwarded-to", "envelope-to", "resent-to", "x-mailer", "x-apple-unsubscribe", "x-boxbe-id",
    "x-fc-machinegenerated", "x-ms-exchange-inbox-rules-loop", "x-vacation", "x-outofoffice", "x-post-messageclass",
    "x-apple-action", "x-ms-exchange-generated-message-source", "x-away-message", "x-tmda-confirm", "x-ask-auth",
    "x-spamarrest-id", "x-qconfirm", "thread-index", "x-amz-sns-message-id",
)}  # fmt: skip
_VENDORS = b"auto"  # in their headers: X-Autoreply, X-Auto-Respond, X-MDAutoResponder and many more
_LISTS = ("list-id", "list-post", "x-mailing-list", "mailing-list", "x-beenthere", "list-unsubscribe", "list-help")
_TRACES = ("delivered-to", "x-original-to", "x-forwarded-to", "envelope-to", "resent-to")
_THREAD_INDEX = re.compile(r"[A-Za-z0-9+/]{30,700}={0,2}")
_USUAL = re.compile(
    r"(?:[A-Z][a-z]{2}, )?(\d\d?) ([A-Z][a-z]{2}) ([1-9]\d{3}) (\d\d):(\d\d):(\d\d) ([+-])([01]\d|2[0-3])([0-5]\d)"
    r"(?: \([A-Za-z]{1,5}\))?",
    re.ASCII,
)
_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES, 1)}
_PRECEDENCES = ("auto_reply", "list", "bulk", "junk")


class Headers:
    """The header values that matter here, as undecoded bytes without folding, by lower-case name.

    Args:
        items: all of them.
        hint: a charset for bytes outside of ASCII, '' for no idea.

    Attributes:
        vendors: names of their own that may say that a program wrote it, in lower case.
    """

    def __init__(self, items: Iterable[Item], hint: str = "") -> None:
        self.hint = hint
        self.vendors: set[str] = set()
        self._values: dict[str, list[bytes]] = {}
        for name, value in items:
            asked = _ASKED.get(name)
            if asked is None:
                if _VENDORS not in name:
                    continue
                asked = name.decode("ascii")
                self.vendors.add(asked)
            self._values.setdefault(asked, []).append(value[:HEADER_BYTES])

    @property
    def names(self) -> KeysView[str]:
        """Those of the asked ones that the mail has, in lower case."""
        return self._values.keys()

    def raw(self, name: str) -> list[bytes]:
        """Every value of a header, in order."""
        return self._values.get(name, [])

    def text(self, name: str, limit: int = FIELD_CHARACTERS) -> str:
        """The first value decoded, on one line; '' if there is none."""
        values = self._values.get(name)
        return words.line(values[0], limit, self.hint) if values else ""

    def keyword(self, name: str) -> str:
        """The first word of the first value in lower case, without parameters and comments."""
        return self.text(name).partition(";")[0].partition("(")[0].strip().lower()

    def identifiers(self, name: str) -> tuple[str, ...]:
        """The message identifiers of the first value."""
        values = self._values.get(name)
        return identifiers.scan(values[0]) if values else ()

    @property
    def precedence(self) -> str:
        """Of several the one that says most: any of them counts."""
        if len(self.raw("precedence")) < 2:  # noqa: PLR2004  nearly always
            return self.keyword("precedence")
        said = {words.line(value, FIELD_CHARACTERS).lower() for value in self.raw("precedence")[:MARKS]}
        return next((one for one in _PRECEDENCES if one in said), self.keyword("precedence"))

    @property
    def list_id(self) -> str:
        """List-Id (RFC 2919), or what else only lists and mass mailers write (RFC 2369); '' if nothing."""
        if self._values.keys().isdisjoint(_LISTS):
            return ""
        return next((found for name in _LISTS if (found := self.text(name))), "")

    @property
    def return_path(self) -> str | None:
        """Of the topmost Return-Path, '' for the empty one, None without."""
        return self.text("return-path").strip(" <>") if "return-path" in self._values else None

    @property
    def delivered_to(self) -> tuple[str, ...]:
        """Addresses that servers on the way noted as the ones it was for."""
        if self._values.keys().isdisjoint(_TRACES):
            return ()
        values = [value for name in _TRACES for value in self.raw(name)[:MARKS]]
        return tuple(words.line(value, FIELD_CHARACTERS) for value in values)[:MARKS]

    @property
    def subject(self) -> str:
        """The subject, '' if there is none."""
        return self.text("subject", SUBJECT_CHARACTERS)

    @property
    def message_id(self) -> str | None:
        """The Message-ID, None if there is none or it is not one."""
        found = self.identifiers("message-id")
        return found[0] if found else None

    @property
    def loop(self) -> tuple[str, ...]:
        """Our own loop marks that the mail carries."""
        return tuple(words.line(value, FIELD_CHARACTERS) for value in self.raw("x-postern-loop")[:MARKS])

    @property
    def thread_index(self) -> str:
        """Outlook's name of the conversation, '' if there is none that could be one."""
        if "thread-index" not in self._values:
            return ""
        said = "".join(self.text("thread-index").split())
        return said if _THREAD_INDEX.fullmatch(said) else ""

    @property
    def date(self) -> datetime | None:
        """The Date in UTC, else when the uppermost Received says that it came; None if neither makes sense."""
        return _date(self.text("date", 100)) or _date(self.text("received").rpartition(";")[2][:100])


def _date(said: str) -> datetime | None:
    """A date as RFC 5322 has it, which the library takes ten times as long for; or as others write it."""
    try:
        if usual := _USUAL.fullmatch(said):
            day, month, year, hour, minute, second, sign, hours, minutes = usual.groups()
            away = timedelta(hours=int(hours), minutes=int(minutes))
            there = datetime(int(year), _MONTHS[month], int(day), int(hour), int(minute), int(second), tzinfo=UTC)
            return there - away if sign == "+" else there + away
        found = parsedate_to_datetime(said)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError, KeyError):
        return None
