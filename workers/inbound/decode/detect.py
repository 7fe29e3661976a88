"""A guess at the charset of bytes that name none, or a wrong one; it is always marked as a guess.

General detectors were tried on real mail: they take Western text with a few accents for Central European or Chinese.
Here only dense non-ASCII text can be anything but windows-1252.
"""

import re

_SAMPLE_BYTES = 4_096
_BOMS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_ENOUGH = 6  # bytes outside of ASCII
_ACCENTS = 2  # of them side by side, at most, in a Western word
_SOME, _NEARLY_ALL = 0.2, 0.9
_HALVES = bytes(0xC0) + b"1" * 0x20 + b"2" * 0x20
_RUN = re.compile(rb"[\x80-\xff]+")
_KANA = re.compile("[\u3041-\u30ff]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_OUTSIDE_ASCII = re.compile("[^\x00-\x7f]")


def undeclared(content: bytes, *, prefer_utf8: bool) -> tuple[str, str]:
    """Text and the charset it was read as, for bytes that are not valid UTF-8.

    Args:
        content: the bytes.
        prefer_utf8: UTF-8 was declared, so some broken sequences do not make it another charset.
    """
    for bom, name in _BOMS:
        if content.startswith(bom):
            return content.decode(name, "replace"), name
    partial = content.decode(errors="replace")
    wrong = partial.count("\ufffd")
    right = len(_OUTSIDE_ASCII.findall(partial)) - wrong
    if right > wrong * (1 if prefer_utf8 else 20):
        return partial, "utf-8 with replacements"
    name = guess(content) or "windows-1252"
    try:
        return content.decode(name), name
    except UnicodeDecodeError:
        decoded = content.decode(name, "replace")
        return (content.decode("latin-1"), "latin-1") if name == "windows-1252" else (decoded, name)


def guess(content: bytes) -> str | None:
    """The charset of undeclared Japanese, Korean, Chinese or Russian text (mostly lower case), else None.

    Args:
        content: bytes that are not UTF-8; the 4 kB from the first one outside of ASCII are looked at.
    """
    first = _RUN.search(content)
    sample = content[max(0, first.start() - 1) :][:_SAMPLE_BYTES] if first else b""
    runs = [len(run) for run in _RUN.findall(sample)]
    high = sum(runs)
    if high < _ENOUGH or sum(run for run in runs if run > _ACCENTS) * 2 < high:
        return None
    for name in ("euc_jp", "cp932"):
        if _share(sample, name, _KANA) > _SOME:
            return name
    if sum(run % 2 for run in runs) * 5 > len(runs):  # letters of one byte, or of two of which one may be ASCII
        return "big5hkscs" if _share(sample, "big5hkscs", _OUTSIDE_ASCII) else _russian(sample)
    if _share(sample, "cp949", _HANGUL) > _NEARLY_ALL:
        return "cp949"
    return "gb18030" if _share(sample, "gb18030", _OUTSIDE_ASCII) else None


def _russian(sample: bytes) -> str:
    """Lower case is in the upper half of windows-1251 and in the lower half of KOI8-R."""
    halves = sample.translate(_HALVES)
    return "cp1251" if halves.count(b"2") > halves.count(b"1") else "koi8_r"


def _share(sample: bytes, name: str, kind: re.Pattern[str]) -> float:
    """How much of the non-ASCII text is of a kind, 0 if the bytes are not of that charset."""
    text = sample.decode(name, "replace")
    outside = len(_OUTSIDE_ASCII.findall(text))
    if not outside or text.rstrip("\ufffd").count("\ufffd") > outside / 50:
        return 0
    return len(kind.findall(text)) / outside
