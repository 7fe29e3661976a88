"""What organizations keep no longer goes, a little at a time; the bytes of files that nothing names go with it."""

from random import sample
from time import monotonic
from uuid import UUID

from sqlalchemy import text

from models import captured, retention
from models.database import transaction

BLOBS = 1000  # at once
_ORGANIZATIONS = text("SELECT id FROM list_organizations()")
_DROP = text("SELECT drop_blobs(:most)")


def let_go(seconds: float) -> None:
    """Let go of what is over in all organizations; what is not done after so many seconds is for the next time."""
    end = monotonic() + seconds
    for org in organizations():
        for kind in retention.kinds():
            last: UUID | None = None
            while monotonic() < end:
                with transaction(org) as connection:
                    gone = retention.end(connection, kind, last)
                captured.forget(gone.letters)
                if (last := gone.last) is None:
                    break


def drop_files(seconds: float) -> None:
    """Remove bytes of files that nothing names any more, likewise."""
    end = monotonic() + seconds
    for org in organizations():
        gone = BLOBS
        while gone >= BLOBS and monotonic() < end:
            with transaction(org) as connection:
                gone = connection.execute(_DROP, {"most": BLOBS}).scalar_one()


def organizations() -> list[UUID]:
    """All of them, shuffled: where time is up before the last, that is another one each time."""
    with transaction() as connection:
        found = connection.scalars(_ORGANIZATIONS).all()
    return sample(found, len(found))
