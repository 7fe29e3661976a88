"""One part of a mail (RFC 2045): what it says about itself, and the bytes that it holds."""

from functools import cached_property

from workers.inbound import scrub
from workers.inbound.decode import transfer, words
from workers.inbound.limits import DEPTH, IDENTIFIER_BYTES, RAW_FIELD_BYTES
from workers.inbound.parse import parameters
from workers.inbound.parse.items import Item

_WORDED = frozenset((b"subject", b"from", b"to", b"reply-to", b"thread-topic"))
_ASKED = frozenset((b"content-type", b"content-transfer-encoding", b"content-disposition", b"content-id"))
PLAIN, MESSAGE = "text/plain", "message/rfc822"
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
        self.said = said or Said()
        self.guessed = b""  # the boundary that its parts have, where it is not the one it names
        self._default = default

    @cached_property
    def fields(self) -> dict[bytes, str]:
        """What the headers say about the part, by name; other bytes than ASCII are surrogates."""
        found: dict[bytes, str] = {}
        for name, value in self.items:
            if name in _ASKED:
                found.setdefault(name, value[:RAW_FIELD_BYTES].decode("ascii", "surrogateescape"))
        return found

    @cached_property
    def _type(self) -> tuple[str, dict[str, str]]:
        written = self.fields.get(b"content-type")
        if written is None:
            return self._default, {}
        value, found = parameters.split(written)
        first = value.split(None, 1)[0] if value else ""
        return parameters.media_type(first) or PLAIN, found

    @cached_property
    def _disposition(self) -> tuple[str, dict[str, str]]:
        return parameters.split(self.fields.get(b"content-disposition", ""))

    @property
    def is_entered(self) -> bool:
        """A multipart that is not too deep."""
        return self.media_type.startswith("multipart/") and self.depth <= DEPTH

    @property
    def boundary(self) -> bytes:
        """Of a multipart that is entered, what its parts begin with, without the dashes; `b""` for all else."""
        if not self.is_entered:
            return b""
        written = self._type[1].get("boundary", "")[:_BOUNDARY_BYTES].rstrip()
        return written.encode("ascii", "surrogateescape")

    @property
    def default(self) -> str:
        """The type of its parts that name none."""
        return MESSAGE if self.media_type == "multipart/digest" else PLAIN

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
    def hint(self) -> str:
        """What charset the mail's encoded words or texts declare, for bytes that declare none; '' if none does."""
        return self.said.charset

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
        given, kind = self._disposition[1], self._type[1]
        return parameters.decoded(given, "filename", self.hint) or parameters.decoded(kind, "name", self.hint)

    @property
    def content_id(self) -> str | None:
        """Content-ID without its angle brackets."""
        return scrub.line(self.fields.get(b"content-id", "").strip(" \t<>"), IDENTIFIER_BYTES) or None

    def content(self) -> tuple[bytes, str | None]:
        """The decoded bytes of a leaf, and a mark if its transfer encoding was damaged."""
        encoding = self.fields.get(b"content-transfer-encoding", "").partition(";")[0].strip().lower()
        return transfer.decode(self.body, encoding)
