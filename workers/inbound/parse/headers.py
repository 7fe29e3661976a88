"""The facts that a mail's own headers state about it. Whatever they say is a claim of its writer."""

from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from workers.inbound.decode import words
from workers.inbound.limits import FIELD_CHARACTERS, HEADER_BYTES, MARKS, SUBJECT_CHARACTERS
from workers.inbound.parse import identifiers

_ASKED = frozenset({
    "from", "reply-to", "to", "cc", "subject", "message-id", "in-reply-to", "references", "date", "auto-submitted",
    "precedence", "list-id", "x-auto-response-suppress", "x-postern-loop",
})  # fmt: skip


class Headers:
    """The header values that matter here, as undecoded bytes without folding, by lower-case name."""

    def __init__(self, items: Iterable[tuple[str, str]]) -> None:
        self._values: dict[str, list[bytes]] = {}
        for name, value in items:
            if (key := name.lower()) in _ASKED:
                raw = value.replace("\r", "").replace("\n", "")[:HEADER_BYTES].encode("ascii", "surrogateescape")
                self._values.setdefault(key, []).append(raw)

    def raw(self, name: str) -> list[bytes]:
        """Every value of a header, in order."""
        return self._values.get(name, [])

    def text(self, name: str, limit: int = FIELD_CHARACTERS) -> str:
        """The first value decoded, on one line; '' if there is none."""
        values = self._values.get(name)
        return words.line(values[0], limit) if values else ""

    def keyword(self, name: str) -> str:
        """The first word of the first value in lower case, without parameters and comments."""
        return self.text(name).partition(";")[0].partition("(")[0].strip().lower()

    def identifiers(self, name: str) -> tuple[str, ...]:
        """The message identifiers of the first value."""
        values = self._values.get(name)
        return identifiers.scan(values[0]) if values else ()

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
    def date(self) -> datetime | None:
        """The Date in UTC, None if it is missing or makes no sense."""
        try:
            found = parsedate_to_datetime(self.text("date", 100))
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, TypeError, OverflowError, IndexError):
            return None
