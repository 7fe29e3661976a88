"""Which parts are the mail's words and which are attachments (RFC 2046 section 5.1, RFC 2183)."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from workers.inbound.decode import charset
from workers.inbound.limits import DEPTH
from workers.inbound.mail import Attachment
from workers.inbound.parse import blocks, html, names
from workers.inbound.parse.structure import Part, read

_WORDS = ("text/plain", "text/html")


@dataclass(slots=True)
class Words:
    """One stretch of what was written, as text, as HTML, or as both."""

    plain: str | None = None
    html: str | None = None


@dataclass(slots=True)
class Found:
    """What a part of the tree holds, in order."""

    words: list[Words] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    unreadable: str | None = None

    def add(self, other: "Found") -> None:
        """Append what follows."""
        self.words += other.words
        self.attachments += other.attachments
        self.marks += other.marks
        self.unreadable = self.unreadable or other.unreadable

    @property
    def empty(self) -> bool:
        """No word of text was found."""
        return not any((words.plain or "").strip() or words.html for words in self.words)


def of(root: Part) -> Found:
    """Words and attachments of a whole mail; where a mail holds only another mail, its words."""
    found = _part(root, first=True)
    if found.empty and root.media_type != "multipart/report":
        for attachment in found.attachments:
            if attachment.content_type == "message/rfc822":
                inside = blocks.split(attachment.content)
                inner = _part(read(inside.head, inside.rest)[0], first=True)
                found.words = inner.words
                found.marks.append("text: of the attached message")
                break
    return found


def _part(part: Part, *, first: bool) -> Found:
    if part.children:
        if part.media_type == "multipart/alternative":
            return _alternative(part)
        found = Found()
        for child in part.children:
            found.add(_part(child, first=first and not found.words and not found.attachments))
        return found
    if _is_words(part, first=first):
        return _words(part)
    return _attachment(part)


def _is_words(part: Part, *, first: bool) -> bool:
    if part.media_type.startswith("multipart/"):  # its boundary was never found
        return part.depth <= DEPTH
    if part.media_type not in _WORDS or part.disposition == "attachment":
        return False
    return first or not part.file_name


def _words(part: Part) -> Found:
    content, damage = part.content()
    is_html = part.media_type == "text/html"
    declared = part.charset or (charset.of_html(content) if is_html else "")
    text, mark = charset.text(content, declared, part.media_type)
    found = Found(marks=[note for note in (damage, mark) if note])
    if part.media_type.startswith("multipart/"):
        found.marks.append("structure: a multipart without parts, read as text")
    if is_html and html.too_heavy(text):
        found.marks.append("html: too large or too deep to show, kept as an attachment")
        found.attachments.append(Attachment("message.html", "text/html", content, None, inline=False))
        found.words.append(Words(plain=html.to_text(text)))
    else:
        found.words.append(Words(html=text) if is_html else Words(plain=text))
    return found


def _attachment(part: Part) -> Found:
    content, damage = part.content()
    found = Found(marks=[damage] if damage else [])
    if part.media_type.startswith("multipart/"):
        found.unreadable = f"Parts are nested more than {DEPTH} deep; what is deeper was not read."
    name = names.display(part.file_name, part.media_type)
    inline = part.disposition == "inline" or (part.content_id is not None and not part.disposition)
    found.attachments.append(Attachment(name, part.media_type, content, part.content_id, inline))
    return found


def _alternative(part: Part) -> Found:
    """The same said in several ways: the first text and the last HTML; other forms of text are left out."""
    branches = [_part(child, first=True) for child in part.children]
    found = Found()
    for branch in branches:
        branch.attachments = [one for one in branch.attachments if not _another_form(one)]
        found.add(Found([], branch.attachments, branch.marks, branch.unreadable))
    plain = next((text for branch in branches if (text := _joined(w.plain for w in branch.words))), None)
    rich = next((text for branch in reversed(branches) if (text := _joined(w.html for w in branch.words))), None)
    if plain is not None or rich is not None:
        found.words.append(Words(plain, rich))
    return found


def _another_form(attachment: Attachment) -> bool:
    kind = attachment.content_type
    return kind.startswith("text/") and kind not in {*_WORDS, "text/calendar"} and not attachment.inline


def _joined(texts: Iterable[str | None]) -> str | None:
    written = [text for text in texts if text and text.strip()]
    return "\n".join(written) if written else None


def text_of(found: Found) -> str:
    """The words as text, all of them."""
    pieces = [words.plain if words.plain is not None else html.to_text(words.html or "") for words in found.words]
    written = [piece for piece in pieces if piece.strip()]
    return "\n".join([*(piece.rstrip("\n") for piece in written[:-1]), *written[-1:]])


def html_of(found: Found) -> str | None:
    """The words as harmless HTML, None if none of them are HTML or it cannot be shown (a mark says so)."""
    if not any(words.html for words in found.words):
        return None
    pieces = [html.sanitised(words.html) if words.html else html.from_text(words.plain or "") for words in found.words]
    if None in pieces:
        found.marks.append("html: grows out of proportion, not shown")
        return None
    return "\n".join(piece for piece in pieces if piece)


def attachments_of(found: Found, shown: str | None) -> tuple[Attachment, ...]:
    """The attachments; those whose Content-ID the HTML shows are inline.

    Args:
        found: what the mail holds.
        shown: its sanitised HTML.
    """
    wanted = html.shown(shown) if shown else frozenset()
    return tuple(
        replace(one, inline=True) if one.content_id in wanted and not one.inline else one for one in found.attachments
    )
