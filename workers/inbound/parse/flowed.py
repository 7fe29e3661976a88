"""Text whose lines its writer's program broke, and ours may join again: `format=flowed` (RFC 3676)."""

_SIGNATURE = "-- "  # is no flowed line, though it ends with a blank (section 4.3)


def joined(text: str, *, delete_space: bool) -> str:
    """The paragraphs as they were written, a line each; quoted ones begin with their signs and a blank.

    A line that ends with a blank goes on in the next if that is quoted as deeply; else it ends all the same
    (section 4.5), and before an empty one, since people leave blanks there. The blank that protects a line's beginning
    (section 4.4) is taken away.

    Args:
        text: with line feeds only.
        delete_space: `delsp=yes`: the blank at the end of a line that goes on is not part of the text.
    """
    rows: list[str] = []
    paragraph: list[str] = []
    depth = 0
    for line in text.split("\n"):
        words = line.lstrip(">")
        deep = len(line) - len(words)
        words = words.removeprefix(" ")
        if paragraph and (deep != depth or words in ("", _SIGNATURE)):
            rows.append(_row(depth, paragraph))
            paragraph = []
        depth = deep
        flows = words.endswith(" ") and words != _SIGNATURE
        paragraph.append(words[:-1] if flows and delete_space else words)
        if not flows:
            rows.append(_row(depth, paragraph))
            paragraph = []
    return "\n".join([*rows, _row(depth, paragraph)] if paragraph else rows)


def _row(depth: int, paragraph: list[str]) -> str:
    words = "".join(paragraph)
    if words != _SIGNATURE:
        words = words.rstrip(" ")
    return f"{'>' * depth} {words}" if depth else words
