"""Sanitised HTML laid out as text, in one pass and in time linear in it: blocks, lists, tables, quotes, links.

Whoever sanitises closes each tag that it opens, and writes attributes in one way; so nothing else is understood here.
"""

import re
from collections.abc import Callable
from html import unescape
from typing import ClassVar

from workers.inbound.parse import grid, links
from workers.inbound.parse.sheet import Sheet

_TOKEN = re.compile(r'<(/?)([a-z][a-z0-9]*)((?: [a-z]+="[^"]*")*)>|([^<]+|<)')
_HREF = re.compile(r' href="([^"]*)"')
_CITES = re.compile(r"\bcite\b|quote|border-left|moz-", re.IGNORECASE)  # what mail programs quote; others only indent
_HIDDEN = 'style="display:none"'
_EMPTY_LINES = re.compile(r"\n{4,}")
_EMPTY = frozenset(("br", "hr", "img", "col"))  # they have no end tag
_BLOCKS = frozenset((
    "address", "article", "aside", "caption", "center", "dd", "div", "dl", "dt", "figcaption", "footer", "header", "hr",
    "main", "nav", "section",
))  # fmt: skip
_APART = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "figure"))
_NESTED = 10  # tables and quotes that are one; deeper ones are blocks, since each is copied into the one around it


def text(html: str) -> str:
    """The text of a page.

    Args:
        html: sanitised.
    """
    layout = _Layout()
    for token in _TOKEN.finditer(html):
        layout.take(*token.groups())
    return _EMPTY_LINES.sub("\n\n\n", "\n".join(layout.end())).strip("\n")


_Meanings = dict[str, Callable[["_Layout", str], None]]  # of tags


class _Layout:
    """What stands open while a page is gone over."""

    def __init__(self) -> None:
        self._sheets = [Sheet()]
        self._tables: list[list[list[grid.Cell]]] = []
        self._quotes: list[bool] = []  # that cite
        self._cited = 0  # of them
        self._deep = 0  # tables beyond those that are laid out
        self._kept = 0  # of pre
        self._hidden = ""  # the tag of what is not shown
        self._depth = 0  # of that tag
        self._target = ""  # of the link
        self._words: list[str] = []  # of the link

    @property
    def _sheet(self) -> Sheet:
        return self._sheets[-1]

    def take(self, closing: str | None, name: str | None, attributes: str, words: str | None) -> None:
        """One tag, or the words between two."""
        if self._hidden:
            if name == self._hidden:
                self._depth += -1 if closing else 1
                self._hidden = self._hidden if self._depth else ""
        elif name is None:
            self._say(unescape(words) if words and "&" in words else words or "")
        elif not closing and _HIDDEN in attributes and name not in _EMPTY:
            self._hidden, self._depth = name, 1
        elif meant := (self._ENDS if closing else self._STARTS).get(name):
            meant(self, attributes)

    def end(self) -> list[str]:
        """All lines."""
        for sheet in self._sheets[1:]:
            self._sheets[0].add(sheet.lines)
        self._sheets[0].block()
        return self._sheets[0].lines

    def _say(self, words: str) -> None:
        if self._target:
            self._words.append(words)
        if self._kept:
            self._sheet.keep(words)
        else:
            self._sheet.flow(words)

    def _block(self, _: str) -> None:
        self._sheet.block()

    def _apart(self, _: str) -> None:
        self._sheet.block(apart=True)

    def _line(self, _: str) -> None:
        self._sheet.end()

    def _list(self, _: str) -> None:
        self._sheet.begin_list(numbered=False)

    def _numbers(self, _: str) -> None:
        self._sheet.begin_list(numbered=True)

    def _end_list(self, _: str) -> None:
        self._sheet.end_list()

    def _item(self, _: str) -> None:
        self._sheet.item()

    def _link(self, attributes: str) -> None:
        found = _HREF.search(attributes)
        self._target, self._words = unescape(found[1]) if found else "", []

    def _end_link(self, _: str) -> None:
        if self._target and (said := links.said(self._target, "".join(self._words))):
            self._sheet.flow(said)
        self._target = ""

    def _pre(self, _: str) -> None:
        self._sheet.block()
        self._kept += 1

    def _end_pre(self, _: str) -> None:
        self._kept = max(0, self._kept - 1)
        self._sheet.block()

    def _quote(self, attributes: str) -> None:
        cites = _CITES.search(attributes) is not None and self._cited < _NESTED
        self._quotes.append(cites)
        if cites:
            self._cited += 1
            self._sheets.append(Sheet())
        else:
            self._sheet.block()

    def _end_quote(self, _: str) -> None:
        if self._quotes and self._quotes.pop() and len(self._sheets) > 1:
            self._cited -= 1
            signed = [(f">{line}" if line[:1] == ">" else f"> {line}") if line else "" for line in self._leave()]
            self._sheet.add(signed)
        else:
            self._sheet.block()

    def _leave(self) -> list[str]:
        sheet = self._sheets.pop()
        sheet.block()
        return sheet.lines

    def _table(self, _: str) -> None:
        if len(self._tables) >= _NESTED:
            self._deep += 1
        else:
            self._tables.append([])

    def _end_table(self, _: str) -> None:
        if self._deep:
            self._deep -= 1
            self._sheet.block()
        elif self._tables:
            self._sheet.add(grid.lines(self._tables.pop()))

    def _row(self, _: str) -> None:
        if self._deep or not self._tables:
            self._sheet.block()
        else:
            self._tables[-1].append([])

    def _cell(self, _: str) -> None:
        if self._in_row:
            self._sheets.append(Sheet())
        else:
            self._sheet.block()

    def _end_cell(self, _: str) -> None:
        if self._in_row and len(self._sheets) > 1:
            self._tables[-1][-1].append(self._leave())
        else:
            self._sheet.block()

    @property
    def _in_row(self) -> bool:
        return not self._deep and bool(self._tables) and bool(self._tables[-1])

    _EDGES: ClassVar[_Meanings] = {**dict.fromkeys(_BLOCKS, _block), **dict.fromkeys(_APART, _apart)}
    _STARTS: ClassVar[_Meanings] = _EDGES | {
        "a": _link, "br": _line, "pre": _pre, "blockquote": _quote, "ul": _list, "ol": _numbers, "li": _item,
        "table": _table, "tr": _row, "td": _cell, "th": _cell,
    }  # fmt: skip
    _ENDS: ClassVar[_Meanings] = _EDGES | {
        "a": _end_link, "pre": _end_pre, "blockquote": _end_quote, "ul": _end_list, "ol": _end_list, "li": _block,
        "table": _end_table, "tr": _block, "td": _end_cell, "th": _end_cell,
    }  # fmt: skip
