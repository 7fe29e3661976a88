"""A login that is tried out by POP3: what its maildrop holds is looked at, and nothing is taken."""

from contextlib import suppress
from typing import Self

from gateway.failures import Temporary
from gateway.imap.values import Login
from gateway.pop.session import Session, connect
from gateway.pop.values import Drop

SMALL = 65_536  # bytes of a mail that may be one that we sent


class Trial:
    """A connection for looking around; ends with the block.

    Attributes:
        there: what lay there when it began.
        tells_apart: whether the server gives mails ids.
    """

    def __init__(self, login: Login, secret: str) -> None:
        """Connect and log in; errors as `session.connect`.

        Args:
            login: where and as whom.
            secret: password or access token.
        """
        self._login, self._secret = login, secret
        self._session: Session | None = connect(login, secret)
        try:
            self.there = self._session.listing()
        except BaseException:
            self._session.close()
            raise
        self.tells_apart = self._session.tells_apart

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *ended: object) -> None:
        if self._session:
            self._session.close()

    def newest_header(self) -> int | None:
        """The size in bytes of the header of the newest mail, None where the server does not show it alone."""
        header = self._session.head(self.there[-1].uid) if self._session else None
        return None if header is None else len(header)

    def take_out(self, words: str) -> bool:
        """Delete the mail that came meanwhile and whose subject holds some words; whether it was there.

        Only a new connection shows what came; the old one is ended even before, since two of them lock each other out.

        Args:
            words: that no other mail has.
        """
        if self._session:
            self._session.quit()
            self._session = None
        with suppress(Temporary):  # not so soon again, or the last one is not over yet
            session = connect(self._login, self._secret)
            try:
                found = [drop.uid for drop in session.listing() if self._is_new(drop) and _holds(session, drop, words)]
                session.delete(found)
                session.quit()
            finally:
                session.close()
            return bool(found)
        return False

    def _is_new(self, drop: Drop) -> bool:
        known = {one.uidl for one in self.there} if self.tells_apart else {one.uid for one in self.there}
        return (drop.uidl if self.tells_apart else drop.uid) not in known


def _holds(session: Session, drop: Drop, words: str) -> bool:
    """Whether a mail's header holds some words; where it is not shown alone, a small mail is read."""
    content = session.head(drop.uid)
    if content is None and drop.size <= SMALL:
        content = session.bodies([drop.uid], 2 * SMALL).get(drop.uid)
    return words.encode() in (content or b"").partition(b"\r\n\r\n")[0]
