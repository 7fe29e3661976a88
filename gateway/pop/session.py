"""One connection to one maildrop: a picture of what lay there when it began, locked until it ends.

Everything here waits for the server, so it is called in a thread, one call at a time.
"""

import hashlib
import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime

from gateway.failures import Temporary
from gateway.imap.session import CONNECT, NUMBERS, PATIENCE, PER_MAIL, SLOWEST, SMALL, Odd, Refused
from gateway.imap.values import Login
from gateway.oauth import sasl
from gateway.pop.values import Drop
from gateway.pop.wire import Denied, Wire, open_wire
from models import reach

LATER = ("IN-USE", "LOGIN-DELAY", "SYS/TEMP")  # not our fault, and over by itself (RFC 2449, RFC 3206)
_SIZE = re.compile(rb"^ *(\d{1,9}) +(\d{1,15})(?=[ \r])", re.MULTILINE)
_UIDL = re.compile(rb"^ *(\d{1,9}) +([^\r\n]*[^\r\n ])", re.MULTILINE)
_FITS = re.compile(rb"[!-~]{1,70}")  # RFC 1939 section 7
_MANY = 500_000  # mails that may lie there


class Session:
    """A logged-in connection.

    Attributes:
        tells_apart: whether the server gives mails unique-ids, as far as is known.
    """

    def __init__(self, wire: Wire, host: str) -> None:
        self._wire, self._host = wire, host
        self.tells_apart = True
        self._deletes = False
        self._kept = ""

    def listing(self) -> tuple[Drop, ...]:
        """All that lies there, in order.

        Raises:
            Odd: the server does not tell.
        """
        now = datetime.now(UTC)
        try:
            said = self._lines("LIST")
        except Denied as denied:
            raise Odd(f"{self._host} does not tell what lies there: {denied}") from None
        sizes = {int(number): int(size) for number, size in _SIZE.findall(said)}
        if len(sizes) != said.count(b"\n"):
            raise Odd(f"{self._host} tells what lies there in words that are not POP3")
        try:
            uidls = {int(number): uidl for number, uidl in _UIDL.findall(self._lines("UIDL"))}
        except Denied:  # it is optional
            uidls, self.tells_apart = {}, False
        return tuple(Drop(number, sizes[number], now, _name(uidls.get(number))) for number in sorted(sizes))

    def _lines(self, verb: str) -> bytes:
        self._wire.allow(NUMBERS, PATIENCE)
        self._wire.say(verb)
        found = self._wire.rest()
        if found.count(b"\n") > _MANY:
            raise Odd(f"{self._host} tells of more mails than there can be")
        return found

    def bodies(self, wanted: Sequence[int], size: int) -> dict[int, bytes]:
        """Mails as they are; those that the server does not give out are left out.

        Args:
            wanted: their numbers.
            size: bytes that all of them may have together.
        """
        self._wire.allow(SMALL + size + PER_MAIL * len(wanted), PATIENCE + size / SLOWEST, len(wanted))
        found: dict[int, bytes] = {}
        for number in wanted:
            with suppress(Denied):
                self._wire.say(f"RETR {number}")
                found[number] = self._wire.rest()
        return found

    def head(self, number: int) -> bytes | None:
        """The header of a mail, None if the server does not show it alone (TOP is optional)."""
        self._small()
        try:
            self._wire.say(f"TOP {number} 0")
        except Denied:
            return None
        return self._wire.rest()

    def still(self, some: Sequence[int]) -> tuple[int, ...]:
        """Which of some mails there are: all of them, since nobody else may take any meanwhile."""
        return tuple(some)

    def delete(self, wanted: Sequence[int]) -> None:
        """Have mails deleted by `quit`."""
        self._wire.allow(SMALL + PER_MAIL * len(wanted), PATIENCE, len(wanted))
        for number in wanted:
            self._deletes = True
            try:
                self._wire.say(f"DELE {number}")
            except Denied as denied:
                self._kept = f"{self._host} does not delete what it was told to: {denied}"

    def quit(self) -> None:
        """End it; only now the server deletes (RFC 1939 section 6).

        Raises:
            Odd: it did not delete all that it was told to.
            OSError: who knows whether it did.
        """
        self._small()
        try:
            self._wire.say("QUIT")
        except Denied as denied:
            self._kept = f"{self._host} does not delete what it was told to: {denied}"
        except OSError:
            if self._deletes:
                raise
        self.close()
        if self._kept:
            raise Odd(self._kept)

    def close(self) -> None:
        """End the connection at once, from any thread; nothing is deleted."""
        self._wire.shutdown()

    def _small(self) -> None:
        self._wire.allow(SMALL, PATIENCE)


def _name(said: bytes | None) -> str:
    """A unique-id; one that is longer than it may be, or holds what it may not, by its digest."""
    if not said or _FITS.fullmatch(said):
        return (said or b"").decode()
    return "sha256:" + hashlib.sha256(said).hexdigest()[:63]


def connect(login: Login, secret: str) -> Session:
    """Connect, secure, log in; errors as `gateway.imap.session.connect`.

    Args:
        login: where and as whom.
        secret: password or access token.

    Raises:
        Temporary: the server lets us in, but not now.
    """
    connected = reach.connect(login.host, login.port, CONNECT)
    try:
        wire = open_wire(connected, login.host, starttls=login.starttls)
    except Denied as denied:
        raise Temporary(f"{login.host} is not open: {denied}") from None
    try:
        _enter(wire, login, secret)
    except Denied as denied:
        wire.shutdown()
        said = str(denied).replace(secret, "…")  # what was said to a server may come back
        if denied.code in LATER:
            raise Temporary(f"{login.host} does not open the mailbox now: {said}") from None
        raise Refused(f"{login.host} does not let {login.user} in: {said}") from None
    except BaseException:
        wire.shutdown()
        raise
    return Session(wire, login.host)


def _enter(wire: Wire, login: Login, secret: str) -> None:
    if login.auth == "xoauth2":
        wire.authenticate("XOAUTH2", sasl.xoauth2(login.user, secret), b"")
    elif login.auth == "oauthbearer":
        told = sasl.oauthbearer(login.user, secret, login.host, login.port)
        wire.authenticate("OAUTHBEARER", told, sasl.SEPARATOR.encode())
    else:
        wire.say(f"USER {login.user}")
        wire.say(f"PASS {secret}")
