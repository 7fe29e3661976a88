"""The tree of a mail's parts, read by the standard library from bytes, within limits.

`email`'s own reading of parameters takes time quadratic in their length and its nesting is bounded only by the
interpreter's stack, so this message class answers the parser's questions itself.
"""

from email.message import Message
from email.parser import BytesFeedParser
from email.policy import Compat32, compat32
from functools import cached_property, partial
from typing import Any

from workers.inbound import scrub
from workers.inbound.decode import transfer
from workers.inbound.limits import DEPTH, IDENTIFIER_BYTES, PARTS, RAW_FIELD_BYTES
from workers.inbound.parse import parameters

_CHUNK = 65_536
_ASKED = frozenset(("content-type", "content-transfer-encoding", "content-disposition", "content-id"))


class TooManyParts(Exception):  # noqa: N818  it is a fact about the mail, not an error of ours
    """The mail has more parts than are read."""


class Part(Message):
    """One part; `message/*` is never entered, so that its bytes stay as they came."""

    _payload: "list[Part] | str | None"

    def __init__(self, made: "list[Part]", policy: Compat32 = compat32) -> None:
        super().__init__(policy)
        self.depth = 1
        self.rest = b""  # of the body, not given to the parser
        made.append(self)
        if len(made) > PARTS + 1:  # the parser makes one to try
            raise TooManyParts

    def attach(self, payload: Any) -> None:  # noqa: ANN401  as typeshed has it
        """Called by the parser for every child."""
        payload.depth = self.depth + 1
        super().attach(payload)

    @cached_property
    def fields(self) -> dict[str, str]:
        """What the headers say about the part, unfolded, by lower-case name; other bytes than ASCII are surrogates."""
        found: dict[str, str] = {}
        for name, value in self.raw_items():
            if (key := name.lower()) in _ASKED:
                found.setdefault(key, value[:RAW_FIELD_BYTES].replace("\r", "").replace("\n", ""))
        return found

    @cached_property
    def _type(self) -> tuple[str, dict[str, str]]:
        written = self.fields.get("content-type")
        if written is None:
            return self.get_default_type(), {}
        value, found = parameters.split(written)
        first = value.split(None, 1)[0] if value else ""
        return parameters.media_type(first) or "text/plain", found

    @cached_property
    def _disposition(self) -> tuple[str, dict[str, str]]:
        return parameters.split(self.fields.get("content-disposition", ""))

    def get_content_type(self) -> str:
        """What the parser may know of the type: nothing that it would enter and should not."""
        entered = self.media_type.startswith("multipart/") and self.depth <= DEPTH
        return self.media_type if entered else "text/plain"

    def get_content_maintype(self) -> str:
        """The part of it before the slash."""
        return self.get_content_type().partition("/")[0]

    def get_boundary(self, failobj: Any = None) -> Any:  # noqa: ANN401  as typeshed has it
        """The boundary of a multipart, read in linear time."""
        return self._type[1].get("boundary", "")[:1000].rstrip() or failobj

    @property
    def media_type(self) -> str:
        """`type/subtype` as declared, `text/plain` if that is unreadable."""
        return self._type[0]

    @property
    def is_delivery_report(self) -> bool:
        """A report about deliveries by its type (RFC 6522); one of another kind says so."""
        kind = self._type[1].get("report-type", "delivery-status").lower()
        return self.media_type == "message/delivery-status" or (
            self.media_type == "multipart/report" and kind == "delivery-status"
        )

    @property
    def charset(self) -> str:
        """The charset parameter, '' if there is none."""
        return parameters.decoded(self._type[1], "charset")

    @property
    def is_flowed(self) -> bool:
        """Its lines may be joined (RFC 3676)."""
        return self._type[1].get("format", "").lower() == "flowed"

    @property
    def deletes_space(self) -> bool:
        """The blank at the end of a line that goes on is not part of its text (RFC 3676 section 4)."""
        return self._type[1].get("delsp", "").lower() == "yes"

    @property
    def smime_type(self) -> str:
        """What an S/MIME part says that it is (RFC 8551 section 3.2.2), '' if nothing."""
        return self._type[1].get("smime-type", "").lower()

    @property
    def disposition(self) -> str:
        """`attachment`, `inline`, or '' if nothing is said."""
        return self._disposition[0]

    @cached_property
    def file_name(self) -> str:
        """The name given to it, decoded but not scrubbed, '' if there is none."""
        return parameters.decoded(self._disposition[1], "filename") or parameters.decoded(self._type[1], "name")

    @property
    def content_id(self) -> str | None:
        """Content-ID without its angle brackets."""
        return scrub.line(self.fields.get("content-id", "").strip(" \t<>"), IDENTIFIER_BYTES) or None

    @property
    def children(self) -> "list[Part]":
        """The parts of a multipart; empty for all else."""
        return self._payload if isinstance(self._payload, list) else []

    def content(self) -> tuple[bytes, str | None]:
        """The decoded bytes of a leaf, and a mark if its transfer encoding was damaged."""
        payload = self._payload if isinstance(self._payload, str) else ""
        encoding = self.fields.get("content-transfer-encoding", "").partition(";")[0].strip().lower()
        return transfer.decode(payload.encode("ascii", "surrogateescape") + self.rest, encoding)


def read(head: bytes, rest: bytes) -> tuple[Part, str | None]:
    """The tree of parts, and why it is not complete.

    Args:
        head: the header block with the blank line that ends it.
        rest: what follows. Only a multipart's is given to the parser, which keeps every line as a string of its own.
    """
    made: list[Part] = []
    parser: BytesFeedParser[Part] = BytesFeedParser(partial(Part, made))
    try:
        parser.feed(head)
        if rest and head.endswith(b"\n") and not made[1].get_content_type().startswith("multipart/"):
            parser.close()
            made[1].rest = rest
            return made[1], None
        for start in range(0, len(rest), _CHUNK):
            parser.feed(rest[start : start + _CHUNK])
        return parser.close(), None
    except TooManyParts:
        return made[1], f"The mail has more than {PARTS} parts; only the first ones were read."
