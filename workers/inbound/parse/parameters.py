"""Content-Type and Content-Disposition with their parameters (RFC 2045 section 5.1, RFC 2231), in linear time."""

import re
from collections.abc import Iterable
from urllib.parse import unquote_to_bytes

from workers.inbound.decode import charset, words
from workers.inbound.limits import RAW_FIELD_BYTES

_PARAMETER = re.compile(r';\s*([^=;\s"]{1,80})\s*=\s*("(?:[^"\\]|\\.)*"?|[^;"]*)', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,62}/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}")
_COUNT = 200  # parameters of one header


def split(value: str) -> tuple[str, dict[str, str]]:
    """The value before the first `;` in lower case, and the parameters as they are written, first one wins.

    Args:
        value: an unfolded header value.
    """
    main, semicolon, _ = value.partition(";")
    if not semicolon:
        return main.strip().lower(), {}
    found: dict[str, str] = {}
    for match in _PARAMETER.finditer(value[:RAW_FIELD_BYTES], len(main)):
        found.setdefault(match[1].lower(), _unquoted(match[2]))
        if len(found) >= _COUNT:
            break
    return main.strip().lower(), found


def media_type(value: str) -> str | None:
    """`type/subtype` if that is what it is (RFC 6838 section 4.2)."""
    return value if _MEDIA_TYPE.fullmatch(value) else None


def _unquoted(raw: str) -> str:
    if not raw.startswith('"'):
        return raw.strip()
    return _ESCAPED.sub(r"\1", raw[1:].removesuffix('"'))


def decoded(parameters: dict[str, str], name: str, hint: str = "") -> str:
    """A parameter as text: RFC 2231 pieces and percent signs, or encoded words where they do not belong.

    Args:
        parameters: as `split` returned them.
        name: in lower case, without `*`.
        hint: a charset for what is outside of ASCII and declares none.

    Returns:
        unscrubbed text, '' if there is none.
    """
    if not parameters:
        return ""
    if (extended := parameters.get(f"{name}*")) is not None:
        return _extended([(extended, True)])
    if plain := parameters.get(name):
        return words.decode(plain, hint)
    pieces = _pieces(parameters, name)
    if any(encoded for _, encoded in pieces):
        return _extended(pieces)
    return words.decode("".join(text for text, _ in pieces), hint)


def _pieces(parameters: dict[str, str], name: str) -> list[tuple[str, bool]]:
    pieces: list[tuple[str, bool]] = []
    while True:
        plain = f"{name}*{len(pieces)}"
        if (text := parameters.get(plain)) is not None:
            pieces.append((text, False))
        elif (text := parameters.get(f"{plain}*")) is not None:
            pieces.append((text, True))
        else:
            return pieces


def _extended(pieces: Iterable[tuple[str, bool]]) -> str:
    first, *rest = pieces
    name, content = "", first[0]
    if first[1] and content.count("'") >= 2:  # noqa: PLR2004  charset'language'text
        name, _, content = content.split("'", 2)
    whole = b"".join(
        unquote_to_bytes(text.encode("ascii", "surrogateescape"))
        if encoded
        else text.encode("ascii", "surrogateescape")
        for text, encoded in ((content, first[1]), *rest)
    )
    return charset.decode(whole, name)[0]
