"""One part of a mail (RFC 2045): what it says about itself, and the bytes that it holds."""

from functools import cached_property

from workers.inbound import scrub
from workers.inbound.decode import transfer, words
from workers.inbound.limits import DEPTH, IDENTIFIER_BYTES, RAW_FIELD_BYTES
from workers.inbound.parse import parameters
from workers.inbound.parse.items import Item

_WORDED = frozenset((b"subject", b"from", b"to", b"reply-to", b"thread-topic"))
_ASKED = frozenset((
    b"content-type", b"content-transfer-encoding", b"content-disposition", b"content-id",
    b"content-location",
))  # fmt: skip
PLAIN, MESSAGE = "text/plain", "message/rfc822"
_USUAL = frozenset((PLAIN, "text/html", "multipart/alternative", "multipart/mixed", "multipart/related"))
_BOUNDARY_BYTES = 1_000


class Said:
    """What one part of a mail says and another does not; of mails in ASCII nobody asks."""

    def __init__(self) -> None:
        self.charset = ""

    def hear(self, part: "Part") -> None:
        """The first word counts: encoded words of the mail's headers, then the texts in order."""
        self.charset = words.named(value for name, value in part.items if name in _WORDED) or part.charset


class Part:
    """A mail, or a part of one; `message/*` is a leaf like any other, so that its bytes stay as they came.

    Attributes:
        fields: what its headers say about it, by name; other bytes than ASCII are surrogates.
        media_type: `type/subtype` as declared, `text/plain` if that is unreadable.
        disposition: `attachment`, `inline`, or '' if nothing is said.

    Args:
        items: its header fields.
        depth: 1 for the mail itself.
        default: its type, if it names none (RFC 2046 section 5.1.5).
        said: what it shares with the other parts.
    """

    def __init__(self, items: list[Item], depth: int = 1, default: str = PLAIN, said: Said | None = None) -> None:
        self.items = items
        self.depth = depth
        self.children: list[Part] = []
        self.body = b""  # of a leaf, or of a multipart in which no part begins
        self.guessed = b""  # the boundary that its parts have, where it is not the one it names
        self.said = said or Said()
        self.fields = _fields(items)
        self.media_type, self._parameters = _type(self.fields.get(b"content-type"), default)
        told = self.fields.get(b"content-disposition")
        self.disposition, self._disposed = parameters.split(told) if told else ("", {})

    @property
    def is_entered(self) -> bool:
        """A multipart that is not too deep."""
        return self.media_type.startswith("multipart/") and self.depth <= DEPTH

    @property
    def boundary(self) -> bytes:
        """Of a multipart that is entered, what its parts begin with, without the dashes; `b""` for all else."""
        if not self.is_entered:
            return b""
        written = self._parameters.get("boundary", "")[:_BOUNDARY_BYTES].rstrip()
        return written.encode("ascii", "surrogateescape")

    @property
    def default(self) -> str:
        """The type of its parts that name none."""
        return MESSAGE if self.media_type == "multipart/digest" else PLAIN

    @property
    def is_delivery_report(self) -> bool:
        """A report about deliveries by its type (RFC 6522); one of another kind says so."""
        kind = self._parameters.get("report-type", "delivery-status").lower()
        return self.media_type == "message/delivery-status" or (
            self.media_type == "multipart/report" and kind == "delivery-status"
        )

    @property
    def charset(self) -> str:
        """The charset parameter, '' if there is none."""
        return parameters.decoded(self._parameters, "charset")

    @property
    def hint(self) -> str:
        """What charset the mail's encoded words or texts declare, for bytes that declare none; '' if none does."""
        return self.said.charset

    @property
    def is_flowed(self) -> bool:
        """Its lines may be joined (RFC 3676)."""
        return self._parameters.get("format", "").lower() == "flowed"

    @property
    def deletes_space(self) -> bool:
        """The blank at the end of a line that goes on is not part of its text (RFC 3676 section 4)."""
        return self._parameters.get("delsp", "").lower() == "yes"

    @property
    def smime_type(self) -> str:
        """What an S/MIME part says that it is (RFC 8551 section 3.2.2), '' if nothing."""
        return self._parameters.get("smime-type", "").lower()

    @cached_property
    def file_name(self) -> str:
        """The name given to it, decoded but not scrubbed, '' if there is none."""
        given, kind = self._disposed, self._parameters
        return parameters.decoded(given, "filename", self.hint) or parameters.decoded(kind, "name", self.hint)

    @property
    def content_id(self) -> str | None:
        """Content-ID without its angle brackets."""
        return scrub.line(self.fields.get(b"content-id", "").strip(" \t<>"), IDENTIFIER_BYTES) or None

    @property
    def location(self) -> str:
        """Under which name a page may show it (RFC 2557), '' without."""
        return "".join(self.fields.get(b"content-location", "").split())[:IDENTIFIER_BYTES]

    def content(self) -> tuple[bytes, str | None]:
        """The decoded bytes of a leaf, and a mark if its transfer encoding was damaged."""
        encoding = self.fields.get(b"content-transfer-encoding", "").partition(";")[0].strip().lower()
        return transfer.decode(self.body, encoding)


def _fields(items: list[Item]) -> dict[bytes, str]:
    found: dict[bytes, str] = {}
    for name, value in items:
        if name in _ASKED:
            found.setdefault(name, value[:RAW_FIELD_BYTES].decode("ascii", "surrogateescape"))
    return found


def _type(written: str | None, default: str) -> tuple[str, dict[str, str]]:
    if written is None:
        return default, {}
    value, found = parameters.split(written)
    if value in _USUAL:
        return value, found
    first = value.split(None, 1)[0] if value else ""
    return parameters.media_type(first) or PLAIN, found
