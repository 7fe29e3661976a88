"""The words of text with commands for its looks, as old mail programs write it (RFC 1896; RFC 1341 section 7.1.3)."""

import re

KINDS = ("text/enriched", "text/richtext")
_TOKEN = re.compile(r"<<|<(/?)([A-Za-z0-9-]{1,60})>|\n+")
_WRITTEN = {"lt": "<", "nl": "\n", "np": "\n\n"}  # commands of richtext that are words
_HIDDEN = frozenset(("param", "comment"))  # what stands between them is for programs
_AS_IT_IS = frozenset(("nofill", "verbatim"))


def to_text(text: str) -> str:
    """The words; one line end only wraps a line, of several all but the first are meant.

    Args:
        text: with line feeds only.
    """
    pieces: list[str] = []
    place = hidden = unfilled = 0
    for token in _TOKEN.finditer(text):
        if not hidden:
            pieces.append(text[place : token.start()])
        place = token.end()
        name = (token[2] or "").lower()
        step = -1 if token[1] else 1
        if name in _HIDDEN:
            hidden = max(0, hidden + step)
        elif name in _AS_IT_IS:
            unfilled = max(0, unfilled + step)
        elif not hidden:
            pieces.append(_WRITTEN.get(name, "") if name else _plain(token[0], filled=not unfilled))
    return "".join(pieces) + ("" if hidden else text[place:])


def _plain(written: str, *, filled: bool) -> str:
    """`<` for `<<`; line ends as they are meant."""
    if written == "<<":
        return "<"
    return written[1:] or " " if filled else written
