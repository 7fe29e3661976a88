"""What is done on the server with mails that are committed here; by default nothing."""

from collections.abc import Sequence

from gateway.imap.session import Session
from models.fetching import After, Fetching

AT_ONCE = 200  # UIDs in one command; servers cut long lines off


def deal(session: Session, wishes: Fetching, taken: Sequence[int]) -> None:
    """Do with them what the mailbox says; in a thread.

    Args:
        session: in their folder.
        wishes: of the mailbox.
        taken: UIDs whose mails are committed.
    """
    if wishes.after == After.MOVE and session.folder == wishes.folder:
        return  # they are there
    for start in range(0, len(taken), AT_ONCE):
        some = taken[start : start + AT_ONCE]
        if wishes.after == After.SEEN:
            session.mark_seen(some)
        elif wishes.after == After.MOVE:
            session.move(some, wishes.folder)
        elif wishes.after == After.DELETE:
            session.delete(some)


def left_over(session: Session, wishes: Fetching, taken: Sequence[int], *, first: bool) -> list[int]:
    """Which of the mails that were taken a process that died did not deal with any more; in a thread.

    A mark can be taken off by people, who mean it, so that one is only made up for when a connection begins.

    Args:
        session: in their folder.
        wishes: of the mailbox.
        taken: UIDs in the ledger that are still there.
        first: whether the connection has just begun.
    """
    if wishes.after in {After.MOVE, After.DELETE}:
        return list(taken)
    if wishes.after == After.SEEN and first and taken:
        return sorted(set(taken) & set(session.unseen()))
    return []
