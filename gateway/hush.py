"""What a server says, without what lets us in: a careless one repeats the password or token that it was told.

Whoever wants to tell finds a way, so this hears the usual ones: as it is, quoted, escaped, in hexadecimal digits, or in
base64 at any place of a longer line. A piece of a long secret counts, too, since lines are cut off.
"""

import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator
from urllib.parse import quote

HIDDEN = "(hidden)"
PIECE = 12  # characters of what is longer, that give it away
LEAST_BASE64 = 4  # characters; fewer stand in any text
_WORD = re.compile(r"\S+")
_SEVERAL = re.compile(rf"{re.escape(HIDDEN)}(?:\s+{re.escape(HIDDEN)})+")


def hushed(said: str, secrets: Iterable[str], most: int = 1000) -> str:
    """A text without the words that quote a secret.

    Args:
        said: by a server, or by an error about it.
        secrets: what the server was told.
        most: characters of it that are of use; a secret across that end is found.
    """
    text = said[: most + PIECE]
    quoted = [False] * len(text)
    for secret in filter(None, secrets):
        for form in {_low(one) for one in _written(secret)}:
            _mark(quoted, _low(text), form)
        for form in _base64(secret.encode("utf-8", "surrogatepass")):
            _mark(quoted, text, form)
    words = _WORD.sub(lambda word: HIDDEN if any(quoted[word.start() : word.end()]) else word[0], text[:most])
    return _SEVERAL.sub(HIDDEN, words)


def _mark(quoted: list[bool], text: str, form: str) -> None:
    size = min(len(form), PIECE)
    for start in range(len(text) - size + 1):
        if text[start : start + size] in form:
            quoted[start : start + size] = [True] * size


def _written(secret: str) -> Iterator[str]:
    content = secret.encode("utf-8", "surrogatepass")
    yield from (secret, content.decode("latin-1"), ascii(secret)[1:-1], repr(content)[2:-1])
    yield secret.replace("\\", "\\\\").replace('"', '\\"')  # a quoted string (RFC 3501 section 4.3)
    yield quote(content, safe="")
    yield content.hex()


def _base64(content: bytes) -> Iterator[str]:
    """The digits that say nothing but the content, wherever it begins in what is encoded."""
    for before in range(3):
        first, end = -(-8 * before // 6), 8 * (before + len(content)) // 6
        for encode in (b64encode, urlsafe_b64encode):
            digits = encode(bytes(before) + content).decode()[first:end]
            if len(digits) >= LEAST_BASE64:
                yield digits


def _low(text: str) -> str:
    """In small letters, each at its place."""
    return "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)
