"""A login that is tried out: what its mailbox holds is looked at, and nothing is taken."""

from collections.abc import Sequence
from typing import Self

from gateway.imap.session import PER_MAIL, Session, checked, connect
from gateway.imap.values import Login

HEADERS = 262_144  # bytes that the headers of one mail may have
LIST = 4_194_304  # bytes of the names of all folders


class Trial:
    """A connection for looking around; ends with the block."""

    def __init__(self, login: Login, secret: str) -> None:
        """Connect and log in; errors as `session.connect`.

        Args:
            login: where and as whom.
            secret: password or access token.
        """
        self._session: Session = connect(login, secret)
        self._client = self._session._client  # noqa: SLF001  the same connection, for the few questions of a trial

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *ended: object) -> None:
        self._session.close()

    def names(self) -> tuple[str, ...]:
        """The folders there are."""
        self._client.wire.allow(LIST, 60)
        return tuple(str(name) for _, _, name in self._client.list_folders())

    def counts(self, folders: Sequence[str]) -> dict[str, int]:
        """How many mails lie in some folders."""
        self._client.wire.allow(PER_MAIL * (len(folders) + 1), 60)
        said = {name: self._client.folder_status(name, ["MESSAGES"]) for name in folders}
        return {name: int(one.get(b"MESSAGES", 0)) for name, one in said.items()}

    def newest_header(self, folder: str) -> int:
        """The size in bytes of the header of the newest mail, fetched without marking it; 0 where there is no mail."""
        self._session.select(folder, change=False)
        top = self._session.top()
        if not top:
            return 0
        self._client.wire.allow(HEADERS, 60)
        return len(self._client.fetch([top], ["BODY.PEEK[HEADER]"])[top][b"BODY[HEADER]"])

    def take_out(self, folder: str, words: str) -> bool:
        """Delete the mail whose subject holds some words; whether it was there.

        Args:
            folder: where to look.
            words: that no other mail has.
        """
        if self._session.folder != folder:
            self._session.select(folder, change=True)
        self._client.wire.allow(LIST, 60)
        self._client.noop()
        found = checked(self._client.search(["SUBJECT", words]))
        if found:
            self._session.delete(found)
        return bool(found)

    def leave(self, folder: str) -> None:
        """Forget which folder was looked at, so that the next look may change it."""
        if self._session.folder == folder:
            self._session.folder = ""
