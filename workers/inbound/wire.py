"""A `Mail` on its way out of the sandbox: one JSON head and the raw bytes of its texts and attachments.

The reader trusts nothing: whatever comes in is of the right type, bounded and free of control characters, or refused.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from workers.inbound import scrub
from workers.inbound.limits import ADDRESSES, FIELD_CHARACTERS, FILE_NAME_CHARACTERS, MARKS, PARTS, RECIPIENTS
from workers.inbound.mail import NOTICES, Address, Attachment, Failure, Mail, Notice
from workers.inbound.spam.hint import Hint

PARSE, HEAD = 0, 1  # kinds of requests: the whole mail, or only its headers after it could not be read whole
SIGNS = 2  # besides: what it says for or against spam
_MOST_SIGNS, _HEAVIEST = 64, 20.0
_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode


def dump(mail: Mail) -> tuple[bytes, Sequence[bytes]]:
    """Head and body of the frame; `reply` travels as its place, since it is a piece of the text."""
    text, html = mail.text.encode(), mail.html.encode() if mail.html is not None else b""
    head = [
        [mail.subject, mail.sender_note, mail.auto_submitted, mail.precedence, mail.list_id, mail.suppress],
        [[[one.name, one.address] for one in found] for found in (mail.reply_to, mail.to, mail.cc)],
        [mail.in_reply_to, mail.references, mail.loop, mail.marks, mail.delivered_to],
        [mail.sender.name, mail.sender.address] if mail.sender else None,
        mail.message_id,
        int(mail.date.timestamp()) if mail.date else None,
        mail.report,
        mail.unreadable,
        [len(text), mail.text.find(mail.reply), len(mail.reply), None if mail.html is None else len(html)],
        [[one.name, one.content_type, len(one.content), one.content_id, one.inline] for one in mail.attachments],
        mail.return_path,
        _dumped(mail.notice) if mail.notice else None,
        mail.hops,
        mail.thread_index,
        None if mail.signs is None else [[one.weight, one.reason] for one in mail.signs],
    ]
    return _encode(head).encode(), [text, html, *(one.content for one in mail.attachments)]


def head_limit(size: int) -> int:
    """Bytes a head may have for a mail of that size."""
    return min(65_536 + 8 * size, 4 * 1024 * 1024)


def body_limit(size: int) -> int:
    """Bytes a body may have for a mail of that size: attachments, text thrice, HTML with escapes."""
    return min(1024 * 1024 + 30 * size, 128 * 1024 * 1024 + 3 * size)


def load(head: bytes, body: memoryview) -> Mail:
    """The mail of a frame.

    Raises:
        ValueError: it is not what `dump` makes.
    """
    try:
        return _load(json.loads(head), body)
    except (TypeError, KeyError, IndexError, RecursionError, OverflowError, OSError) as error:
        raise ValueError(f"not a mail: {type(error).__name__}") from None


def _load(head: Any, body: memoryview) -> Mail:  # noqa: ANN401  it is checked here, field by field
    lines, addresses, lists, sender, message_id, date, report, unreadable, sizes, attachments, *more = head
    subject, note, auto_submitted, precedence, list_id, suppress = map(_line, lines)
    reply_to, to, cc = map(_addresses, addresses)
    in_reply_to, references, loop, marks, delivered_to = map(_lines, lists)
    text_size, reply_start, reply_length, html_size = sizes
    blobs = _Blobs(body)
    text = blobs.text(text_size)
    html = None if html_size is None else blobs.text(html_size)
    files = _files(attachments, blobs)
    return Mail(
        subject=subject,
        sender=None if sender is None else _address(sender),
        sender_note=note,
        reply_to=reply_to,
        to=to,
        cc=cc,
        message_id=None if message_id is None else _line(message_id),
        in_reply_to=in_reply_to,
        references=references,
        date=None if date is None else datetime.fromtimestamp(_integer(date), UTC),
        text=text,
        reply=_piece(text, _integer(reply_start), _integer(reply_length)),
        html=html,
        attachments=files,
        auto_submitted=auto_submitted,
        precedence=precedence,
        list_id=list_id,
        suppress=suppress,
        loop=loop,
        delivered_to=delivered_to,
        report=_flag(report),
        marks=marks,
        unreadable=None if unreadable is None else _line(unreadable),
        **_more(*more),
    )


def _dumped(notice: Notice) -> list[object]:
    told = [[one.address, one.status, one.action, one.hard, one.reason] for one in notice.failures]
    return [notice.kind, notice.reason, told, notice.originals]


def _notice(value: Any) -> Notice:  # noqa: ANN401  as above
    kind, reason, told, originals = value
    if kind not in NOTICES or len(told) > RECIPIENTS:
        raise ValueError("not a notice")
    return Notice(kind, _line(reason), tuple(map(_failure, told)), _lines(originals))


def _failure(value: Any) -> Failure:  # noqa: ANN401  as above
    address, status, action, hard, reason = value
    return Failure(_line(address), _line(status), _line(action), _flag(hard), _line(reason))


def _piece(text: str, start: int, length: int) -> str:
    if min(start, length) < 0:
        raise ValueError("no piece of the text")
    return text[start : start + length]


def _more(path: Any, notice: Any, hops: Any, index: Any, signs: Any) -> dict[str, Any]:  # noqa: ANN401  as above
    return {
        "return_path": None if path is None else _line(path),
        "notice": None if notice is None else _notice(notice),
        "hops": _integer(hops),
        "thread_index": _line(index),
        "signs": None if signs is None else _signs(signs),
    }


def _signs(value: Any) -> tuple[Hint, ...]:  # noqa: ANN401  as above
    if len(value) > _MOST_SIGNS:
        raise ValueError("too many signs")
    return tuple(_sign(*one) for one in value)


def _sign(weight: object, reason: object) -> Hint:
    if not isinstance(weight, float) or not -_HEAVIEST <= weight <= _HEAVIEST:
        raise ValueError("not a weight")
    return Hint(weight, _line(reason))


class _Blobs:
    """The body, handed out from front to back."""

    def __init__(self, body: memoryview) -> None:
        self.left = body

    def take(self, size: object) -> bytes:
        length = _integer(size)
        if not 0 <= length <= len(self.left):
            raise ValueError("fewer bytes than announced")
        taken, self.left = bytes(self.left[:length]), self.left[length:]
        return taken

    def text(self, size: object) -> str:
        taken = self.take(size)
        if not scrub.is_body(taken):
            raise ValueError("a control character")
        return taken.decode()


def _files(value: Any, blobs: _Blobs) -> tuple[Attachment, ...]:  # noqa: ANN401  as above
    if len(value) > PARTS + 2:
        raise ValueError("too many attachments")
    files = tuple(_attachment(one, blobs) for one in value)
    if blobs.left:
        raise ValueError("more bytes than announced")
    return files


def _attachment(value: Any, blobs: _Blobs) -> Attachment:  # noqa: ANN401  as above
    name, content_type, size, content_id, inline = value
    if not 0 < len(name) <= FILE_NAME_CHARACTERS or "/" in name:
        raise ValueError("a bad file name")
    identifier = None if content_id is None else _line(content_id)
    return Attachment(_line(name), _line(content_type), blobs.take(size), identifier, _flag(inline))


def _addresses(value: Any) -> tuple[Address, ...]:  # noqa: ANN401  as above
    if len(value) > ADDRESSES:
        raise ValueError("too many addresses")
    return tuple(map(_address, value))


def _address(value: Any) -> Address:  # noqa: ANN401  as above
    name, address = value
    if "@" not in address:
        raise ValueError("not an address")
    return Address(_line(name), _line(address))


def _lines(value: Any) -> tuple[str, ...]:  # noqa: ANN401  as above
    if not isinstance(value, list) or len(value) > 2 * MARKS:
        raise ValueError("not a short list")
    return tuple(map(_line, value))


def _line(value: object) -> str:
    if not isinstance(value, str) or len(value) > FIELD_CHARACTERS or not scrub.is_line(value):
        raise ValueError("not a line")
    return value


def _integer(value: object) -> int:
    if type(value) is not int:
        raise ValueError("not an integer")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("not a flag")  # noqa: TRY004  one kind of refusal
    return value
