"""HTML says by a border what plain text says by `>`: text made of HTML gets the sign, and its quotes are seen."""

import re

_TAG = re.compile(r"<(/?)blockquote\b([^<>]{0,2000})>", re.IGNORECASE)
_CITES = re.compile(r"\bcite\b|quote|border-left|moz-", re.IGNORECASE)
_OPEN, _CLOSE = "\ue0f1", "\ue0f2"  # private characters, which stand on lines of their own in the text


def marked(html: str) -> str:
    """HTML with marks around what mail programs quote; a blockquote that only indents has none.

    Args:
        html: as it came.
    """
    if "<blockquote" not in html and "<BLOCKQUOTE" not in html:
        return html
    html = html.replace(_OPEN, "").replace(_CLOSE, "")
    opened: list[bool] = []

    def mark(found: re.Match[str]) -> str:
        if not found[1]:
            opened.append(_CITES.search(found[2]) is not None)
            return f"{found[0]}<p>{_OPEN}</p>" if opened[-1] else found[0]
        return f"<p>{_CLOSE}</p>{found[0]}" if opened and opened.pop() else found[0]

    return _TAG.sub(mark, html)


def signed(text: str) -> str:
    """Text with `> ` before each line that stands between marks, one for each level.

    Args:
        text: made of marked HTML.
    """
    if _OPEN not in text:
        return text.replace(_CLOSE, "")
    depth = 0
    rows: list[str] = []
    for row in text.split("\n"):
        if _OPEN in row or _CLOSE in row:
            depth = max(0, depth + row.count(_OPEN) - row.count(_CLOSE))
            row = row.replace(_OPEN, "").replace(_CLOSE, "")  # noqa: PLW2901  what else stood on the line
            if not row.strip():
                continue
        sign = ">" * min(depth, _DEEPEST)
        rows.append(f"{sign} {row.strip()}" if sign and row.strip() else row)
    return "\n".join(rows)


_DEEPEST = 10  # signs; the text must not grow with the square of the depth
