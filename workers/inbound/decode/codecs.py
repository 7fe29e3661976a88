"""Which charset names are believed. Only codecs of this table are ever asked for.

Python also calls `idna`, `punycode`, `rot13`, `zip` or `unicode_escape` a codec: those are slow, or no charset at all.
UTF-7 is one (RFC 2152), and old Outlook writes it. It hides nothing here, since text is decoded first, then scrubbed
and sanitised; and nothing is ever guessed to be UTF-7.
"""

import re

_PUNCTUATION = re.compile("[^a-z0-9]")

# Names without punctuation; read as the superset where mailers mix the two up (WHATWG Encoding Standard section 4.2).
_NAMES = {
    "utf-8": "ascii usascii ansix341968 646 utf8 utf8sig unicode11utf8",
    "utf-7": "utf7 unicode11utf7 csunicode11utf7",
    "utf-16": "utf16 unicode ucs2",
    "utf-16-le": "utf16le",
    "utf-16-be": "utf16be",
    "utf-32": "utf32",
    "cp1252": "iso88591 latin1 l1 cp819 ansi",
    "cp1254": "iso88599 latin5 l5",
    "iso8859-2": "latin2 l2",
    "iso8859-15": "latin9",
    "cp874": "iso885911 tis620",
    "iso8859-6": "iso88596i iso88596e arabic",
    "iso8859-7": "greek",
    "iso8859-8": "iso88598i iso88598e hebrew",
    "iso8859-5": "cyrillic",
    "gb18030": "gb18030 gb2312 gbk cp936 ms936 euccn gb231280 chinese",
    "hz": "hz hzgb2312",
    "big5hkscs": "big5 big5hkscs cnbig5",
    "cp950": "cp950 ms950",
    "cp932": "cp932 ms932 sjis shiftjis mskanji windows31j cswindows31j",
    "euc_jp": "eucjp ujis",
    "iso2022_jp_ext": "iso2022jp csiso2022jp iso2022jpms",
    "iso2022_jp_1": "iso2022jp1",
    "iso2022_jp_2": "iso2022jp2",
    "iso2022_jp_3": "iso2022jp3",
    "iso2022_kr": "iso2022kr",
    "cp949": "cp949 ms949 euckr ksc5601 ksc56011987 ksc56011989 uhc korean",
    "johab": "johab",
    "koi8_r": "koi8 koi8r cskoi8r",
    "koi8_u": "koi8u koi8ru",
    "mac_roman": "macintosh mac macroman",
    "mac_cyrillic": "maccyrillic",
    "mac_latin2": "macce maccentraleurope",
}
_DOS = (437, 720, 737, 775, 850, 852, 855, 857, 858, 860, 861, 862, 863, 864, 865, 866, 869, 874)
_WINDOWS = range(1250, 1259)
_ISO = (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)

CODECS = {
    **{f"iso8859{n}": f"iso8859-{n}" for n in _ISO},
    **{f"{maker}{n}": f"cp{n}" for n in (*_DOS, *_WINDOWS) for maker in ("cp", "ibm", "windows", "win", "ms")},
    **{name: codec for codec, names in _NAMES.items() for name in names.split()},
}
ONE_BYTE = frozenset(name for name in CODECS.values() if name.startswith(("cp12", "iso8859", "koi8", "mac")))


def codec(name: str) -> str | None:
    """The Python codec for a charset name as mails write it, None if it is unknown or not allowed."""
    plain = _PUNCTUATION.sub("", name[:80].lower().partition(":")[0].partition("*")[0])
    return CODECS.get(plain) or CODECS.get(plain.removeprefix("x"))
