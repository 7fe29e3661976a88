"""The header block of a mail as it was written, for what its structure tells; values are claims, and never shown."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

HEAD_BYTES = 32_768  # what a longer block goes on with says nothing new
FIELDS = 200
VALUE_CHARACTERS = 1_000
_DATE_CHARACTERS = 60
_BY_LIST = ("list-id", "list-post", "x-beenthere")
_LINE = re.compile(rb"\r?\n(?![ \t])")


@dataclass(frozen=True, slots=True)
class Head:
    """Header fields.

    Attributes:
        names: as written, in order.
        values: by name in lower case.
    """

    names: tuple[str, ...]
    values: dict[str, tuple[str, ...]]

    @property
    def by_list(self) -> bool:
        """Whether a list passed it on."""
        return any(name in self.values for name in _BY_LIST)

    def first(self, name: str) -> str:
        """The first value of a name in lower case, '' if there is none."""
        return self.values[name][0] if name in self.values else ""

    def taken(self, server: int) -> datetime | None:
        """When a server on its way says to have taken it; None where it does not, or tells no zone.

        Args:
            server: 0 is the last one, -1 the first.
        """
        said = self.values["received"][server].rpartition(";")[2].strip() if "received" in self.values else ""
        try:
            found = parsedate_to_datetime(said[:_DATE_CHARACTERS])
        except (ValueError, TypeError, OverflowError, IndexError):  # as `parse.headers`: of what is hardly a date
            return None
        return found if found.tzinfo else None


def read(content: bytes) -> Head:
    """The fields of a mail, the first `FIELDS` of them.

    Args:
        content: the bytes of the mail; a leading mbox line is passed over.
    """
    block = content[:HEAD_BYTES]
    ends = [found for mark in (b"\r\n\r\n", b"\n\n") if (found := block.find(mark)) >= 0]
    names: list[str] = []
    values: dict[str, list[str]] = {}
    for line in _LINE.split(block[: min(ends, default=len(block))])[:FIELDS]:
        name, colon, value = line.partition(b":")
        if colon and name.isascii() and b" " not in name.rstrip():
            names.append(name.decode().strip())
            said = value[:VALUE_CHARACTERS].decode("latin-1")
            values.setdefault(names[-1].lower(), []).append(said.strip())
    return Head(tuple(names), {name: tuple(found) for name, found in values.items()})
