"""The header block of a mail as it was written, for what its structure tells; values are claims, and never shown."""

import re
from dataclasses import dataclass

HEAD_BYTES = 32_768  # what a longer block goes on with says nothing new
FIELDS = 200
VALUE_CHARACTERS = 1_000
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

    def first(self, name: str) -> str:
        """The first value of a name in lower case, '' if there is none."""
        return self.values[name][0] if name in self.values else ""


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
