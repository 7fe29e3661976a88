"""A guess at the charset of bytes that name none, or a wrong one; it is always marked as a guess.

General detectors were tried on real mail: they take Western text with a few accents for Central European or Chinese.
Here only dense non-ASCII text can be anything but windows-1252.
"""

import re

_SAMPLE_BYTES = 4_096
_BOMS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
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
        content: bytes that are not UTF-8; the first 4 kB with the first line that ends there are looked at.
    """
    start = max(0, next((found.start() for found in _RUN.finditer(content)), 0) - 1)
    sample = content[start : start + _SAMPLE_BYTES]
    runs = [len(run) for run in _RUN.findall(sample[: sample.rfind(b"\n") + 1] or sample)]
    high = sum(runs)
    if high < 6 or sum(run for run in runs if run > 2) * 2 < high:  # noqa: PLR2004  accents stand alone
        return None
    if kana := next((name for name in ("euc_jp", "cp932") if _share(sample, name, _KANA) > 0.2), None):  # noqa: PLR2004
        return kana
    if sum(run % 2 for run in runs) * 5 > len(runs):
        if _share(sample, "big5hkscs", _OUTSIDE_ASCII):  # its second byte is often ASCII
            return "big5hkscs"
        lower_1251 = sum(1 for byte in sample if byte >= 0xE0)  # noqa: PLR2004  lower case in windows-1251
        lower_koi8 = sum(1 for byte in sample if 0xC0 <= byte < 0xE0)  # noqa: PLR2004  lower case in KOI8-R
        return "cp1251" if lower_1251 > lower_koi8 else "koi8_r"
    if _share(sample, "cp949", _HANGUL) > 0.9:  # noqa: PLR2004
        return "cp949"
    return "gb18030" if _share(sample, "gb18030", _OUTSIDE_ASCII) else None


def _share(sample: bytes, name: str, kind: re.Pattern[str]) -> float:
    """How much of the non-ASCII text is of a kind, 0 if the bytes are not of that charset."""
    text = sample.decode(name, "replace")
    outside = len(_OUTSIDE_ASCII.findall(text))
    if not outside or text.rstrip("\ufffd").count("\ufffd") > outside / 50:
        return 0
    return len(kind.findall(text)) / outside
