"""Mails are read in the sandbox: one that kills it costs itself its content, and no other mail anything."""

import threading
from collections.abc import Sequence
from dataclasses import replace

from workers.inbound import wire
from workers.inbound.limits import HEADER_BYTES
from workers.inbound.mail import Mail
from workers.sandbox import Child, Lost, Request

SECONDS = 20.0  # for one mail, by the clock
_HEAD_SECONDS = 5.0
_AHEAD_BYTES = 262_144  # requests queued before their turn, so that the child need not wait for us
_MAILS_PER_CHILD = 20_000  # then a fresh one, whatever the old one has gathered


class Sandbox:
    """Reads mails in a kept child. One for a process and all its threads; after a fork it starts its own child.

    Args:
        seconds: how long one mail may take.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
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
            mails: list[Mail] = []
            tries = 0
            while len(mails) < len(contents):
                try:
                    self._parse(contents, mails)
                except Lost as lost:
                    self.close()
                    tries += 1
                    if not lost.outside or tries > 1:
                        mails.append(self._head(contents[len(mails)], f"The mail could not be read: {lost}."))
                        tries = 0
            return mails

    def _parse(self, contents: Sequence[bytes], mails: list[Mail]) -> None:
        """Read on from where `mails` ends; the child works on the next mail while we take over the last."""
        child = self._ready()
        sent = len(mails)
        for number in range(len(mails), len(contents)):
            while sent < len(contents) and (sent <= number or child.ahead < _AHEAD_BYTES):
                child.send(_request(wire.PARSE, contents[sent]))
                sent += 1
            mails.append(_mail(child, contents[number], self._seconds))

    def _head(self, content: bytes, reason: str) -> Mail:
        """What the headers say of a mail that was too much for the child."""
        content = content[: HEADER_BYTES + 1]
        try:
            child = self._ready()
            child.send(_request(wire.HEAD, content))
            return replace(_mail(child, content, _HEAD_SECONDS), unreadable=reason)
        except Lost:
            self.close()
            return Mail(sender_note="the headers could not be read", unreadable=reason)

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


def _request(kind: int, content: bytes) -> Request:
    return Request(kind, content, wire.head_limit(len(content)), wire.body_limit(len(content)))


def _mail(child: Child, content: bytes, seconds: float) -> Mail:
    try:
        return wire.load(*child.answer(_request(wire.PARSE, content), seconds))
    except ValueError:
        raise Lost("its answer was not understood") from None
