"""Which parts are the mail's words and which are attachments (RFC 2046 section 5.1, RFC 2183)."""

from collections.abc import Iterable
from dataclasses import replace

from workers.inbound.limits import DEPTH, HTML_CHARACTERS, HTML_TAGS, PAGES, PARTS
from workers.inbound.mail import Attachment
from workers.inbound.parse import bereft, blocks, calendar, html, leaves, names, pictures, smime
from workers.inbound.parse.found import Found, Words
from workers.inbound.parse.part import Part
from workers.inbound.parse.structure import read

ENCRYPTED = "The mail is encrypted ({}); only who has the key can read it."
_GUESSED = "structure: its parts are not told apart by the boundary that it names"
_PLAIN = "text/plain"
LAYERS = 2  # of signatures, one within the other, that are opened


def of(root: Part) -> Found:
    """Words and attachments of a whole mail; where a mail holds only another mail, its words."""
    found = _part(root, first=True)
    if found.empty and root.media_type != "multipart/report":
        _borrow(found)
    _spare(found)
    for words in found.words:
        if words.html and found.places:
            words.html = pictures.placed(words.html, found.places)
        words.clean = html.sanitised(words.html) if words.html else None
    calendars = [one.content for one in found.attachments if one.content_type in calendar.KINDS][: calendar.MOST]
    found.events = list(dict.fromkeys(told for one in calendars for told in calendar.told(one)))[: calendar.MOST]
    return found


def _borrow(found: Found) -> None:
    """Words for a mail without any: of a message that it holds."""
    for attachment in found.attachments:
        if attachment.content_type in ("message/rfc822", "message/global"):
            found.words = _part(_entity(attachment.content), first=True).words
            found.marks.append("text: of the attached message")
            return


def _spare(found: Found) -> None:
    """Of many pages of HTML, the later ones become text at little cost."""
    pages = characters = tags = 0
    for words in found.words:
        if words.html:
            pages, characters, tags = pages + 1, characters + len(words.html), tags + words.html.count("<")
            if pages > PAGES or characters > HTML_CHARACTERS or tags > HTML_TAGS:
                words.plain, words.html = words.plain or html.stripped(words.html), None
                found.marks.append("html: more pages than are shown, the later ones as text")


def _part(part: Part, *, first: bool, layers: int = LAYERS) -> Found:
    if part.media_type in smime.KINDS and first and layers:
        return _secured(part, layers)
    if not part.children:
        return leaves.words(part) if _is_words(part, first=first) else leaves.attachment(part)
    if part.media_type == "multipart/alternative":
        return _alternative(part)
    found = Found(marks=[_GUESSED] if part.guessed else [])
    for child in part.children:
        found.add(_part(child, first=first and not found.words and not found.attachments, layers=layers))
    return _encrypted(found) if first and part.media_type == "multipart/encrypted" else found


def _is_words(part: Part, *, first: bool) -> bool:
    if part.media_type.startswith("multipart/"):  # its boundary was never found
        return part.depth <= DEPTH
    if part.media_type not in leaves.WORDS or part.disposition == "attachment":
        return False
    return first or not part.file_name


def _secured(part: Part, layers: int) -> Found:
    """The words within a signature; an encrypted mail keeps them to itself."""
    signed = smime.opened(part.content()[0])
    found = Found(unreadable=None if signed or part.smime_type == "certs-only" else ENCRYPTED.format("S/MIME"))
    if signed:
        found = _part(_entity(signed), first=True, layers=layers - 1)
        found.marks.append("structure: the words lie within an S/MIME signature, which was not verified")
    found.add(leaves.attachment(part))
    return found


def _entity(content: bytes) -> Part:
    """What lies within a part as a whole of its own."""
    return read(blocks.split(content).whole)[0]


def _encrypted(found: Found) -> Found:
    """OpenPGP's two parts (RFC 3156 section 4), of which the second has a name seldom."""
    unnamed = names.display("", "application/octet-stream")
    found.attachments = [
        replace(one, name="encrypted.asc") if one.name == unnamed else one for one in found.attachments
    ]
    found.unreadable = found.unreadable or ENCRYPTED.format("OpenPGP")
    return found


def _alternative(part: Part) -> Found:
    """The same said in several ways: the text and the last HTML; other forms of text are left out."""
    branches = [_part(child, first=True) for child in part.children]
    found = Found(marks=[_GUESSED] if part.guessed else [])
    for branch in branches:
        branch.attachments = [one for one in branch.attachments if not _another_form(one)]
        found.add(replace(branch, words=[]))
    plain = _plainest(part, branches)
    rich = next((text for branch in reversed(branches) if (text := _joined(w.html for w in branch.words))), None)
    if plain and rich and bereft.of_letters(plain, rich):
        plain = None
        found.marks.append("text: of the HTML, since the plain one lost its letters")
    if plain is not None or rich is not None:
        found.words.append(Words(plain, rich))
    return found


def _plainest(part: Part, branches: list[Found]) -> str | None:
    """The plain text; several are no other form of each other, so all of them count. Else the first of any form."""
    texts = [_joined(words.plain for words in branch.words) for branch in branches]
    plain = [text for text, child in zip(texts, part.children, strict=True) if child.media_type == _PLAIN]
    return _joined(dict.fromkeys(plain)) or next((text for text in texts if text), None)


def _another_form(attachment: Attachment) -> bool:
    kind = attachment.content_type
    return kind.startswith("text/") and kind not in {*leaves.WORDS, "text/calendar"} and not attachment.inline


def _joined(texts: Iterable[str | None]) -> str | None:
    written = [text for text in texts if text and text.strip()]
    return "\n".join(written) if written else None


def text_of(found: Found) -> str:
    """The words as text, all of them; above them what a calendar says."""
    pieces = [
        words.plain if words.plain is not None else html.laid_out(words.html or "", words.clean)
        for words in found.words
    ]
    written = [piece for piece in pieces if piece.strip()]
    words = "\n".join([*(piece.rstrip("\n") for piece in written[:-1]), *written[-1:]])
    return "\n\n".join([*found.events, words] if words else found.events)


def html_of(found: Found) -> str | None:
    """The words as harmless HTML, None if none of them are HTML or it cannot be shown (a mark says so)."""
    if not any(words.html for words in found.words):
        return None
    pieces = [words.clean if words.html else html.from_text(words.plain or "") for words in found.words]
    if None in pieces:
        found.marks.append("html: grows out of proportion, not shown")
        return None
    return "\n".join(piece for piece in (*map(html.from_text, found.events), *pieces) if piece)


def attachments_of(found: Found, shown: str | None) -> tuple[Attachment, ...]:
    """The attachments; those whose Content-ID the HTML shows are inline.

    Args:
        found: what the mail holds.
        shown: its sanitised HTML.
    """
    wanted = html.shown(shown) if shown else frozenset()
    return tuple(
        replace(one, inline=True) if one.content_id in wanted and not one.inline else one
        for one in found.attachments[:PARTS]
    )
