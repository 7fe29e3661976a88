"""The files in a `winmail.dat` (MS-OXTNEF), which Outlook sends to those who cannot read it. Read in linear time."""

from collections.abc import Iterator
from dataclasses import dataclass
from struct import Struct, error

from workers.inbound.decode import charset

MOST = 100  # files of one container
_SIGNATURE = b"\x78\x9f\x3e\x22"
_ATTRIBUTE = Struct("<BII")  # level, identifier, bytes that follow
_LONG = Struct("<I")
_PROPERTY = Struct("<HH")  # type, identifier
_CHECKSUM_BYTES = 2
_CODEPAGE, _BEGINS, _TITLE, _DATA, _PROPERTIES = 0x69007, 0x69002, 0x18010, 0x6800F, 0x69005
_LONG_NAME, _SHORT_NAME, _MIME_TYPE, _CONTENT_ID = 0x3707, 0x3704, 0x370E, 0x3712
_WANTED = frozenset((_LONG_NAME, _SHORT_NAME, _MIME_TYPE, _CONTENT_ID))
_STRING, _UNICODE, _OBJECT, _BINARY = 0x1E, 0x1F, 0x0D, 0x102
_VARIABLE = frozenset((_STRING, _UNICODE, _OBJECT, _BINARY))
_SIZES = {0x02: 4, 0x03: 4, 0x04: 4, 0x0A: 4, 0x0B: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x14: 8, 0x40: 8, 0x48: 16}
_MULTIPLE, _NAMED = 0x1000, 0x8000


@dataclass(frozen=True, slots=True)
class File:
    """One file: its name and type as written, not scrubbed, '' if unknown."""

    name: str
    content_type: str
    content_id: str
    content: bytes


def unpack(content: bytes) -> list[File]:
    """The files, as far as the container can be read.

    Args:
        content: the bytes of the whole attachment.
    """
    files: list[File] = []
    current: dict[int, bytes] = {}
    codepage = ""
    for identifier, value in _attributes(content):
        if identifier == _CODEPAGE and len(value) >= _LONG.size:
            codepage = f"cp{_LONG.unpack_from(value)[0]}"
        elif identifier == _BEGINS:
            files += _file(current, codepage)
            current = {}
        else:
            current[identifier] = value
    return (files + _file(current, codepage))[:MOST]


def _attributes(content: bytes) -> Iterator[tuple[int, bytes]]:
    place = len(_SIGNATURE) + 2
    while content.startswith(_SIGNATURE) and place + _ATTRIBUTE.size <= len(content):
        _, identifier, size = _ATTRIBUTE.unpack_from(content, place)
        place += _ATTRIBUTE.size
        yield identifier, content[place : place + size]
        place += size + _CHECKSUM_BYTES


def _file(found: dict[int, bytes], codepage: str) -> list[File]:
    if _DATA not in found:
        return []
    told = _texts(found.get(_PROPERTIES, b""), codepage)
    title = charset.decode(found.get(_TITLE, b"").rstrip(b"\0"), codepage)[0]
    name = told.get(_LONG_NAME) or told.get(_SHORT_NAME) or title
    return [File(name, told.get(_MIME_TYPE, "").lower(), told.get(_CONTENT_ID, "").strip("<>"), found[_DATA])]


def _texts(content: bytes, codepage: str) -> dict[int, str]:
    found: dict[int, str] = {}
    try:
        for kind, identifier, value in _properties(content):
            if identifier in _WANTED and kind in (_STRING, _UNICODE):
                read = value.decode("utf-16-le", "replace") if kind == _UNICODE else charset.decode(value, codepage)[0]
                found.setdefault(identifier, read.rstrip("\0"))
    except (error, KeyError):
        return found  # what came before the damage
    return found


def _properties(content: bytes) -> Iterator[tuple[int, int, bytes]]:
    (count,) = _LONG.unpack_from(content)
    place = _LONG.size
    for _ in range(count):
        kind, identifier = _PROPERTY.unpack_from(content, place)
        place += _PROPERTY.size
        if identifier >= _NAMED:
            place = _behind_name(content, place)
        values = 1
        if kind & _MULTIPLE or kind in _VARIABLE:
            (values,) = _LONG.unpack_from(content, place)
            place += _LONG.size
        for _ in range(values):
            size = _SIZES.get(kind & ~_MULTIPLE)
            if size is None:
                size = _sized(content, place, kind)
                place += _LONG.size
            yield kind, identifier, content[place : place + size]
            place += (size + 3) & ~3
            if place > len(content):
                return


def _sized(content: bytes, place: int, kind: int) -> int:
    if kind & ~_MULTIPLE not in _VARIABLE:
        raise KeyError(kind)
    return int(_LONG.unpack_from(content, place)[0])


def _behind_name(content: bytes, place: int) -> int:
    """Behind the name of a property: an identifier of the set, a kind, and a number or a text."""
    place += 16
    (by_text,) = _LONG.unpack_from(content, place)
    place += _LONG.size
    if not by_text:
        return place + _LONG.size
    (size,) = _LONG.unpack_from(content, place)
    return place + _LONG.size + ((int(size) + 3) & ~3)
