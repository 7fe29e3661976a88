"""One connection to one mailbox. Everything here waits for the server, so it is called in a thread, one call at a time.

UIDs only, never sequence numbers: those change whenever somebody expunges.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta

from imapclient import exceptions

from gateway.imap import attributes
from gateway.imap.uids import GREATEST
from gateway.imap.values import Login, Waiting
from gateway.imap.wire import Client, open_wire
from gateway.oauth import sasl
from models import reach

CONNECT = 20.0  # seconds for finding and connecting
PATIENCE = 120.0  # seconds for an answer without mails
SMALL = 262_144  # bytes of an answer without mails or UIDs
NUMBERS = 16_777_216  # bytes of an answer that names UIDs
PER_MAIL = 4096  # bytes that the server may say about a mail
SLOWEST = 16_384  # bytes per second at which mails come, or the connection is given up


class Refused(Exception):  # noqa: N818  it is what happened to us
    """The server does not let us in; its words are the message."""


class Withheld(Exception):  # noqa: N818  as above
    """The server does not give mails out that it has; the connection goes on."""


class Odd(Exception):  # noqa: N818  it says what the server is
    """The server says what cannot be."""


class Session:
    """A logged-in connection.

    Attributes:
        folder: which is selected.
        can_idle: whether the server tells of new mail by itself (RFC 2177).
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self.folder = ""
        self.can_idle = bool(client.has_capability("IDLE"))

    def select(self, folder: str, *, change: bool) -> int:
        """Enter a folder; its UIDVALIDITY.

        Args:
            folder: its name.
            change: whether anything in it will be changed.

        Raises:
            Odd: the server does not number it.
        """
        self._small()
        self.folder = ""
        said = self._client.select_folder(folder, readonly=not change)
        found = said.get(b"UIDVALIDITY")
        if not isinstance(found, int) or not 0 < found <= GREATEST:
            raise Odd(f"the server numbers no mail in {folder} (UIDVALIDITY {found!r})")
        self.folder = folder
        return found

    def top(self) -> int:
        """The greatest UID there is, 0 in an empty folder."""
        return max(self._search("UID", "*"), default=0)

    def after(self, highest: int) -> tuple[int, ...]:
        """The UIDs above one, in order; the server is made to look first."""
        self._small()
        self._client.wire.forget()
        self._client.noop()
        return tuple(uid for uid in self._search("UID", f"{highest + 1}:*") if uid > highest)

    def since(self, earliest: datetime) -> tuple[int, ...]:
        """The UIDs of all that the server received at a time or later, and of some before: it asks for days."""
        day: date = (earliest - timedelta(days=1)).date()
        return self._search("SINCE", day)

    def still(self, some: Sequence[int]) -> tuple[int, ...]:
        """Which of some UIDs there are."""
        return self._search("UID", ",".join(map(str, some))) if some else ()

    def unseen(self) -> tuple[int, ...]:
        """The UIDs of what bears no mark."""
        return self._search("UNSEEN")

    def _search(self, *criteria: object) -> tuple[int, ...]:
        self._client.wire.allow(NUMBERS, PATIENCE)
        return checked(self._client.search(list(criteria)))

    def sizes(self, wanted: Sequence[int]) -> tuple[Waiting, ...]:
        """Size and date of some mails; those that are gone meanwhile are left out."""
        self._listed(wanted)
        return attributes.read(self._client.parts(wanted, "(UID RFC822.SIZE INTERNALDATE)"), wanted)

    def bodies(self, wanted: Sequence[int], size: int) -> dict[int, bytes]:
        """Mails as they are, unmarked; those that are gone or not shown are left out.

        Args:
            wanted: their UIDs.
            size: bytes that all of them may have together.

        Raises:
            Withheld: the server refuses.
        """
        self._client.wire.allow(SMALL + size + PER_MAIL * len(wanted), PATIENCE + size / SLOWEST, len(wanted))
        try:
            found = self._client.parts(wanted, "(UID BODY.PEEK[])")
        except exceptions.IMAPClientAbortError:
            raise
        except exceptions.IMAPClientError as error:
            raise Withheld(str(error)) from error
        return attributes.bodies(found, wanted)

    def mark_seen(self, wanted: Sequence[int]) -> None:
        """Mark as read."""
        self._listed(wanted)
        self._client.add_flags(wanted, [b"\\Seen"], silent=True)

    def move(self, wanted: Sequence[int], folder: str) -> None:
        """Move to a folder; where the server cannot (RFC 6851), copy and then delete."""
        self._listed(wanted)
        if self._client.has_capability("MOVE"):
            self._client.move(wanted, folder)
        else:
            self._client.copy(wanted, folder)
            self.delete(wanted)

    def delete(self, wanted: Sequence[int]) -> None:
        """Delete these and nothing else: without UIDPLUS (RFC 4315) they are only marked, others' marks lie beside."""
        self._listed(wanted)
        self._client.add_flags(wanted, [b"\\Deleted"], silent=True)
        if self._client.has_capability("UIDPLUS"):
            self._client.uid_expunge(wanted)

    def idle(self) -> None:
        """Ask to be told; until `done` the socket may be watched."""
        self._small()
        self._client.idle()

    def done(self) -> None:
        """Stop being told."""
        self._small()
        self._client.idle_done()

    def fileno(self) -> int:
        """The socket, for watching."""
        number: int = self._client.socket().fileno()
        return number

    @property
    def has_words(self) -> bool:
        """Whether something was received and not yet read."""
        return self._client.wire.has_words

    def close(self) -> None:
        """End the connection at once, from any thread."""
        self._client.wire.shutdown()

    def _small(self) -> None:
        self._client.wire.allow(SMALL, PATIENCE)

    def _listed(self, wanted: Sequence[int]) -> None:
        self._client.wire.allow(SMALL + PER_MAIL * len(wanted), PATIENCE, len(wanted))


def connect(login: Login, secret: str) -> Session:
    """Connect, secure, log in.

    Args:
        login: where and as whom.
        secret: password or access token.

    Raises:
        Refused: the server does not let us in.
        Forbidden, Stripped: we do not go there; the sentence says why.
        OSError, ssl.SSLError: the server is away or is not who it should be.
    """
    client = open_wire(reach.connect(login.host, login.port, CONNECT), login.host, starttls=login.starttls)
    try:
        _enter(client, login, secret)
    except BaseException:
        client.wire.shutdown()
        raise
    return Session(client)


def _enter(client: Client, login: Login, secret: str) -> None:
    try:
        if login.auth == "xoauth2":
            client.sasl_login("XOAUTH2", _said_once(sasl.xoauth2(login.user, secret), b""))
        elif login.auth == "oauthbearer":
            told = sasl.oauthbearer(login.user, secret, login.host, login.port)
            client.sasl_login("OAUTHBEARER", _said_once(told, sasl.SEPARATOR.encode()))
        elif client.has_capability("AUTH=PLAIN"):
            client.plain_login(login.user, secret)
        else:
            client.login(login.user, secret)
    except exceptions.LoginError as error:
        raise Refused(f"{login.host} does not let {login.user} in: {error}") from None


def _said_once(words: bytes, then: bytes) -> Callable[[bytes], bytes]:
    """The answer to the first challenge; a second one tells an error, which has to be acknowledged (RFC 7628)."""
    answers = iter((words,))
    return lambda _: next(answers, then)


def checked(found: Iterable[object]) -> tuple[int, ...]:
    """UIDs in order.

    Raises:
        Odd: one cannot be (0, or beyond 32 bits).
    """
    numbers = set[int]()
    for uid in found:
        if not isinstance(uid, int) or not 0 < uid <= GREATEST:
            raise Odd(f"the server numbers a mail {uid!r}")
        numbers.add(uid)
    return tuple(sorted(numbers))
