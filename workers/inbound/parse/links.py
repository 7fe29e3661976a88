"""Where the links of a page lead, for its text: `word (https://…)` unless the word says so itself."""

import re

_FOLLOWED = re.compile(r"https?://[^\s]+|mailto:[^\s?]+", re.IGNORECASE)
_LONGEST = 200  # characters: a longer one leads to a counter, and says nothing to a reader


def said(target: str, words: str) -> str:
    """What to say behind a link, '' if nothing.

    Args:
        target: where it leads.
        words: what it says.
    """
    target, words = target.strip(), words.strip()
    if not words or len(target) > _LONGEST or not _FOLLOWED.fullmatch(target):
        return ""
    bare = target.partition("//" if "//" in target else ":")[2].rstrip("/")
    if bare.lower() in words.lower():
        return ""
    return f" ({bare if target.lower().startswith('mailto:') else target})"
