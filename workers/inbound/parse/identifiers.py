"""Message-IDs (RFC 5322 section 3.6.4), picked out of whatever surrounds them in linear time."""

from workers.inbound import scrub
from workers.inbound.decode import words
from workers.inbound.limits import IDENTIFIER_BYTES, REFERENCES


def scan(raw: bytes) -> tuple[str, ...]:
    """The `<…>` tokens of a header, each once, at most the last 50.

    Tolerated: comments and phrases between them, white space within one (a fold in the wrong place), a header folded
    into encoded words (Python's `email` does that to long ones), and one bare identifier without brackets.

    Args:
        raw: the header value.
    """
    text = words.decode(raw.decode("ascii", "surrogateescape"))
    found: dict[str, None] = {}
    for piece in text.split("<")[1:]:
        inside, bracket, _ = piece.partition(">")
        if bracket and (identifier := _identifier(inside)):
            found.pop(identifier, None)
            found[identifier] = None
    if not found and not {"<", ">"} & set(text) and "@" in text and len(text.split()) == 1:
        found = dict.fromkeys([_identifier(text) or ""])
    return tuple(one for one in found if one)[-REFERENCES:]


def _identifier(inside: str) -> str | None:
    identifier = f"<{''.join(scrub.line(inside, IDENTIFIER_BYTES + 1).split())}>"
    return identifier if identifier != "<>" and len(identifier.encode()) <= IDENTIFIER_BYTES else None
