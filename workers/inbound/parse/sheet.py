"""Lines of text as they grow: words flow into a line, blocks end it, lists indent it."""

import re

_SPACES = re.compile(r"\s+")
_STEP = 4  # blanks for each list around an item
_DEEPEST = 10  # lists that indent; the text must not grow with the square of the depth


class Sheet:
    """A page, a cell of a table or a quote."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._pieces: list[str] = []  # of the line that grows
        self._at_blank = True  # another blank there would be too many
        self._apart = False  # an empty line belongs before the next one
        self._lists: list[int | None] = []  # the last number of each, None for one without
        self._bullet = ""  # before the next line

    def flow(self, words: str) -> None:
        """Words; a run of white space is one blank."""
        words = _SPACES.sub(" ", words)
        if self._at_blank:
            words = words.lstrip(" ")
        if words:
            self._pieces.append(words)
            self._at_blank = words.endswith(" ")

    def keep(self, words: str) -> None:
        """Words with white space as it is."""
        first, *others = words.split("\n")
        self._pieces.append(first)
        for other in others:
            self.end()
            self._pieces.append(other)
        self._at_blank = not self._pieces[-1]

    def end(self) -> None:
        """End the line, be it empty."""
        line = "".join(self._pieces).rstrip(" \t")
        self._pieces.clear()
        self._at_blank = True
        if line and self._apart and self.lines and self.lines[-1]:
            self.lines.append("")
        self._apart = self._apart and not line
        self.lines.append(f"{self._bullet or self._indent}{line}" if line else "")
        self._bullet = "" if line else self._bullet

    def block(self, *, apart: bool = False) -> None:
        """A block begins or ends here; it may stand apart from what is around it."""
        if any(piece.strip(" \t") for piece in self._pieces):
            self.end()
        self._pieces.clear()
        self._at_blank = True
        self._apart = self._apart or apart

    def add(self, lines: list[str]) -> None:
        """Whole lines, a block of their own."""
        self.block()
        for line in lines:
            self._pieces.append(line)
            self.end()

    def begin_list(self, *, numbered: bool) -> None:
        """A list begins."""
        self.block()
        self._lists.append(0 if numbered else None)

    def end_list(self) -> None:
        """The last list ends."""
        self.block()
        del self._lists[-1:]
        self._bullet = ""

    def item(self) -> None:
        """An item of the last list begins."""
        self.block()
        sign = "*"
        if self._lists and (last := self._lists[-1]) is not None:
            self._lists[-1] = last + 1
            sign = f"{last + 1}."
        self._bullet = f"{self._indent[_STEP:]}{f'{sign} ':>{_STEP}}"

    @property
    def _indent(self) -> str:
        return " " * (_STEP * min(len(self._lists), _DEEPEST))
