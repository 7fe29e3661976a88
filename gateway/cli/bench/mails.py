"""Mails to measure with: no two alike, made before the clock runs, and always the same sequence."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

_PROSE = (
    "since yesterday the printer on our second floor says it has no paper although there is plenty of it could you"
    " please have a look when somebody is around thank you for your help with the invoice last week it works now"
)
WORDS = _PROSE.split()
MOST_TEXT = 20_000  # bytes
_HEAD = (
    "From: {name} <{sender}>\r\nTo: {recipient}\r\nSubject: {subject}\r\nDate: Fri, 20 Nov 2026 09:30:00 +0100\r\n"
    "Message-ID: <{token}@{domain}>\r\nMIME-Version: 1.0\r\nUser-Agent: Mozilla Thunderbird\r\n"
    "X-Mailer-Trace: {filler}\r\n"
)


@dataclass(frozen=True, slots=True)
class Made:
    """A mail as its client hands it in. `sender` is its return path."""

    sender: str
    recipient: str
    content: bytes
    message_id: str


class Maker:
    """Makes mails from a seed; every maker of one seed makes the same ones."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311  nothing here is secret
        self._noise = base64.encodebytes(self._random.randbytes(60_000)).replace(b"\n", b"\r\n")

    def text(self, recipient: str, size: int = 2_000) -> Made:
        """A plain text mail.

        Args:
            recipient: a mailbox.
            size: bytes in all, roughly.
        """
        return self._made(recipient, lambda room: _plain(self._prose(room)), size)

    def page(self, recipient: str, size: int = 10_000) -> Made:
        """A mail as text and as HTML; arguments as `text`."""
        return self._made(recipient, lambda room: _alternative(self._prose(room // 3), self._prose(room // 2)), size)

    def scan(self, recipient: str, size: int = 50_000) -> Made:
        """A mail with a file; arguments as `text`."""
        return self._made(recipient, lambda room: _with_file(self._prose(400), self._file(room - 900)), size)

    def sized(self, recipient: str, size: int) -> Made:
        """What an ordinary mail of a size holds: text, or a file where it is larger than people write."""
        return self.text(recipient, size) if size <= MOST_TEXT else self.scan(recipient, size)

    def mixed(self, recipient: str, place: int) -> Made:
        """Four of five are small texts, the fifth has HTML.

        Args:
            recipient: a mailbox.
            place: of the mail among the others.
        """
        return self.page(recipient) if place % 5 == 4 else self.text(recipient)  # noqa: PLR2004  the fifth

    def _made(self, recipient: str, body: Callable[[int], bytes], size: int) -> Made:
        token = f"{self._random.getrandbits(96):024x}"
        sender = f"customer-{token[:12]}@{token[12:14]}.example.net"  # many domains, since each is bounded
        said = {"sender": sender, "recipient": recipient, "token": token, "domain": "example.net"}
        subject, filler = " ".join(self._random.choices(WORDS, k=6)), token * 4
        head = _HEAD.format(name=f"Customer {token[:4].title()}", subject=subject, filler=filler, **said).encode()
        return Made(sender, recipient, head + body(size - len(head)), f"<{token}@example.net>")

    def _file(self, room: int) -> bytes:
        return (self._noise * (room // len(self._noise) + 1))[:room]

    def _prose(self, room: int) -> bytes:
        lines: list[str] = []
        while room > 0:
            lines.append(" ".join(self._random.choices(WORDS, k=12))[:76])
            room -= len(lines[-1]) + 2
        return "\r\n".join(lines).encode() + b"\r\n"


def _plain(text: bytes) -> bytes:
    return b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + text


def _alternative(text: bytes, prose: bytes) -> bytes:
    page = prose.replace(b"\r\n", b'</p>\r\n<p style=3D"margin:0">')
    return b"".join(
        (
            b'Content-Type: multipart/alternative; boundary="=-one"\r\n\r\n--=-one\r\n',
            _plain(text),
            b"\r\n--=-one\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n",
            b"\r\n<html><head><title>Mail</title></head><body><p>",
            page,
            b"</p></body></html>\r\n--=-one--\r\n",
        )
    )


def _with_file(text: bytes, encoded: bytes) -> bytes:
    return b"".join(
        (
            b'Content-Type: multipart/mixed; boundary="=-two"\r\n\r\n--=-two\r\n',
            _plain(text),
            b'\r\n--=-two\r\nContent-Type: application/pdf; name="scan.pdf"\r\nContent-Transfer-Encoding: base64\r\n',
            b'Content-Disposition: attachment; filename="scan.pdf"\r\n\r\n',
            encoded,
            b"\r\n--=-two--\r\n",
        )
    )
