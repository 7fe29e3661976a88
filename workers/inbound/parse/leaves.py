"""A single part: words of the mail, or a file (RFC 2046 section 5.1, RFC 2183); and what is packed into either."""

from dataclasses import replace

from workers.inbound import scrub
from workers.inbound.decode import charset
from workers.inbound.limits import DEPTH, IDENTIFIER_BYTES
from workers.inbound.mail import Attachment
from workers.inbound.parse import armour, enriched, flowed, html, names, parameters, pictures, tnef, uuencoded, weight
from workers.inbound.parse.found import Found, Words
from workers.inbound.parse.part import Part

WORDS = ("text/plain", "text/html", "text/markdown", "text/x-markdown", *enriched.KINDS)
_TNEF = ("application/ms-tnef", "application/vnd.ms-tnef")


def words(part: Part) -> Found:
    """A text, and the files that it holds within itself."""
    content, damage = part.content()
    is_html = part.media_type == "text/html"
    declared = part.charset or (charset.of_html(content) if is_html else "")
    hint = "" if declared or content.isascii() else part.hint
    text, mark = charset.text(content, declared, part.media_type, hint)
    found = Found(marks=[note for note in (damage, mark) if note])
    if part.media_type.startswith("multipart/"):
        found.marks.append("structure: a multipart without parts, read as text")
    _page(found, text, content) if is_html else _text(found, text, part)
    if part.file_name:  # read as words since nothing stands before it, and a file all the same
        found.attachments.append(_file(part, content, inline=False))
    return found


def _page(found: Found, text: str, content: bytes) -> None:
    text, shown = pictures.split(text)
    if weight.too_heavy(text):
        found.marks.append("html: too large or too deep to show, kept as an attachment")
        found.attachments.append(Attachment("message.html", "text/html", content, None, inline=False))
        found.words.append(Words(plain=html.stripped(text)))
    else:
        found.attachments += shown
        found.words.append(Words(html=text))


def _text(found: Found, text: str, part: Part) -> None:
    text, files = uuencoded.split(text)
    if part.media_type in enriched.KINDS:
        text = enriched.to_text(text)
    if part.is_flowed:
        text = flowed.joined(text, delete_space=part.deletes_space)
    text, signatures = armour.opened(text)
    found.attachments += [_packed(name, "", content) for name, content in files]
    found.attachments += [_packed("", "application/pgp-signature", one.encode()) for one in signatures]
    if armour.ENCRYPTED in text:
        found.marks.append("encryption: an OpenPGP message within the text, left as it is")
    found.words.append(Words(plain=text))


def attachment(part: Part) -> Found:
    """A file, or the files of a container."""
    content, damage = part.content()
    found = Found(marks=[damage] if damage else [])
    if part.media_type.startswith("multipart/"):
        found.unreadable = f"Parts are nested more than {DEPTH} deep; what is deeper was not read."
    if part.media_type in _TNEF or part.file_name.lower() == "winmail.dat":
        files = tnef.unpack(content)
        found.attachments += [_packed(one.name, one.content_type, one.content, one.content_id) for one in files]
        if files:
            found.marks.append("attachments: unpacked from winmail.dat")
            return found
    inline = part.disposition == "inline" or (part.content_id is not None and not part.disposition)
    file = _file(part, content, inline=inline)
    if part.location and part.media_type.startswith("image/"):
        file = replace(file, content_id=file.content_id or pictures.name_of(part.location.encode()))
        found.places[part.location] = file.content_id or ""
    found.attachments.append(file)
    return found


def _file(part: Part, content: bytes, *, inline: bool) -> Attachment:
    name = names.display(part.file_name, part.media_type)
    return Attachment(name, part.media_type, content, part.content_id, inline)


def _packed(name: str, content_type: str, content: bytes, content_id: str = "") -> Attachment:
    """A file that was packed into a text or a container."""
    kind = parameters.media_type(content_type) or "application/octet-stream"
    identifier = scrub.line(content_id, IDENTIFIER_BYTES) or None
    return Attachment(names.display(name, kind), kind, content, identifier, inline=False)
