"""Mails are read in the sandbox: one that kills it costs itself its content, and no other mail anything.

Among others a mail gets a moment (`glance`); one that needs longer is put aside, and read alone later (`parse`).
"""

import threading
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from math import inf

from workers.inbound import wire
from workers.inbound.limits import HEADER_BYTES
from workers.inbound.mail import Mail
from workers.sandbox import Child, Late, Lost, Request

SECONDS = 20.0  # for one mail, by the clock
GLANCE_SECONDS = 1.0  # for one among others: real mails take milliseconds, the largest we take about half of it
_HEAD_SECONDS = 5.0
_AHEAD_BYTES = 262_144  # requests queued before their turn, so that the child need not wait for us
_MAILS_PER_CHILD = 20_000  # then a fresh one, whatever the old one has gathered
_LATE = Late("it took too long")


class Sandbox:
    """Reads mails in a kept child. One for a process and all its threads; after a fork it starts its own child.

    Args:
        seconds: how long one mail may take that is read alone.
        signs: look for signs of spam besides.
    """

    def __init__(self, seconds: float = SECONDS, *, signs: bool = False) -> None:
        self._seconds = seconds
        self._besides = wire.SIGNS if signs else 0
        self._child: Child | None = None
        self._lock = threading.Lock()

    @property
    def pid(self) -> int | None:
        """Process id of the child, None while there is none."""
        return self._child.pid if self._child else None

    def parse(self, contents: Sequence[bytes]) -> list[Mail]:
        """`workers.inbound.parse.parse` of every mail, in order, each within its limits.

        Args:
            contents: the bytes of whole mails.

        Raises:
            Temporary: no child could be started.
        """
        with self._lock:
            mails = self._read(contents, self._seconds, inf)
            return [mail or self._head(content, _LATE) for mail, content in zip(mails, contents, strict=True)]

    def glance(self, contents: Sequence[bytes], until: float) -> Generator[Mail | None]:
        """The same for mails that must not wait for each other long; the child reads on while one is looked at.

        Args:
            contents: the bytes of whole mails.
            until: of the monotonic clock; no mail but the first is begun later.

        Yields:
            A mail each, None for one that needs more than a moment; fewer than asked for where time was up.
            Who does not take all of them closes it.

        Raises:
            Temporary: no child could be started.
        """
        with self._lock:
            yield from self._read(contents, GLANCE_SECONDS, until)

    def _read(self, contents: Sequence[bytes], seconds: float, until: float) -> Iterator[Mail | None]:
        number, tries = 0, 0
        while number < len(contents) and not _over(number, until):
            try:
                for mail in self._take(contents[number:], number, seconds, until):
                    number += 1
                    yield mail
            except Late:
                number += 1
                yield None
            except Lost as lost:
                tries += 1
                if not lost.outside or tries > 1:
                    number, tries = number + 1, 0
                    yield self._head(contents[number - 1], lost)

    def _take(self, contents: Sequence[bytes], before: int, seconds: float, until: float) -> Iterator[Mail]:
        """Read as far as all goes well; the child works on the next mails while who asked is busy with the last."""
        child = self._ready()
        sent = taken = 0
        try:
            while taken < len(contents) and not _over(before + taken, until):
                while sent < len(contents) and (sent <= taken or child.ahead < _AHEAD_BYTES):
                    child.send(_request(wire.PARSE | self._besides, contents[sent]))
                    sent += 1
                mail = _mail(child, contents[taken], seconds)
                taken += 1
                yield mail
        finally:
            if taken < sent:
                self.close()  # it has begun what nobody will ask for

    def _head(self, content: bytes, why: Lost) -> Mail:
        """What the headers say of a mail that was too much for the child."""
        content, reason = content[: HEADER_BYTES + 1], f"The mail could not be read: {why}."
        try:
            child = self._ready()
            child.send(_request(wire.HEAD | self._besides, content))
            return replace(_mail(child, content, _HEAD_SECONDS), unreadable=reason)
        except Lost:
            self.close()
            return Mail(sender_note="the headers could not be read", unreadable=reason, signs=())

    def _ready(self) -> Child:
        child = self._child
        if child is None or not child.alive or child.answered >= _MAILS_PER_CHILD:
            self.close()
            child = self._child = Child("workers.inbound.child")
        return child

    def close(self) -> None:
        """End the child; the next mail starts another."""
        if self._child is not None:
            self._child.close()
            self._child = None


def _over(taken: int, until: float) -> bool:
    """Whether no further mail is begun; the first always is, so that each call gets on."""
    return taken > 0 and time.monotonic() > until


def _request(kind: int, content: bytes) -> Request:
    return Request(kind, content, wire.head_limit(len(content)), wire.body_limit(len(content)))


def _mail(child: Child, content: bytes, seconds: float) -> Mail:
    try:
        return wire.load(*child.answer(_request(wire.PARSE, content), seconds))
    except ValueError:
        raise Lost("its answer was not understood") from None
