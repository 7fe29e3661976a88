"""The database for a backup or a restore: the embedded one is started for it where nothing runs."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import OperationalError

from gateway.embedded import EmbeddedPostgres
from gateway.supervisor import instance
from models.database import standing
from models.settings import settings


@contextmanager
def reached() -> Iterator[None]:
    """The database answers, whether `postern up` runs or not.

    Raises:
        LookupError: the embedded server was never started, so there is nothing.
    """
    if settings().database_url is not None or _answers():
        yield
    else:
        with alone():
            yield


@contextmanager
def alone() -> Iterator[None]:
    """The database answers, and no `postern up` runs on the embedded one.

    Raises:
        InstanceError: it does.
    """
    if settings().database_url is not None:
        yield
        return
    with instance.lock(settings().home):
        server = EmbeddedPostgres(settings().data)
        try:
            server.start()
            yield
        finally:
            server.stop()


def _answers() -> bool:
    try:
        standing("admin")
    except OperationalError:
        return False
    return True
