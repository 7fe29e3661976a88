"""A draft put into words: the templates of its letter over plain values, in Jinja's immutable sandbox."""

import re
import shlex
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined, Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

import models
from models.marks import TAG
from models.outgoing import Letter
from workers.errors import Permanent
from workers.outbound.headers import clean
from workers.outbound.letter import Draft, Words

LETTERS = Path(models.__file__).parent.parent / "templates" / "letters"
MARKER = "##- Please type your reply above this line -##"
"""Stands on top of each letter that may be answered (`_base/marker.txt`); a reply ends where it is quoted."""
PARTS = ("subject.txt", "body.txt", "body.html")
TITLE_LENGTH, NAME_LENGTH = 200, 80
QUOTED_LENGTH, QUOTED_LINES = 400, 6
NOTIFIED_LENGTH = 100_000
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_OUR_TAG = re.compile(rf"\+{TAG.pattern}(?=@)", re.IGNORECASE)
_REPLY_PREFIX = re.compile(
    r"\A(?:(?:re|aw|sv|vs|antw|odp|rif|res)(?:\[\d{1,3}\])?\s{0,5}:\s{0,5}){1,20}", re.IGNORECASE
)
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)

Plain = str | int | bool | list[str]


def render(draft: Draft) -> Words:
    """The subject, plain text and HTML of a letter.

    Raises:
        Permanent: a template is missing or asks for something it may not have, or an answer is empty.
    """
    if draft.kind == Letter.REPLY and not (draft.text.strip() or draft.files):
        raise Permanent("there is nothing in it that may be sent to a customer")
    values = _values(draft)
    try:
        subject, text, html = (template.render(values) for template in templates(draft.kind))
    except TemplateError as error:
        raise Permanent(f"the template of {draft.kind} failed: {type(error).__name__}") from error
    return Words(clean(subject, 2 * TITLE_LENGTH), text.strip("\n") + "\n", html)


@lru_cache
def templates(kind: str) -> tuple[Template, ...]:
    """The compiled templates of a letter, kept for the life of the process (compiling costs 2 ms each)."""
    return tuple(environment().get_template(f"{kind}/{part}") for part in PARTS)


@lru_cache
def environment() -> ImmutableSandboxedEnvironment:
    """The sandbox: undefined names fail, HTML escapes by itself, data is never compiled."""
    made = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(LETTERS),
        undefined=StrictUndefined,
        autoescape=lambda name: name is not None and name.endswith(".html"),
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"quote": quote, "breaks": breaks}
    return made


def _values(draft: Draft) -> Mapping[str, Plain]:
    values: dict[str, Plain] = {
        "organization": clean(draft.organization, NAME_LENGTH),
        "number": clean(draft.number, NAME_LENGTH),
        "title": title(draft.title, draft.number),
        "recipient_name": clean(draft.recipient.name, NAME_LENGTH),
        "author_name": clean(draft.author.name or draft.author.address, NAME_LENGTH),
        "author_address": clean(draft.author.address, 2 * TITLE_LENGTH),
        "text": body(draft.text),
        "html": _own_html(draft.html or ""),
        "reason": clean(draft.reason, 2 * TITLE_LENGTH),
        "note": clean(draft.note, 2 * TITLE_LENGTH),
        "mailbox": clean(draft.sender.address, 2 * TITLE_LENGTH),
        "argument": shlex.quote(clean(draft.sender.address, 2 * TITLE_LENGTH)),
        "since": clean(draft.since, NAME_LENGTH),
        "until": clean(draft.until, NAME_LENGTH),
        "questions": [clean(line, 2 * TITLE_LENGTH) for line in draft.questions],
        "problems": [clean(one, 2 * TITLE_LENGTH) for one in draft.problems],
        "files": [clean(one.name, NAME_LENGTH) or "file" for one in draft.files],
        "left_out": [clean(name, NAME_LENGTH) or "file" for name in draft.left_out],
        "lines": [clean(line, 4 * TITLE_LENGTH) for line in draft.lines],
        "notified_length": NOTIFIED_LENGTH,
    }
    assert all(type(value) in {str, int, list} for value in values.values())
    return values


def title(value: str, number: str) -> str:
    """A ticket's title for a Subject, the same in each of its letters: no reply prefixes, no number of its own."""
    line = clean(value, 4 * TITLE_LENGTH).replace(f"[{number}]", " ")
    return clean(_REPLY_PREFIX.sub("", line, count=1), TITLE_LENGTH) or "(no subject)"


def body(text: str) -> str:
    """A text as a body may have it: no controls but line feed and tab, nobody's signed reply address."""
    return _OUR_TAG.sub("", _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))).strip("\n")


def _own_html(html: str) -> str:
    """HTML that quotes a letter of ours is not passed on: the text, whose quotation was cut, stands in for it."""
    return "" if MARKER in " ".join(html.split()) else _OUR_TAG.sub("", html)


def quote(text: str) -> str:
    """The beginning of a text as a quotation; links are left out, so that an acknowledgement carries nobody's spam."""
    lines = _LINK.sub("[link]", text[: 2 * QUOTED_LENGTH])[:QUOTED_LENGTH].splitlines()
    kept = [line.rstrip() for line in lines[:QUOTED_LINES]]
    if len(lines) > QUOTED_LINES or len(text) > QUOTED_LENGTH:
        kept.append("…")
    return "\n".join(f"> {line}".rstrip() for line in kept)


def breaks(text: str) -> Markup:
    """Plain text as HTML that keeps its lines and indents."""
    kept = str(escape(text)).replace("  ", "&nbsp; ").replace("\t", "&nbsp; &nbsp; ")
    return Markup("<br>\n").join(Markup(line) for line in kept.split("\n"))  # noqa: S704  escaped two lines above
